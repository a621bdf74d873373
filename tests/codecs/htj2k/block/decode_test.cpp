#include "codecs/htj2k/block/decode.h"

#include <gtest/gtest.h>

#include "tests/codecs/htj2k/block/decode_goldens.h"

namespace slipring::codecs::htj2k {
namespace {

template <class T>
struct Decoded {
  Result<void> status;
  std::vector<T> samples;
};

template <class T>
Decoded<T> decode_scalar(CodedBlock coded, const std::vector<std::uint8_t>& bytes,
                         std::uint32_t width, std::uint32_t height, float step = 1) {
  Decoded<T> decoded{{}, std::vector<T>(std::size_t{width} * height, T{77})};
  coded.bytes = bytes.data();
  BlockJob<T> job{coded, {decoded.samples.data(), width, width, height}, step, {}};
  decode_block_scalar(job);
  decoded.status = job.status;
  return decoded;
}

template <class T>
Decoded<T> decode_scalar(const GoldenBlock& golden, float step = 1) {
  return decode_scalar<T>(golden.coded, golden.bytes(), golden.width, golden.height, step);
}

TEST(HtBlockDecodeTest, BlocksOfAnotherEncoderAreWhatAnotherDecoderMakesOfThem) {
  for (const GoldenBlock& golden : golden_blocks()) {
    SCOPED_TRACE(golden.name);
    const auto decoded = decode_scalar<std::int32_t>(golden);
    ASSERT_TRUE(decoded.status.has_value()) << decoded.status.error().what;
    EXPECT_EQ(decoded.samples, golden.samples);
  }
}

TEST(HtBlockDecodeTest, SixteenBitSamplesAreTheSameWhereTheyFit) {
  for (const GoldenBlock& golden : golden_blocks()) {
    SCOPED_TRACE(golden.name);
    const auto decoded = decode_scalar<std::int16_t>(golden);
    if (golden.coded.bit_planes > 16) {
      ASSERT_FALSE(decoded.status.has_value());
      EXPECT_EQ(decoded.status.error().code, ErrorCode::OutOfRange);
      EXPECT_EQ(decoded.samples, std::vector<std::int16_t>(decoded.samples.size(), 0));
      continue;
    }
    ASSERT_TRUE(decoded.status.has_value());
    for (std::size_t i = 0; i < golden.samples.size(); ++i)
      EXPECT_EQ(decoded.samples[i], golden.samples[i]);
  }
}

TEST(HtBlockDecodeTest, RealSamplesLieInTheMiddleOfWhatIsKnown) {
  const GoldenBlock& golden = golden_blocks()[0];
  const auto decoded = decode_scalar<float>(golden, 0.25F);
  for (std::size_t i = 0; i < golden.samples.size(); ++i) {
    const auto whole = static_cast<float>(golden.samples[i]);
    const float half = whole == 0 ? 0.0F : whole < 0 ? -0.5F : 0.5F;
    EXPECT_EQ(decoded.samples[i], (whole + half) * 0.25F);
  }
}

TEST(HtBlockDecodeTest, ABlockWithoutPassesIsZero) {
  const auto decoded = decode_scalar<std::int16_t>({.bit_planes = 8}, {}, 5, 3);
  ASSERT_TRUE(decoded.status.has_value());
  EXPECT_EQ(decoded.samples, std::vector<std::int16_t>(15, 0));
}

TEST(HtBlockDecodeTest, ImpossibleDescriptionsAreRefused) {
  const std::vector<std::uint8_t> bytes = golden_blocks()[0].bytes();
  const CodedBlock good = golden_blocks()[0].coded;
  const auto refusal = [&](const CodedBlock& coded) {
    const auto decoded = decode_scalar<std::int32_t>(coded, bytes, 9, 7);
    EXPECT_FALSE(decoded.status.has_value());
    EXPECT_EQ(decoded.samples, std::vector<std::int32_t>(63, 0));
    return decoded.status ? ErrorCode::Internal : decoded.status.error().code;
  };
  CodedBlock coded = good;
  coded.passes = 4;
  EXPECT_EQ(refusal(coded), ErrorCode::Malformed);
  coded = good;
  coded.bit_planes = 31;
  EXPECT_EQ(refusal(coded), ErrorCode::Unsupported);
  coded = good;
  coded.zero_bit_planes = coded.bit_planes;
  EXPECT_EQ(refusal(coded), ErrorCode::Malformed);
  coded = good;
  coded.passes = 2;
  coded.cleanup_bytes -= 5;
  coded.refinement_bytes = 5;
  EXPECT_EQ(refusal(coded), ErrorCode::Malformed);  // below bit plane 0
  for (std::uint32_t size = 0; size < 2; ++size) {
    coded = good;
    coded.cleanup_bytes = size;
    EXPECT_EQ(refusal(coded), ErrorCode::Malformed);
  }
}

TEST(HtBlockDecodeTest, ImpossibleLengthsOfMelAndVlcAreRefused) {
  std::vector<std::uint8_t> bytes(5000);
  const auto scup = [&](std::size_t size, std::uint32_t value) {
    bytes[size - 1] = static_cast<std::uint8_t>(value >> 4);
    bytes[size - 2] = static_cast<std::uint8_t>(value & 15);
    const CodedBlock coded{.cleanup_bytes = static_cast<std::uint32_t>(size),
                           .passes = 1,
                           .zero_bit_planes = 3,
                           .bit_planes = 12};
    return decode_scalar<std::int32_t>(coded, bytes, 4, 4).status;
  };
  EXPECT_FALSE(scup(100, 0).has_value());
  EXPECT_FALSE(scup(100, 1).has_value());
  EXPECT_FALSE(scup(100, 101).has_value());
  EXPECT_FALSE(scup(5000, 4080).has_value());
  EXPECT_TRUE(scup(5000, 4079).has_value());
}

}  // namespace
}  // namespace slipring::codecs::htj2k

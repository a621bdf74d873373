#include "codecs/native/native_codec.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace slipring::codecs::native {
namespace {

constexpr pixel::Layout kThreeBytes{1, 3, 1, 8, 8, 7, false};

struct Answer {
  Result<void> status;
  Quirks quirks;
  std::vector<std::uint8_t> out;
};

Answer decode(const pixel::Layout& layout, std::vector<std::vector<std::uint8_t>> fragments) {
  std::vector<Bytes> views(fragments.begin(), fragments.end());
  Answer answer{{}, {}, std::vector<std::uint8_t>(*layout.frame_bytes())};
  DecodeJob job{.fragments = views, .layout = layout, .out = answer.out};
  Scratch scratch;
  encapsulated_native_row().decode_batch({&job, 1}, scratch);
  answer.status = job.status;
  answer.quirks = job.quirks;
  return answer;
}

TEST(EncapsulatedNative, OneFragmentIsTheFrame) {
  const Answer answer = decode(kThreeBytes, {{1, 2, 3}});
  EXPECT_TRUE(answer.status);
  EXPECT_EQ(answer.out, (std::vector<std::uint8_t>{1, 2, 3}));
  EXPECT_EQ(answer.quirks.bits, 0U);
}

TEST(EncapsulatedNative, FragmentsAreJoinedAndEmptyOnesDoNotMatter) {
  EXPECT_EQ(decode(kThreeBytes, {{1}, {}, {2, 3}}).out, (std::vector<std::uint8_t>{1, 2, 3}));
}

TEST(EncapsulatedNative, OnePadByteToAnEvenLengthIsSilentAndMoreIsAQuirk) {
  EXPECT_FALSE(decode(kThreeBytes, {{1, 2, 3, 0}}).quirks.has(Quirk::TrailingBytes));
  EXPECT_TRUE(decode(kThreeBytes, {{1, 2, 3, 0, 0}}).quirks.has(Quirk::TrailingBytes));
}

TEST(EncapsulatedNative, EveryTruncationIsAnErrorThatSaysHowManyBytesAreMissing) {
  for (std::size_t size = 0; size < 3; ++size) {
    const Answer answer = decode(kThreeBytes, {std::vector<std::uint8_t>(size, 7)});
    ASSERT_FALSE(answer.status);
    EXPECT_EQ(answer.status.error().code, ErrorCode::Truncated);
    EXPECT_EQ(answer.status.error().expected, 3U);
    EXPECT_EQ(answer.status.error().actual, size);
  }
}

TEST(EncapsulatedNative, EncodingGivesTheFrameAsItIs) {
  const std::vector<std::uint8_t> pixels{1, 2, 3};
  Buffer out;
  out.append(std::uint8_t{9});
  EncodeJob job{.pixels = pixels, .layout = kThreeBytes, .out = &out};
  Scratch scratch;
  encapsulated_native_row().encode_batch({&job, 1}, scratch);
  ASSERT_TRUE(job.status);
  EXPECT_EQ(std::vector<std::uint8_t>(out.data(), out.data() + out.size()), pixels);
  EXPECT_EQ(encapsulated_native_row().cannot_encode(kThreeBytes), "");
}

TEST(EncapsulatedNative, ProbeSeesRawBytesAndRefusesNone) {
  const std::uint8_t byte = 1;
  const Bytes fragment{&byte, 1};
  EXPECT_EQ(encapsulated_native_row().probe({&fragment, 1})->kind, Codestream::Raw);
  EXPECT_EQ(encapsulated_native_row().probe({}).error().code, ErrorCode::Truncated);
}

TEST(EncapsulatedNative, AnImpossibleLayoutIsAnErrorOfItsJobAlone) {
  const std::vector<std::uint8_t> pixels{1, 2, 3};
  const Bytes fragment = pixels;
  std::vector<std::uint8_t> out(3);
  std::array<DecodeJob, 2> jobs;
  jobs[0] = {.fragments = {&fragment, 1}, .layout = {}, .out = {}};
  jobs[1] = {.fragments = {&fragment, 1}, .layout = kThreeBytes, .out = out};
  Scratch scratch;
  encapsulated_native_row().decode_batch(jobs, scratch);
  EXPECT_EQ(jobs[0].status.error().code, ErrorCode::OutOfRange);
  EXPECT_TRUE(jobs[1].status);
}

}  // namespace
}  // namespace slipring::codecs::native

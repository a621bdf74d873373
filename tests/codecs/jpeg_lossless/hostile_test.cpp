// Streams that are cut, changed or garbage: every instruction set gives the answer of the scalar
// decoder, and touches nothing that is not its own.
#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/jpeg_lossless/decoded.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;
using test::for_every_target;
using test::GuardedMemory;

// Between guard pages; both decoders.
void expect_agreement(Bytes stream, const pixel::Layout& l) {
  const GuardedMemory in(stream);
  GuardedMemory out(l.frame_bytes().value());
  const Bytes fragment = in.bytes();
  DecodeJob job{{&fragment, 1}, l, out.writable(), {}, {}};
  Scratch scratch;
  jpeg_lossless::jpeg_lossless_row().decode_batch({&job, 1}, scratch);
  const Bytes pixels = out.bytes();
  expect_same({job.status, job.quirks, Pixels(pixels.begin(), pixels.end())},
              decode_by_the_book({fragment}, l));
}

std::vector<LosslessStream> small_streams() {
  std::vector<LosslessStream> all(5);
  for (std::size_t i = 0; i < all.size(); ++i) {
    LosslessStream& s = all[i];
    s.rows = 4;
    s.columns = 29;
    s.precision = i == 1 ? 16 : 8;
    s.components = i == 2 || i == 3 ? 3 : 1;
    s.interleaved = i != 3;
    s.tables_differ = i == 2;
    s.predictor = static_cast<std::uint32_t>(i + 1);
    if (i == 4) s.restart_interval = 29;
    fill(s, i == 1 ? Content::Noise : Content::Smooth);
  }
  all[1].samples[0][40] = static_cast<std::uint16_t>(all[1].samples[0][39] + 32768);
  return all;
}

TEST(LosslessHostile, EveryTruncationGivesTheScalarDecodersAnswer) {
  for_every_target([] {
    for (const LosslessStream& s : small_streams()) {
      SCOPED_TRACE(text(s));
      const auto stream = write_lossless(s);
      for (std::size_t size = 0; size < stream.size(); ++size)
        expect_agreement(Bytes(stream).first(size), layout_of(s));
    }
  });
}

TEST(LosslessHostile, EveryChangedByteGivesTheScalarDecodersAnswer) {
  for_every_target([] {
    for (const LosslessStream& s : small_streams()) {
      SCOPED_TRACE(text(s));
      const auto good = write_lossless(s);
      for (std::size_t at = 0; at < good.size(); ++at) {
        for (const unsigned change : {0x01U, 0x10U, 0x80U, 0xFFU}) {
          auto stream = good;
          stream[at] = static_cast<std::uint8_t>(stream[at] ^ change);
          SCOPED_TRACE(at);
          expect_agreement(stream, layout_of(s));
        }
      }
    }
  });
}

TEST(LosslessHostile, GarbageBehindGoodHeadersGivesTheScalarDecodersAnswer) {
  for_every_target([] {
    std::mt19937 random(5);
    for (LosslessStream s : small_streams()) {
      s.rows = 40;
      fill(s, Content::Smooth);
      const auto good = write_lossless(s);
      for (int round = 0; round < 40; ++round) {
        auto stream = good;
        for (std::size_t i = 140; i < stream.size(); ++i)
          stream[i] = static_cast<std::uint8_t>(random());
        expect_agreement(stream, layout_of(s));
      }
    }
  });
}

TEST(LosslessHostile, GoodStreamsNeedNothingBehindTheirEnds) {
  for_every_target([] {
    for (std::uint32_t columns = 1; columns < 80; columns += 13)
      for (const std::uint32_t components : {1U, 3U})
        for (const std::uint32_t precision : {8U, 16U}) {
          LosslessStream s;
          s.rows = 3;
          s.columns = columns;
          s.components = components;
          s.precision = precision;
          fill(s, Content::Noise);
          expect_agreement(write_lossless(s), layout_of(s));
        }
  });
}

TEST(LosslessHostile, AStreamTooShortForItsImageIsRefusedAtOnce) {
  LosslessStream s;
  s.rows = s.columns = 4;
  fill(s, Content::Flat);
  auto stream = write_lossless(s);
  const pixel::Layout huge = layout(20000, 20000, 1, 16, 16);
  for (std::size_t i = 0; i + 1 < stream.size(); ++i)
    if (stream[i] == 0xFF && stream[i + 1] == 0xC3)
      for (const std::size_t k : {std::size_t{5}, std::size_t{7}})
        store_be<std::uint16_t>(&stream[i + k], 20000);
  std::vector<std::uint8_t> out(huge.frame_bytes().value());
  const Bytes fragment = stream;
  DecodeJob job{{&fragment, 1}, huge, out, {}, {}};
  Scratch scratch;
  jpeg_lossless::jpeg_lossless_row().decode_batch({&job, 1}, scratch);
  ASSERT_FALSE(job.status);
  EXPECT_EQ(job.status.error().code, ErrorCode::Truncated);
}

}  // namespace
}  // namespace slipring::codecs

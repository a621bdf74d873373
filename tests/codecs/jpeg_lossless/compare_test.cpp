// Frames that are held against what they must be, not kept: the same answer as from decoding and
// comparing, whatever the scans of the stream and however it is damaged.
#include "tests/codecs/jpeg_lossless/decoded.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;

std::vector<LosslessStream> streams() {
  std::vector<LosslessStream> all;
  for (const std::uint32_t precision : {8U, 12U, 16U})
    for (const std::uint32_t predictor : {1U, 4U, 7U})
      all.push_back({.rows = 9, .columns = 70, .precision = precision, .predictor = predictor});
  all.push_back({.rows = 6, .columns = 31, .components = 3, .precision = 8});
  all.push_back({.rows = 6, .columns = 31, .components = 3, .precision = 8, .interleaved = false});
  all.push_back({.rows = 8, .columns = 20, .precision = 12, .restart_interval = 5});
  all.push_back({.rows = 8, .columns = 20, .precision = 12, .restart_interval = 40});
  for (LosslessStream& stream : all) fill(stream, Content::Noise);
  return all;
}

DecodeJob comparing(const std::vector<Bytes>& fragments, const pixel::Layout& l, Bytes expected) {
  DecodeJob job{fragments, l, {}};
  job.expected = expected;
  return job;
}

// By the fast way and by the book, which must agree.
Result<void> compare(Bytes stream, const pixel::Layout& l, Bytes expected) {
  const std::vector<Bytes> fragments = {stream};
  Scratch scratch;
  DecodeJob fast = comparing(fragments, l, expected);
  DecodeJob slow = comparing(fragments, l, expected);
  jpeg_lossless::jpeg_lossless_row().decode_batch({&fast, 1}, scratch);
  jpeg_lossless::decode_by_the_book(slow, scratch);
  EXPECT_EQ(fast.status.has_value(), slow.status.has_value());
  if (!fast.status && !slow.status) {
    EXPECT_EQ(fast.status.error().code, slow.status.error().code);
  }
  return fast.status;
}

TEST(LosslessComparison, KnowsTheFrameAndEveryByteThatIsAnother) {
  for (const LosslessStream& s : streams()) {
    SCOPED_TRACE(text(s));
    const auto stream = write_lossless(s);
    const pixel::Layout l = layout_of(s);
    Pixels frame = frame_of(s, l);
    EXPECT_TRUE(compare(stream, l, frame));
    for (std::size_t i = 0; i < frame.size(); i += i < 300 ? 1 : 37) {
      frame[i] ^= 1;
      const auto status = compare(stream, l, frame);
      ASSERT_FALSE(status) << i;
      EXPECT_EQ(status.error().code, ErrorCode::Mismatch);
      frame[i] ^= 1;
    }
    frame.back() ^= 0x80;
    EXPECT_FALSE(compare(stream, l, frame));
  }
}

TEST(LosslessComparison, SaysOfADamagedStreamWhatDecodingSays) {
  for (const LosslessStream& s : streams()) {
    SCOPED_TRACE(text(s));
    const auto whole = write_lossless(s);
    const pixel::Layout l = layout_of(s);
    const Pixels frame = frame_of(s, l);
    for (std::size_t i = 0; i < whole.size(); i += 11) {
      auto stream = whole;
      stream[i] ^= 0x10;
      const Decoded decoded = decode_lossless(stream, l);
      const auto status = compare(stream, l, frame);
      EXPECT_EQ(status.has_value(), decoded.status && decoded.pixels == frame) << i;
      if (!decoded.status && !status) {
        EXPECT_EQ(status.error().code, decoded.status.error().code) << i;
      }
    }
  }
}

TEST(LosslessComparison, GoesTogetherWithFramesThatAreKept) {
  LosslessStream s{.rows = 40, .columns = 300, .precision = 12};
  fill(s, Content::Smooth);
  const auto stream = write_lossless(s);
  const std::vector<Bytes> fragments = {stream};
  const pixel::Layout l = layout_of(s);
  const Pixels frame = frame_of(s, l);
  Pixels other = frame;
  other[other.size() / 2] ^= 2;
  Pixels kept(frame.size());
  std::vector<DecodeJob> jobs = {comparing(fragments, l, frame), DecodeJob{fragments, l, kept},
                                 comparing(fragments, l, other), comparing(fragments, l, frame)};
  Scratch scratch;
  jpeg_lossless::jpeg_lossless_row().decode_batch(jobs, scratch);
  EXPECT_TRUE(jobs[0].status);
  EXPECT_TRUE(jobs[1].status);
  EXPECT_TRUE(kept == frame);
  ASSERT_FALSE(jobs[2].status);
  EXPECT_EQ(jobs[2].status.error().code, ErrorCode::Mismatch);
  EXPECT_TRUE(jobs[3].status);
}

}  // namespace
}  // namespace slipring::codecs

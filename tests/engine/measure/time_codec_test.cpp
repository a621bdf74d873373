#include "engine/measure/time_codec.h"

#include <gtest/gtest.h>

#include <cstring>

namespace slipring::measure {
namespace {

constexpr pixel::Layout kLayout{16, 16, 1, 16, 12, 11, false};
constexpr Effort kQuick{.seconds = 0.002, .runs_min = 5, .threads = 2, .batch = 3};

ImageGroup group_of(std::size_t frames) {
  ImageGroup group{"ct-12-16x16", kLayout, {}};
  for (std::size_t f = 0; f < frames; ++f) {
    Frame frame;
    frame.pixels.resize(*kLayout.frame_bytes());
    for (std::size_t i = 0; i < frame.pixels.size(); ++i)
      frame.pixels.data()[i] = static_cast<std::uint8_t>(i % 2 == 0 ? i / 32 + f : 0);
    group.frames.push_back(std::move(frame));
  }
  return group;
}

const codecs::FormatRow& codec_named(std::string_view name) {
  for (const codecs::FormatRow& row : codecs_here())
    if (row.name == name) return row;
  return codecs_here().front();
}

void copy_in(std::span<codecs::EncodeJob> jobs, Scratch&) {
  for (codecs::EncodeJob& job : jobs) {
    job.out->clear();
    job.out->append(job.pixels);
  }
}

// Wrong only where several frames come in one call.
void copy_out_wrongly(std::span<codecs::DecodeJob> jobs, Scratch&) {
  for (codecs::DecodeJob& job : jobs)
    std::memcpy(job.out.data(), job.fragments[0].data(), job.out.size());
  if (jobs.size() > 1) jobs.back().out.back() ^= 1;
}

TEST(TimeCodec, EveryCodecThatEncodesIsTimedBothWays) {
  const ImageGroup group = group_of(5);
  for (const codecs::FormatRow& codec : codecs_here()) {
    const auto work = CodecWork::prepare(codec, group, kQuick.batch);
    ASSERT_TRUE(work) << codec.name << ": " << work.error().what;
    const bool able = codec.encode_batch != nullptr && codec.decode_batch != nullptr &&
                      codec.cannot_encode(kLayout).empty();
    ASSERT_EQ(work->has_value(), able) << codec.name;
    if (!able) continue;
    EXPECT_GT((*work)->ratio(), 0) << codec.name;
    for (const Direction direction : {Direction::Decode, Direction::Encode}) {
      const auto timings = (*work)->time(direction, kQuick);
      ASSERT_TRUE(timings) << codec.name;
      EXPECT_EQ(timings->front().threads, 1U);
      EXPECT_EQ(timings->front().batch, 1U);
      EXPECT_EQ(timings->back().threads, 2U);
      for (const Timing& timing : *timings) {
        EXPECT_GT(timing.mb_per_s, 0);
        EXPECT_GE(timing.runs, kRunsLeast);
        EXPECT_NEAR(timing.samples_per_s * 2 / 1e6, timing.mb_per_s, timing.mb_per_s / 1000);
      }
    }
  }
}

TEST(TimeCodec, OneFrameHasNoBatch) {
  const ImageGroup group = group_of(1);
  const auto work = CodecWork::prepare(codec_named("rle"), group, 8);
  ASSERT_TRUE(work && *work);
  const auto timings = (*work)->time(Direction::Decode, {.seconds = 0.001, .threads = 1});
  ASSERT_TRUE(timings);
  EXPECT_EQ(timings->size(), 1U);
}

TEST(TimeCodec, ACodecThatGivesOtherPixelsBackIsNotTimed) {
  codecs::FormatRow wrong = codec_named("rle");
  wrong.encode_batch = copy_in;
  wrong.decode_batch = copy_out_wrongly;
  const ImageGroup group = group_of(2);
  const auto work = CodecWork::prepare(wrong, group, 2);
  ASSERT_FALSE(work);
  EXPECT_EQ(work.error().code, ErrorCode::Mismatch);
}

TEST(TimeCodec, ACodecThatOnlyDecodesTakesWhatFilesHeldInItsFormat) {
  codecs::FormatRow reader = codec_named("rle");
  reader.encode_batch = nullptr;
  ImageGroup group = group_of(3);
  EXPECT_FALSE(*CodecWork::prepare(reader, group, 2)) << "nothing to decode";
  Scratch scratch;
  codecs::EncodeJob job{.pixels = group.frames[1].pixels.bytes(),
                        .layout = kLayout,
                        .out = &group.frames[1].codestream};
  codec_named("rle").encode_batch({&job, 1}, scratch);
  group.frames[1].codec = &reader;
  const auto work = CodecWork::prepare(reader, group, 2);
  ASSERT_TRUE(work && *work);
  EXPECT_FALSE((*work)->can(Direction::Encode));
  EXPECT_TRUE((*work)->time(Direction::Decode, {.seconds = 0.001, .threads = 1}));
}

}  // namespace
}  // namespace slipring::measure

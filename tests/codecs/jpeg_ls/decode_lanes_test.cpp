// The fast decoder against the one that is written after the standard: the same answer, the same
// pixels, on every instruction set, alone and beside another frame.
#include <gtest/gtest.h>

#include "codecs/jpeg_ls/decode/decoder.h"
#include "codecs/jpeg_ls/decode/unstuff.h"
#include "codecs/jpeg_ls/encode/bit_writer.h"
#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "codecs/jpeg_markers.h"
#include "tests/codecs/frames.h"
#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/jpeg_ls/mixed_frame.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::jpeg_ls {
namespace {

using namespace codecs::fixture;

struct Answer {
  Result<void> status;
  Quirks quirks;
  Pixels pixels;
};

// All streams in one batch.
std::vector<Answer> answers(const std::vector<Pixels>& streams, const pixel::Layout& l,
                            void (*decode)(std::span<DecodeJob>, Scratch&)) {
  std::vector<Answer> all(streams.size());
  std::vector<Bytes> fragments(streams.begin(), streams.end());
  std::vector<DecodeJob> jobs;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    all[i].pixels.assign(*l.frame_bytes(), 0xA5);
    jobs.push_back({.fragments = {&fragments[i], 1}, .layout = l, .out = all[i].pixels});
  }
  Scratch scratch;
  decode(jobs, scratch);
  for (std::size_t i = 0; i < streams.size(); ++i) {
    all[i].status = jobs[i].status;
    all[i].quirks = jobs[i].quirks;
  }
  return all;
}

void expect_same(const Answer& fast, const Answer& plain, const std::string& what) {
  ASSERT_EQ(fast.status.has_value(), plain.status.has_value()) << what;
  EXPECT_EQ(fast.quirks.bits, plain.quirks.bits) << what;
  if (plain.status) {
    ASSERT_TRUE(fast.pixels == plain.pixels) << what;
    return;
  }
  EXPECT_EQ(fast.status.error().code, plain.status.error().code) << what;
  EXPECT_EQ(fast.status.error().offset, plain.status.error().offset) << what;
  EXPECT_EQ(fast.status.error().actual, plain.status.error().actual) << what;
  EXPECT_EQ(fast.status.error().what, plain.status.error().what) << what;
}

void expect_same_answers(const std::vector<Pixels>& streams, const pixel::Layout& l) {
  const auto plain = answers(streams, l, decode_frames_scalar);
  const auto fast = answers(streams, l, decode_frames);
  for (std::size_t i = 0; i < streams.size(); ++i)
    expect_same(fast[i], plain[i], text(l) + " stream " + std::to_string(i));
}

Pixels encoded(const pixel::Layout& l, const Pixels& pixels, Interleave interleave) {
  return encode(jpeg_ls_row(), pixels, l, {.interleave = interleave});
}

constexpr Interleave kInterleaves[] = {Interleave::None, Interleave::Line, Interleave::Sample};

TEST(DecodeLanes, EveryTargetGivesThePixelsBackForEveryPrecisionAndInterleaveMode) {
  test::for_every_target([] {
    for (std::uint16_t stored = 2; stored <= 16; ++stored)
      for (const std::uint16_t samples : {std::uint16_t{1}, std::uint16_t{3}, std::uint16_t{4}})
        for (const Interleave interleave : kInterleaves) {
          if (samples == 1 && interleave != Interleave::None) continue;
          const std::uint16_t allocated = stored <= 8 ? 8 : 16;
          const pixel::Layout l = layout(19, 37, samples, allocated, stored);
          std::vector<Pixels> frames;
          for (const Pattern pattern : kPatterns) frames.push_back(make_frame(l, pattern));
          for (const unsigned noise : {0U, 1U, 6U, 300U})
            frames.push_back(mixed_frame(l, noise, noise + stored));
          std::vector<Pixels> streams;
          for (const Pixels& frame : frames) streams.push_back(encoded(l, frame, interleave));
          const auto back = answers(streams, l, decode_frames);
          for (std::size_t i = 0; i < frames.size(); ++i) {
            ASSERT_TRUE(back[i].status) << text(l) << ": " << back[i].status.error().what;
            ASSERT_TRUE(back[i].pixels == frames[i]) << text(l) << " frame " << i;
          }
          expect_same_answers(streams, l);
        }
  });
}

// Two and three alike make a group with places left; others join when one is done or fails.
TEST(DecodeLanes, AnyNumberOfFramesAlikeOrNotGivesTheSameAnswers) {
  test::for_every_target([] {
    for (const std::uint16_t samples : kGreyAndColour)
      for (const Interleave interleave : kInterleaves) {
        if (samples == 1 && interleave != Interleave::None) continue;
        const pixel::Layout l = layout(9, 21, samples, 8, 8);
        for (std::size_t count = 1; count <= 11; ++count) {
          std::vector<Pixels> streams;
          for (std::size_t i = 0; i < count; ++i) {
            const auto seed = static_cast<unsigned>(i);
            streams.push_back(encoded(l, mixed_frame(l, i % 3 == 2 ? 0 : 5, seed), interleave));
            if (i % 4 == 1)
              streams.back().resize(streams.back().size() - streams.back().size() / 3);
            if (i % 4 == 2) streams.back()[streams.back().size() / 2] ^= 0x10;
          }
          expect_same_answers(streams, l);
        }
      }
  });
}

// A batch of one layout may hold streams of several shapes: lines, samples, and precisions.
TEST(DecodeLanes, FramesOfSeveralInterleaveModesAndPrecisionsGoSideBySide) {
  test::for_every_target([] {
    const pixel::Layout l = layout(11, 19, 3, 16, 12);
    std::vector<Pixels> streams;
    for (unsigned i = 0; i < 24; ++i) {
      const Pixels pixels = mixed_frame(i % 5 == 0 ? layout(11, 19, 3, 16, 9) : l, 7, i);
      streams.push_back(encoded(l, pixels, kInterleaves[i * 7 / 4 % 3]));
    }
    expect_same_answers(streams, l);
  });
}

TEST(DecodeLanes, EveryWidthEndsInsideItsMemory) {
  test::for_every_target([] {
    for (std::uint32_t columns = 1; columns <= 70; ++columns)
      for (const std::uint16_t samples : kGreyAndColour) {
        const pixel::Layout l = layout(4, columns, samples, 8, 8);
        const Pixels pixels = mixed_frame(l, 4, columns);
        const test::GuardedMemory stream(encoded(l, pixels, Interleave::Default));
        test::GuardedMemory written(pixels.size());
        const Bytes fragment = stream.bytes();
        DecodeJob job{.fragments = {&fragment, 1}, .layout = l, .out = written.writable()};
        Scratch scratch;
        decode_frames({&job, 1}, scratch);
        ASSERT_TRUE(job.status) << text(l);
        ASSERT_TRUE(std::ranges::equal(written.bytes(), pixels)) << text(l);
      }
  });
}

// Frames of other sizes and depths meet in one batch; each has its own answer.
TEST(DecodeLanes, FramesThatDoNotGoTogetherKeepTheirOwnAnswers) {
  std::vector<Pixels> frames;
  std::vector<pixel::Layout> layouts;
  for (std::uint32_t i = 0; i < 9; ++i) {
    layouts.push_back(layout(7 + 5 * i, 60 - 4 * i, i % 3 == 2 ? 3 : 1, i % 2 == 0 ? 16 : 8,
                             i % 2 == 0 ? 12 : 8));
    frames.push_back(mixed_frame(layouts.back(), 3 + i, i));
  }
  std::vector<Pixels> streams;
  for (std::size_t i = 0; i < frames.size(); ++i)
    streams.push_back(encoded(layouts[i], frames[i], Interleave::Line));
  streams[3].resize(streams[3].size() / 2);
  std::vector<Bytes> fragments(streams.begin(), streams.end());
  std::vector<Pixels> out;
  for (const Pixels& frame : frames) out.emplace_back(frame.size());
  std::vector<DecodeJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i)
    jobs.push_back({.fragments = {&fragments[i], 1}, .layout = layouts[i], .out = out[i]});
  Scratch scratch;
  decode_frames(jobs, scratch);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(jobs[i].status.has_value(), i != 3) << i;
    if (i != 3) {
      EXPECT_TRUE(out[i] == frames[i]) << i;
    }
  }
  EXPECT_EQ(jobs[3].status.error().code, ErrorCode::Truncated);
}

TEST(DecodeLanes, ATruncatedStreamHasTheAnswerOfTheReference) {
  for (const Interleave interleave : kInterleaves)
    for (const std::uint16_t samples : kGreyAndColour) {
      const pixel::Layout l = layout(9, 11, samples, 16, 12);
      const Pixels whole = encoded(l, mixed_frame(l, 9, 3), interleave);
      std::vector<Pixels> streams;
      for (std::size_t size = 0; size <= whole.size(); ++size)
        streams.emplace_back(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      expect_same_answers(streams, l);
    }
}

TEST(DecodeLanes, AChangedByteHasTheAnswerOfTheReference) {
  test::for_every_target([] {
    for (const Interleave interleave : kInterleaves)
      for (const std::uint16_t samples : kGreyAndColour) {
        const pixel::Layout l = layout(9, 11, samples, 8, 8);
        const Pixels whole = encoded(l, mixed_frame(l, 5, 8), interleave);
        std::vector<Pixels> streams;
        for (std::size_t at = 0; at < whole.size(); ++at)
          for (const unsigned change : {0x01U, 0x10U, 0x80U, 0xFFU}) {
            streams.push_back(whole);
            streams.back()[at] = static_cast<std::uint8_t>(whole[at] ^ change);
          }
        expect_same_answers(streams, l);
      }
  });
}

TEST(DecodeLanes, GarbageBehindGoodHeadersHasTheAnswerOfTheReference) {
  std::mt19937 random(11);
  for (const std::uint16_t stored :
       {std::uint16_t{2}, std::uint16_t{8}, std::uint16_t{12}, std::uint16_t{16}})
    for (const std::uint16_t samples : kGreyAndColour) {
      const pixel::Layout l = layout(13, 17, samples, stored <= 8 ? 8 : 16, stored);
      const Pixels good = encoded(l, make_frame(l, Pattern::Flat), Interleave::Default);
      const auto header = read_jpeg_header(good);
      std::vector<Pixels> streams;
      for (int round = 0; round < 200; ++round) {
        Pixels stream(good.begin(),
                      good.begin() + static_cast<std::ptrdiff_t>(header->scan_offset));
        const std::size_t size = random() % 900;
        const unsigned sparse = static_cast<unsigned>(random() % 4);
        for (std::size_t i = 0; i < size; ++i)
          stream.push_back(static_cast<std::uint8_t>(random() & (sparse == 0 ? 0x11 : 0x7F)));
        streams.push_back(stream);
      }
      expect_same_answers(streams, l);
    }
}

TEST(Unstuff, GivesBackWhatWasStuffed) {
  std::mt19937 random(4);
  for (int round = 0; round < 400; ++round) {
    Pixels plain(random() % 50);
    for (auto& byte : plain) byte = random() % 3 == 0 ? 0xFF : static_cast<std::uint8_t>(random());
    Buffer stuffed;
    BitWriter bits(stuffed);
    for (const std::uint8_t byte : plain) bits.put(byte, 8);
    bits.finish();
    const test::GuardedMemory coded(stuffed.bytes());
    test::GuardedMemory out(stuffed.size() + kPlainPadding);
    const std::uint64_t count = unstuff(coded.bytes(), out.writable().data());
    ASSERT_GE(count, plain.size() * 8);
    ASSERT_LT(count, plain.size() * 8 + 15);
    ASSERT_TRUE(std::ranges::equal(out.bytes().first(plain.size()), plain)) << round;
    for (const std::uint8_t byte : out.bytes().subspan(plain.size())) ASSERT_EQ(byte, 0);
  }
}

}  // namespace
}  // namespace slipring::codecs::jpeg_ls

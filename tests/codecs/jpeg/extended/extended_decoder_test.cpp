#include "codecs/jpeg/extended/extended_decoder.h"

#include <gtest/gtest.h>

#include "codecs/jpeg/jpeg_codec.h"
#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/jpeg/extended/twelve_bit_writer.h"
#include "tests/codecs/jpeg/jpeg_writer.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::jpeg::extended {
namespace {

using namespace codecs::fixture;

pixel::Layout layout_of(const TwelveBitWriter& how, std::uint16_t allocated = 16,
                        bool is_signed = false) {
  return layout(how.rows, how.columns, static_cast<std::uint16_t>(how.components.size()), allocated,
                12, is_signed);
}

Decoded decode_by_reference(const Pixels& stream, const pixel::Layout& l) {
  Decoded answer;
  answer.pixels.assign(l.frame_bytes().value_or(0), 0xA5);
  const auto seen = survey(stream);
  if (!seen) {
    answer.status = std::unexpected(seen.error());
    return answer;
  }
  Scratch scratch;
  answer.status = decode_plainly(Bytes(stream).first(seen->end), *seen, l, answer.pixels,
                                 answer.quirks, scratch);
  return answer;
}

// The same pixels, quirks and error as the reference.
void expect_the_reference(const Pixels& stream, const pixel::Layout& l) {
  const Decoded right = decode_by_reference(stream, l);
  const Decoded ours = decode(jpeg_row(), stream, l);
  ASSERT_EQ(ours.status.has_value(), right.status.has_value())
      << (right.status ? ours.status.error().what : right.status.error().what);
  if (right.status) {
    EXPECT_EQ(ours.pixels, right.pixels) << text(l);
    EXPECT_EQ(ours.quirks.bits, right.quirks.bits);
  } else {
    EXPECT_EQ(ours.status.error().code, right.status.error().code);
    EXPECT_EQ(ours.status.error().offset, right.status.error().offset);
  }
}

const std::vector<std::vector<Factors>> kSamplings = {{{}},
                                                      {{2, 2}},
                                                      {{}, {}, {}},
                                                      {{2, 1}, {2, 1}, {2, 1}},
                                                      {{2, 1}, {1, 1}, {1, 1}},
                                                      {{2, 2}, {1, 1}, {1, 1}},
                                                      {{1, 2}, {1, 1}, {1, 1}},
                                                      {{4, 1}, {1, 1}, {1, 1}},
                                                      {{1, 1}, {1, 2}, {3, 1}, {1, 4}}};

TEST(Extended, EveryTargetGivesWhatTheReferenceGives) {
  test::for_every_target([] {
    unsigned seed = 0;
    for (const auto& components : kSamplings) {
      for (const auto& [rows, columns] :
           std::vector<std::pair<std::uint16_t, std::uint16_t>>{{1, 1}, {7, 90}, {33, 17}}) {
        for (const bool separate : {false, true}) {
          TwelveBitWriter how{.rows = rows, .columns = columns, .components = components};
          how.separate_scans = separate;
          how.restart_interval = seed % 4;
          how.density = seed % 3 == 0 ? 0.9 : 0.1;
          how.seed = ++seed;
          const Pixels stream = write_twelve_bit(how);
          const Decoded back = decode(jpeg_row(), stream, layout_of(how));
          ASSERT_TRUE(back.status) << back.status.error().what << " " << text(layout_of(how));
          EXPECT_EQ(back.quirks.bits, 0U);
          expect_the_reference(stream, layout_of(how));
        }
      }
    }
  });
}

TEST(Extended, CoefficientsOfAnySizeAndWideStepsWrapAsTheReferenceDoes) {
  test::for_every_target([] {
    TwelveBitWriter how{.rows = 40, .columns = 70};
    how.wide_steps = true;
    how.dc_max = 16383, how.ac_max = 32767, how.density = 0.5;
    for (const unsigned step : {1U, 255U, 65535U}) {
      how.step = static_cast<std::uint16_t>(step);
      expect_the_reference(write_twelve_bit(how), layout_of(how));
    }
  });
}

TEST(Extended, SamplesComeBackWithinOneOfTheDefiningSums) {
  for (const Pattern pattern : kPatterns) {
    const pixel::Layout l = layout(19, 37, 1, 16, 12);
    const Pixels samples = make_frame(l, pattern);
    const Decoded back = decode(jpeg_row(), write_samples(samples, l), l);
    ASSERT_TRUE(back.status) << back.status.error().what;
    for (std::size_t i = 0; i < samples.size(); i += 2)
      ASSERT_NEAR(load_le<std::uint16_t>(&back.pixels[i]), load_le<std::uint16_t>(&samples[i]), 2);
  }
}

TEST(Extended, AProgressiveImageIsItsSequentialTwin) {
  for (const std::uint16_t samples : kGreyAndColour) {
    for (const int factor : {1, 2}) {
      for (const unsigned restart_rows : {0U, 1U}) {
        const pixel::Layout eight = layout(45, 67, samples, 8, 8);
        const pixel::Layout l = layout(45, 67, samples, 16, 12);
        const Pixels frame = make_frame(eight, Pattern::Noise);
        JpegWriter how{.horizontal = factor, .vertical = factor, .restart_rows = restart_rows};
        const Decoded right = decode(jpeg_row(), as_twelve_bit(write_jpeg(frame, eight, how)), l);
        how.progressive = true;
        const Pixels stream = as_twelve_bit(write_jpeg(frame, eight, how));
        test::for_every_target([&] {
          const Decoded back = decode(jpeg_row(), stream, l);
          ASSERT_TRUE(right.status && back.status);
          EXPECT_EQ(back.pixels, right.pixels);
          expect_the_reference(stream, l);
        });
      }
    }
  }
}

TEST(Extended, EveryAllocationAndSignIsFilled) {
  TwelveBitWriter how{.rows = 9, .columns = 21, .components = {{}, {}, {}}};
  const Pixels stream = write_twelve_bit(how);
  const Decoded plain = decode(jpeg_row(), stream, layout_of(how));
  for (const std::uint16_t allocated : std::vector<std::uint16_t>{16, 32, 64}) {
    for (const bool is_signed : {false, true}) {
      const Decoded back = decode(jpeg_row(), stream, layout_of(how, allocated, is_signed));
      ASSERT_TRUE(back.status);
      for (std::size_t i = 0; i < plain.pixels.size() / 2; ++i) {
        std::uint64_t value = 0, expected = load_le<std::uint16_t>(&plain.pixels[2 * i]);
        std::copy_n(&back.pixels[i * allocated / 8], allocated / 8,
                    reinterpret_cast<std::uint8_t*>(&value));
        if (is_signed && expected >= 2048) expected -= 4096;
        ASSERT_EQ(value << (64 - allocated), expected << (64 - allocated)) << allocated;
      }
    }
  }
  const Decoded odd = decode(jpeg_row(), stream, layout_of(how, 24));
  EXPECT_EQ(odd.status.error().code, ErrorCode::Unsupported);
  const Decoded narrow = decode(jpeg_row(), stream, layout(9, 21, 3, 8, 8));
  EXPECT_EQ(narrow.status.error().code, ErrorCode::OutOfRange);
}

TEST(Extended, FragmentsAPadByteAndAMissingEndAreRead) {
  TwelveBitWriter how{.rows = 20, .columns = 30};
  Pixels stream = write_twelve_bit(how);
  const Decoded whole = decode(jpeg_row(), stream, layout_of(how));
  stream.push_back(0);
  const Decoded pieces = decode(jpeg_row(), split(stream), layout_of(how));
  EXPECT_EQ(pieces.pixels, whole.pixels);
  EXPECT_EQ(pieces.quirks.bits, 0U);
  stream.push_back(0);
  EXPECT_TRUE(decode(jpeg_row(), stream, layout_of(how)).quirks.has(Quirk::TrailingBytes));
  how.ends = false;
  const Decoded endless = decode(jpeg_row(), write_twelve_bit(how), layout_of(how));
  ASSERT_TRUE(endless.status);
  EXPECT_EQ(endless.pixels, whole.pixels);
  EXPECT_TRUE(endless.quirks.has(Quirk::MissingEndMarker));
}

TEST(Extended, BytesThatNobodyNeedsBeforeAMarkerAreTolerated) {
  TwelveBitWriter how{.rows = 20, .columns = 30};
  Pixels stream = write_twelve_bit(how);
  const Decoded whole = decode(jpeg_row(), stream, layout_of(how));
  stream.insert(stream.end() - 2, {1, 2, 3});
  const Decoded back = decode(jpeg_row(), stream, layout_of(how));
  EXPECT_EQ(back.pixels, whole.pixels);
  EXPECT_TRUE(back.quirks.has(Quirk::LibraryWarning));
  expect_the_reference(stream, layout_of(how));
}

TEST(Extended, FillBytesBeforeMarkersAndStuffedBytesMeanNothing) {
  TwelveBitWriter how{.rows = 20, .columns = 30};
  how.restart_interval = 2;
  Pixels stream = write_twelve_bit(how);
  const Decoded whole = decode(jpeg_row(), stream, layout_of(how));
  for (const std::uint8_t marker : {jpeg_marker::kEoi, jpeg_marker::kRst0}) {
    Pixels filled = stream;
    filled.insert(filled.begin() + static_cast<std::ptrdiff_t>(find_marker(stream, marker)), 3,
                  0xFF);
    const Decoded back = decode(jpeg_row(), filled, layout_of(how));
    EXPECT_EQ(back.pixels, whole.pixels);
    EXPECT_EQ(back.quirks.bits, 0U);
    expect_the_reference(filled, layout_of(how));
  }
}

TEST(Extended, RestartMarkersMustComeInTheirOrder) {
  TwelveBitWriter how{.rows = 32, .columns = 32};
  how.restart_interval = 3;
  Pixels stream = write_twelve_bit(how);
  const std::size_t at = find_marker(stream, jpeg_marker::kRst0 + 1);
  Pixels other = stream;
  other[at + 1] = jpeg_marker::kRst0 + 5;
  EXPECT_EQ(decode(jpeg_row(), other, layout_of(how)).status.error().code, ErrorCode::Malformed);
  stream.erase(stream.begin() + static_cast<std::ptrdiff_t>(at), stream.end());
  stream.insert(stream.end(), {0xFF, jpeg_marker::kEoi});
  const Decoded cut = decode(jpeg_row(), stream, layout_of(how));
  EXPECT_EQ(cut.status.error().code, ErrorCode::Truncated);
  EXPECT_EQ(cut.status.error().offset, stream.size() - 2);
}

TEST(Extended, EveryTruncationIsTheReferencesError) {
  for (const auto& components : {kSamplings[0], kSamplings[5]}) {
    TwelveBitWriter how{.rows = 17, .columns = 19, .components = components};
    how.restart_interval = 2;
    const Pixels stream = write_twelve_bit(how);
    expect_truncations_are_seen(jpeg_row(), stream, layout_of(how));
    for (std::size_t size = 0; size < stream.size(); ++size)
      expect_the_reference({stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size)},
                           layout_of(how));
  }
}

void expect_corruptions_as_the_reference(const Pixels& stream, const pixel::Layout& l) {
  for (std::size_t at = 0; at < stream.size(); ++at) {
    for (const unsigned change : {0x01U, 0x80U, 0xFFU}) {
      Pixels damaged = stream;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ change);
      const auto header = read_jpeg_header(damaged);
      if (!header || header->precision_bits != 12 || header->rows != l.rows ||
          header->columns != l.columns || header->components != l.samples_per_pixel) {
        (void)decode(jpeg_row(), damaged, l);
        continue;
      }
      expect_the_reference(damaged, l);
    }
  }
}

TEST(Extended, EveryCorruptionIsTheReferencesAnswer) {
  for (const auto& components : {kSamplings[0], kSamplings[4]}) {
    TwelveBitWriter how{.rows = 17, .columns = 19, .components = components};
    how.restart_interval = 2;
    expect_corruptions_as_the_reference(write_twelve_bit(how), layout_of(how));
  }
  const pixel::Layout eight = layout(17, 19, 3, 8, 8);
  const Pixels frame = make_frame(eight, Pattern::Gradient);
  expect_corruptions_as_the_reference(
      as_twelve_bit(write_jpeg(frame, eight, {.horizontal = 2, .progressive = true})),
      layout(17, 19, 3, 16, 12));
}

TEST(Extended, GarbageBehindAValidHeaderIsTheReferencesAnswer) {
  TwelveBitWriter how{.rows = 24, .columns = 40};
  const Pixels stream = write_twelve_bit(how);
  const std::size_t scan = find_marker(stream, jpeg_marker::kSos) + 10;
  test::for_every_target([&] {
    for (unsigned seed = 1; seed <= 200; ++seed) {
      Pixels garbage = stream;
      const auto random = test::random_bytes(garbage.size() - scan, seed);
      std::ranges::copy(random, garbage.begin() + static_cast<std::ptrdiff_t>(scan));
      expect_the_reference(garbage, layout_of(how));
    }
  });
}

TEST(Extended, NothingIsReadOrWrittenBehindItsMemory) {
  for (const auto& components : kSamplings) {
    TwelveBitWriter how{.rows = 11, .columns = 13, .components = components};
    how.ends = false;
    const Pixels stream = write_twelve_bit(how);
    const Decoded right = decode(jpeg_row(), stream, layout_of(how));
    for (std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{40}}) {
      const test::GuardedMemory in(Bytes(stream).first(stream.size() - cut));
      test::for_every_target([&] {
        test::GuardedMemory out(right.pixels.size());
        const std::vector<Bytes> fragments = {in.bytes()};
        DecodeJob job{fragments, layout_of(how), out.writable()};
        Scratch scratch;
        jpeg_row().decode_batch({&job, 1}, scratch);
        if (cut != 0) return;
        ASSERT_TRUE(job.status);
        EXPECT_TRUE(std::ranges::equal(out.bytes(), right.pixels));
      });
    }
  }
}

ErrorCode code_of(const Pixels& stream, const pixel::Layout& l) {
  const Decoded back = decode(jpeg_row(), stream, l);
  return back.status ? ErrorCode::Internal : back.status.error().code;
}

TEST(Extended, HeadersThatCannotBeAreRefused) {
  TwelveBitWriter how{.components = {{2, 1}, {1, 1}, {1, 1}}};
  const Pixels stream = write_twelve_bit(how);
  const pixel::Layout l = layout_of(how);
  const std::size_t sof = find_marker(stream, jpeg_marker::kSof1);
  const std::size_t sos = find_marker(stream, jpeg_marker::kSos);
  const auto with = [&](std::size_t at, unsigned value) {
    Pixels changed = stream;
    changed[at] = static_cast<std::uint8_t>(value);
    return code_of(changed, l);
  };
  EXPECT_EQ(with(sof + 1, jpeg_marker::kSof0), ErrorCode::Unsupported);  // 12 bits, baseline
  EXPECT_EQ(with(sof + 11, 0x01), ErrorCode::Malformed);                 // factor 0
  EXPECT_EQ(with(sof + 11, 0x51), ErrorCode::Malformed);
  EXPECT_EQ(with(sof + 14, 0x31), ErrorCode::Unsupported);  // 2 and 3 across
  EXPECT_EQ(with(sof + 11, 0x44), ErrorCode::Malformed);    // 18 blocks in an MCU
  EXPECT_EQ(with(sof + 12, 1), ErrorCode::Malformed);       // no such steps
  EXPECT_EQ(with(sof + 12, 4), ErrorCode::Malformed);
  EXPECT_EQ(with(sos + 6, 0x23), ErrorCode::Malformed);  // no such codes
  EXPECT_EQ(with(sos + 6, 0x43), ErrorCode::Malformed);
  EXPECT_EQ(with(sos + 7, 1), ErrorCode::Malformed);  // a component twice
  EXPECT_TRUE(decode(jpeg_row(), stream, l).status);
}

TEST(Extended, AProgressiveScanOutOfOrderIsMalformed) {
  const pixel::Layout eight = layout(17, 19, 1, 8, 8);
  const Pixels frame = make_frame(eight, Pattern::Gradient);
  Pixels stream = as_twelve_bit(write_jpeg(frame, eight, {.progressive = true}));
  std::size_t refinement = 0;  // of the last scan: Ah, Al
  for (std::size_t i = 0; i + 1 < stream.size(); ++i)
    if (stream[i] == 0xFF && stream[i + 1] == jpeg_marker::kSos) refinement = i + 9;
  ASSERT_EQ(stream[refinement], 0x10);
  stream[refinement] = 0x21;
  EXPECT_EQ(code_of(stream, layout(17, 19, 1, 16, 12)), ErrorCode::Malformed);
  stream[refinement] = 0x20;
  EXPECT_EQ(code_of(stream, layout(17, 19, 1, 16, 12)), ErrorCode::Malformed);
}

}  // namespace
}  // namespace slipring::codecs::jpeg::extended

// What two decoders make of a stream: the fast one and the one by the book. They must agree in
// everything.
#pragma once

#include <gtest/gtest.h>

#include <random>

#include "codecs/jpeg_lossless/decode/decoder.h"
#include "codecs/jpeg_lossless/jpeg_lossless_codec.h"
#include "tests/codecs/frames.h"
#include "tests/codecs/jpeg_lossless/jpeg_lossless_writer.h"

namespace slipring::codecs::fixture {

inline Decoded decode_by_the_book(const std::vector<Bytes>& fragments, const pixel::Layout& l) {
  Decoded answer;
  answer.pixels.assign(l.frame_bytes().value_or(0), 0xA5);
  DecodeJob job{fragments, l, answer.pixels};
  Scratch scratch;
  jpeg_lossless::decode_by_the_book(job, scratch);
  answer.status = job.status;
  answer.quirks = job.quirks;
  return answer;
}

inline void expect_same(const Decoded& a, const Decoded& b) {
  ASSERT_EQ(a.status.has_value(), b.status.has_value());
  if (a.status) {
    EXPECT_EQ(a.quirks.bits, b.quirks.bits);
    EXPECT_TRUE(a.pixels == b.pixels);
    return;
  }
  EXPECT_EQ(a.status.error().code, b.status.error().code);
  EXPECT_EQ(a.status.error().offset, b.status.error().offset);
  EXPECT_EQ(a.status.error().what, b.status.error().what);
  EXPECT_EQ(a.status.error().actual, b.status.error().actual);
}

// Decodes both ways, which must agree.
inline Decoded decode_lossless(Bytes stream, const pixel::Layout& l) {
  const std::vector<Bytes> fragments = {stream};
  const Decoded fast = decode(jpeg_lossless::jpeg_lossless_row(), fragments, l);
  expect_same(fast, decode_by_the_book(fragments, l));
  return fast;
}

enum class Content : std::uint8_t { Flat, Gradient, Smooth, Noise, Extremes };
inline constexpr Content kContents[] = {Content::Flat, Content::Gradient, Content::Smooth,
                                        Content::Noise, Content::Extremes};

// Fills in the samples, each below 2^(precision - point transform).
inline void fill(LosslessStream& s, Content content, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  const std::uint32_t range = 1U << (s.precision - s.point_transform);
  s.samples.assign(s.components, {});
  for (std::uint32_t c = 0; c < s.components; ++c) {
    for (std::uint32_t i = 0; i < s.rows * s.columns; ++i) {
      std::uint32_t value = range / 3 + c;
      if (content == Content::Gradient) value = i * 3 + i / s.columns + c * 7;
      if (content == Content::Smooth) value = range / 2 + static_cast<std::uint32_t>(random() % 5);
      if (content == Content::Noise) value = static_cast<std::uint32_t>(random());
      if (content == Content::Extremes) value = random() % 2 != 0 ? 0 : range - 1;
      s.samples[c].push_back(static_cast<std::uint16_t>(value % range));
    }
  }
}

// The canonical frame that the samples stand for.
inline Pixels frame_of(const LosslessStream& s, const pixel::Layout& l) {
  Pixels out;
  for (std::uint32_t i = 0; i < s.rows * s.columns; ++i) {
    for (std::uint32_t c = 0; c < s.components; ++c) {
      std::int64_t value = (s.samples[c][i] << s.point_transform) & ((1 << s.precision) - 1);
      if (l.is_signed && value >> (s.precision - 1) != 0) value -= 1 << s.precision;
      for (std::uint32_t b = 0; b < l.bytes_per_sample(); ++b)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * b)));
    }
  }
  return out;
}

inline pixel::Layout layout_of(const LosslessStream& s, bool is_signed = false) {
  return layout(s.rows, s.columns, static_cast<std::uint16_t>(s.components),
                s.precision <= 8 ? 8 : 16, static_cast<std::uint16_t>(s.precision), is_signed);
}

inline std::string text(const LosslessStream& s) {
  return std::to_string(s.rows) + "x" + std::to_string(s.columns) + "x" +
         std::to_string(s.components) + " P" + std::to_string(s.precision) + " Pt" +
         std::to_string(s.point_transform) + " predictor " + std::to_string(s.predictor) + " Ri " +
         std::to_string(s.restart_interval) + (s.interleaved ? "" : " scans") +
         (s.tables_differ ? " tables" : "");
}

// The stream decodes to its samples, without a word.
inline void expect_decodes(const LosslessStream& s, bool is_signed = false) {
  SCOPED_TRACE(text(s));
  const auto stream = write_lossless(s);
  const pixel::Layout l = layout_of(s, is_signed);
  const Decoded decoded = decode_lossless(stream, l);
  ASSERT_TRUE(decoded.status) << decoded.status.error().what;
  EXPECT_EQ(decoded.quirks.bits, 0U);
  EXPECT_TRUE(decoded.pixels == frame_of(s, l));
}

}  // namespace slipring::codecs::fixture

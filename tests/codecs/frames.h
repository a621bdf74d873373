// Frames for tests of codecs: layouts and pixels that are made, not stored; and what every decoder
// must survive.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "codecs/codec.h"

namespace slipring::codecs::fixture {

using Pixels = std::vector<std::uint8_t>;
inline constexpr std::uint16_t kGreyAndColour[] = {1, 3};

inline pixel::Layout layout(std::uint32_t rows, std::uint32_t columns, std::uint16_t samples,
                            std::uint16_t allocated, std::uint16_t stored, bool is_signed = false) {
  return {rows,     columns, samples, allocated, stored, static_cast<std::uint16_t>(stored - 1),
          is_signed};
}

inline std::string text(const pixel::Layout& l) {
  return std::to_string(l.rows) + "x" + std::to_string(l.columns) + "x" +
         std::to_string(l.samples_per_pixel) + " " + std::to_string(l.bits_stored) + "/" +
         std::to_string(l.bits_allocated) + (l.is_signed ? " signed" : "");
}

enum class Pattern { Flat, Gradient, Noise, Extremes };
inline constexpr Pattern kPatterns[] = {Pattern::Flat, Pattern::Gradient, Pattern::Noise,
                                        Pattern::Extremes};

// Canonical pixels within Bits Stored, sign extended when signed.
inline Pixels make_frame(const pixel::Layout& l, Pattern pattern, unsigned seed = 1) {
  std::mt19937 random(seed);
  const std::int64_t range = std::int64_t{1} << l.bits_stored;
  const std::int64_t low = l.is_signed ? -range / 2 : 0;
  const std::size_t sample_bytes = l.bytes_per_sample();
  Pixels out(l.samples_per_frame() * sample_bytes);
  for (std::uint64_t i = 0; i < l.samples_per_frame(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    std::int64_t value = low + range / 3;
    if (pattern == Pattern::Gradient) value = low + (at * 3 + at / l.columns) % range;
    if (pattern == Pattern::Noise) value = low + static_cast<std::int64_t>(random()) % range;
    if (pattern == Pattern::Extremes) value = random() % 2 != 0 ? low : low + range - 1;
    for (std::size_t b = 0; b < sample_bytes; ++b)
      out[i * sample_bytes + b] = static_cast<std::uint8_t>(value >> (8 * b));
  }
  return out;
}

struct Decoded {
  Result<void> status;
  Quirks quirks;
  Pixels pixels;
};

inline Decoded decode(const FormatRow& row, const std::vector<Bytes>& fragments,
                      const pixel::Layout& l) {
  Decoded answer;
  answer.pixels.assign(l.frame_bytes().value_or(0), 0xA5);
  DecodeJob job{fragments, l, answer.pixels};
  Scratch scratch;
  row.decode_batch({&job, 1}, scratch);
  answer.status = job.status;
  answer.quirks = job.quirks;
  return answer;
}

inline Decoded decode(const FormatRow& row, Bytes stream, const pixel::Layout& l) {
  return decode(row, std::vector<Bytes>{stream}, l);
}

// The frame held against `expected` as it is decoded. Requires row.compares.
inline Result<void> compare(const FormatRow& row, Bytes stream, const pixel::Layout& l,
                            Bytes expected) {
  DecodeJob job{{&stream, 1}, l, {}};
  job.expected = expected;
  Scratch scratch;
  row.decode_batch({&job, 1}, scratch);
  return job.status;
}

// What decoding says of a stream, comparing with `pixels` says too.
inline void expect_comparison_agrees(const FormatRow& row, Bytes stream, const pixel::Layout& l,
                                     const Decoded& decoded, const Pixels& pixels) {
  if (!row.compares) return;
  const Result<void> compared = compare(row, stream, l, pixels);
  EXPECT_EQ(compared.has_value(), decoded.status.has_value() && decoded.pixels == pixels)
      << text(l);
}

// The frame is known, and one that differs in a bit is not.
inline void expect_comparison_sees(const FormatRow& row, Bytes stream, const pixel::Layout& l,
                                   Pixels pixels) {
  if (!row.compares) return;
  EXPECT_TRUE(compare(row, stream, l, pixels)) << text(l);
  for (const std::size_t at : {std::size_t{0}, pixels.size() / 2, pixels.size() - 1}) {
    pixels[at] ^= 1;
    const Result<void> compared = compare(row, stream, l, pixels);
    ASSERT_FALSE(compared) << text(l) << " at " << at;
    EXPECT_EQ(compared.error().code, ErrorCode::Mismatch) << text(l) << " at " << at;
    pixels[at] ^= 1;
  }
}

inline Pixels encode(const FormatRow& row, const Pixels& pixels, const pixel::Layout& l,
                     EncodeParameters parameters = {}) {
  Buffer out;
  EncodeJob job{pixels, l, parameters, &out};
  Scratch scratch;
  row.encode_batch({&job, 1}, scratch);
  EXPECT_TRUE(job.status) << text(l) << ": " << job.status.error().what << " "
                          << job.status.error().actual;
  return {out.data(), out.data() + out.size()};
}

inline void expect_round_trip(const FormatRow& row, const pixel::Layout& l, const Pixels& pixels,
                              EncodeParameters parameters = {}) {
  const Pixels stream = encode(row, pixels, l, parameters);
  const Decoded back = decode(row, stream, l);
  ASSERT_TRUE(back.status) << text(l) << ": " << back.status.error().what << " "
                           << back.status.error().actual;
  EXPECT_TRUE(back.pixels == pixels) << text(l);
  expect_comparison_sees(row, stream, l, pixels);
}

// Every side length that is special to some codec: one, odd, below and above a block or a tile.
inline std::vector<pixel::Layout> sizes(std::uint16_t samples, std::uint16_t allocated,
                                        std::uint16_t stored, bool is_signed) {
  std::vector<pixel::Layout> all;
  for (const auto& [rows, columns] : std::vector<std::pair<std::uint32_t, std::uint32_t>>{
           {1, 1}, {1, 2}, {2, 1}, {1, 67}, {67, 1}, {3, 5}, {16, 16}, {33, 31}, {70, 65}})
    all.push_back(layout(rows, columns, samples, allocated, stored, is_signed));
  return all;
}

// The stream in pieces: the first bytes alone, an empty one, the rest.
inline std::vector<Bytes> split(Bytes stream) {
  const std::size_t half = stream.size() / 2;
  return {stream.first(1), Bytes{}, stream.subspan(1, half - 1), stream.subspan(half)};
}

// A prefix is an error or, where nothing but padding is missing, the same pixels. The prefix lies
// in a block of its own so that a sanitizer sees reads behind it.
inline void expect_truncations_are_seen(const FormatRow& row, const Pixels& stream,
                                        const pixel::Layout& l) {
  const Decoded whole = decode(row, stream, l);
  ASSERT_TRUE(whole.status) << whole.status.error().what;
  for (std::size_t size = 0; size < stream.size(); ++size) {
    const Pixels prefix(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
    const Decoded cut = decode(row, prefix, l);
    EXPECT_TRUE(!cut.status || cut.pixels == whole.pixels) << text(l) << " cut at " << size;
    expect_comparison_agrees(row, prefix, l, cut, whole.pixels);
  }
}

// Single bytes changed: any answer is right that comes back and stays inside its memory; comparing
// gives the same one.
inline void expect_corruptions_are_survived(const FormatRow& row, const Pixels& stream,
                                            const pixel::Layout& l) {
  const Decoded whole = decode(row, stream, l);
  for (std::size_t at = 0; at < stream.size(); ++at) {
    for (const unsigned change : {0x01U, 0x80U, 0xFFU}) {
      Pixels damaged = stream;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ change);
      expect_comparison_agrees(row, damaged, l, decode(row, damaged, l), whole.pixels);
    }
  }
}

}  // namespace slipring::codecs::fixture

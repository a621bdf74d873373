// RLE frames built by hand, so that a test says which bytes are wrong and nothing else is.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <vector>

#include "codecs/base/bytes.h"
#include "codecs/codec.h"
#include "codecs/rle/rle_codec.h"
#include "codecs/rle/rle_header.h"

namespace slipring::test {

using ByteVector = std::vector<std::uint8_t>;

// A header and the segments one after the other.
inline ByteVector rle_frame(const std::vector<ByteVector>& segments) {
  codecs::rle::Header header;
  ByteVector frame(codecs::rle::kHeaderBytes);
  for (const ByteVector& segment : segments) {
    header.offsets[header.segments++] = static_cast<std::uint32_t>(frame.size());
    frame.insert(frame.end(), segment.begin(), segment.end());
  }
  codecs::rle::write_header(header, std::span<std::uint8_t, codecs::rle::kHeaderBytes>(
                                        frame.data(), codecs::rle::kHeaderBytes));
  return frame;
}

inline pixel::Layout layout(std::uint32_t rows, std::uint32_t columns, std::uint16_t samples,
                            std::uint16_t bits) {
  return {rows, columns, samples, bits, bits, static_cast<std::uint16_t>(bits - 1), false};
}

struct Decoded {
  Result<void> status;
  codecs::Quirks quirks;
  ByteVector out;
};

inline Decoded decode(const pixel::Layout& layout, std::span<const Bytes> fragments) {
  Decoded decoded{{}, {}, ByteVector(layout.frame_bytes().value())};
  codecs::DecodeJob job{.fragments = fragments, .layout = layout, .out = decoded.out};
  Scratch scratch;
  codecs::rle::rle_row().decode_batch({&job, 1}, scratch);
  decoded.status = job.status;
  decoded.quirks = job.quirks;
  return decoded;
}

inline Decoded decode(const pixel::Layout& layout, Bytes frame) {
  return decode(layout, std::span(&frame, 1));
}

inline ByteVector encode(const pixel::Layout& layout, Bytes pixels) {
  Buffer out;
  codecs::EncodeJob job{.pixels = pixels, .layout = layout, .out = &out};
  Scratch scratch;
  codecs::rle::rle_row().encode_batch({&job, 1}, scratch);
  if (!job.status) return {};
  return {out.data(), out.data() + out.size()};
}

// Bytes that repeat now and then: each is the one before with a chance of `repeat_percent`.
inline ByteVector runny_bytes(std::size_t size, unsigned repeat_percent, std::uint32_t seed) {
  std::mt19937 generator(seed);
  ByteVector bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = i != 0 && generator() % 100 < repeat_percent
                   ? bytes[i - 1]
                   : static_cast<std::uint8_t>(generator() % 7);
  return bytes;
}

}  // namespace slipring::test

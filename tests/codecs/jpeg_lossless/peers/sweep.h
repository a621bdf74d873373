// Streams of every kind that another decoder may be asked to read, and what it makes of them.
#pragma once

#include <functional>
#include <optional>

#include "tests/codecs/jpeg_lossless/decoded.h"

namespace slipring::codecs::fixture {

struct Tally {
  std::uint32_t streams = 0;
  std::uint32_t refused = 0;
};

// Nothing: it would not read the stream.
using Reader = std::function<std::optional<Pixels>(const pixel::Layout&, Bytes)>;

inline void read_by(const Reader& reader, const LosslessStream& s, Tally& tally) {
  SCOPED_TRACE(text(s));
  const pixel::Layout l = layout_of(s);
  const auto stream = write_lossless(s);
  const auto pixels = reader(l, stream);
  ++tally.streams;
  if (!pixels) {
    ++tally.refused;
    return;
  }
  EXPECT_TRUE(*pixels == frame_of(s, l));
  EXPECT_TRUE(decode_lossless(stream, l).pixels == *pixels);
}

// Sizes, precisions, selection values, restarts of whole lines, one scan or several. Precisions
// that leave a byte unused are left out: DCMTK 3.6.7 and GDCM 3.0.21 misread them.
inline Tally sweep(const Reader& reader, std::uint32_t components, bool interleaved) {
  struct Size {
    std::uint32_t rows, columns;
  };
  Tally tally;
  std::uint32_t turn = 0;
  for (const Size size : {Size{1, 1}, Size{1, 70}, Size{9, 1}, Size{7, 45}}) {
    for (std::uint32_t precision = 8; precision <= 16; ++precision) {
      for (std::uint32_t predictor = 1; predictor <= 7; ++predictor) {
        LosslessStream s;
        s.rows = size.rows;
        s.columns = size.columns;
        s.components = components;
        s.interleaved = interleaved;
        s.precision = precision;
        s.predictor = predictor;
        s.restart_interval = turn % 3 * s.columns;
        fill(s, kContents[turn % 4], turn + 1);
        ++turn;
        read_by(reader, s, tally);
      }
    }
  }
  return tally;
}

// What our own encoder writes.
inline Tally sweep_encoder(const Reader& reader) {
  Tally tally;
  for (const std::uint16_t samples : kGreyAndColour) {
    for (std::uint16_t stored = 2; stored <= 16; ++stored) {
      for (const Pattern pattern : kPatterns) {
        const pixel::Layout l = layout(11, 67, samples, stored <= 8 ? 8 : 16, stored);
        const Pixels pixels = make_frame(l, pattern);
        const auto stream = encode(jpeg_lossless::jpeg_lossless_row(), pixels, l);
        const auto read = reader(l, stream);
        ++tally.streams;
        if (!read)
          ++tally.refused;
        else
          EXPECT_TRUE(*read == pixels) << text(l);
      }
    }
  }
  return tally;
}

}  // namespace slipring::codecs::fixture

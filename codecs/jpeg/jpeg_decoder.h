// The door to libjpeg-turbo: jpeg_decoder.cpp alone includes its headers. It never prints nor
// exits.
#pragma once

#include "codecs/codec.h"
#include "codecs/kernels/row/row_epilogue.h"

namespace slipring::codecs::jpeg {

struct Target {
  MutableBytes pixels;  // canonical frame
  MutableBytes row;     // one row of 8-bit samples for the epilogue; empty: rows are final
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t components = 0;
  kernels::RowEpilogue epilogue;
};

// `stream`: surveyed, from SOI. Errors: Malformed, Truncated, Unsupported (actual: libjpeg's
// message code), DimensionMismatch, Internal (no memory). Adds MissingEndMarker, LibraryWarning.
[[nodiscard]] Result<void> decode_stream(Bytes stream, const Target& target, Quirks& quirks);

}  // namespace slipring::codecs::jpeg

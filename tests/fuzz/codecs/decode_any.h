// A stream is decoded as what it says it is, so that hostile bytes reach the library and not only
// the comparison with a data set: whole, then in fragments, which must give the same.
#pragma once

#include <cstdlib>
#include <cstring>
#include <vector>

#include "codecs/codec.h"

namespace slipring::codecs::fuzzing {

inline constexpr std::uint64_t kPixelsMax = std::uint64_t{1} << 20;

inline Result<void> decode(const FormatRow& row, std::span<const Bytes> fragments,
                           const pixel::Layout& layout, Buffer& out, Scratch& scratch) {
  out.clear();
  out.resize(*layout.frame_bytes());
  DecodeJob job{fragments, layout, out.mutable_bytes(), {}, {}};
  row.decode_batch({&job, 1}, scratch);
  return job.status;
}

inline void decode_any(const FormatRow& row, Bytes stream) {
  const std::vector<Bytes> whole = {stream};
  const auto info = row.probe(whole);
  if (!info || std::uint64_t{info->rows} * info->columns > kPixelsMax) return;
  if (info->components == 0 || info->components > 4) return;
  pixel::Layout layout{info->rows, info->columns, info->components, 16, 12, 11, false};
  if (info->precision_bits <= 8) layout.bits_allocated = 8;
  if (info->precision_bits > 16) layout.bits_allocated = 32;
  layout.is_signed = stream.size() % 2 == 1;
  if (!layout.frame_bytes()) return;
  Scratch scratch;
  Buffer once;
  Buffer again;
  const auto first = decode(row, whole, layout, once, scratch);
  if (stream.size() < 2) return;
  const std::vector<Bytes> pieces = {
      stream.first(stream.size() / 3), {}, stream.subspan(stream.size() / 3)};
  const auto second = decode(row, pieces, layout, again, scratch);
  if (first.has_value() != second.has_value()) std::abort();
  if (first && std::memcmp(once.data(), again.data(), once.size()) != 0) std::abort();
}

}  // namespace slipring::codecs::fuzzing

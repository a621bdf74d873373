// The fast encoder, row by row in three passes that each run without waiting for the one before:
// compare every byte with the two that follow (a bit for each place where a run of three starts),
// list where the strings of such bits begin and end, then write the packets from the list. The list
// frees the last pass of any search: all it carries from packet to packet is the output pointer.
#include <algorithm>
#include <bit>
#include <cstring>

#include "codecs/base/contract.h"
#include "codecs/kernels/planes.h"
#include "codecs/rle/rle_encoder.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/rle/rle_encoder_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef SLIPRING_RLE_ENCODER_ONCE
#define SLIPRING_RLE_ENCODER_ONCE
namespace slipring::codecs::rle {

inline constexpr std::size_t kStripBytes = 8192;   // of one plane, at least one row
inline constexpr std::size_t kReadSlack = 64 + 2;  // readable behind a row: a vector, two bytes on
inline constexpr std::size_t kEdgesAtOnce = 8;

struct Row {
  const std::uint8_t* bytes;  // kReadSlack more are readable
  std::size_t size;
};

// Room for a row's bits and for the edges of its runs.
struct Work {
  std::uint64_t* bits;   // size / 64 + 1
  std::uint32_t* edges;  // size + kEdgesAtOnce
};

}  // namespace slipring::codecs::rle
#endif

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::rle {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

std::uint8_t* encode_row(Row row, Work, std::uint8_t* to) {
  return encode_row_scalar({row.bytes, row.size}, to);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// Bit i: bytes i, i + 1 and i + 2 are equal and inside the row.
void find_runs(Row row, std::uint64_t* bits) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const std::size_t lanes = hn::Lanes(d);
  auto* to = reinterpret_cast<std::uint8_t*>(bits);
  for (std::size_t i = 0; i <= row.size / 64 * 64; i += 64) {
    for (std::size_t k = i; k < i + 64; k += lanes) {
      if (k >= row.size) {
        std::memset(to + k / 8, 0, lanes / 8);
        continue;
      }
      const auto a = hn::LoadU(d, row.bytes + k);
      const auto b = hn::LoadU(d, row.bytes + k + 1);
      const auto e = hn::LoadU(d, row.bytes + k + 2);
      hn::StoreMaskBits(d, hn::And(hn::Eq(a, b), hn::Eq(b, e)), to + k / 8);
    }
  }
  const std::size_t valid = row.size < 2 ? 0 : row.size - 2;
  for (std::size_t word = valid / 64; word <= row.size / 64; ++word)
    bits[word] &= word == valid / 64 ? (std::uint64_t{1} << (valid % 64)) - 1 : 0;
}

// Edges in pairs: the first and the one-after-last place of each string of bits.
std::size_t list_edges(const std::uint64_t* bits, std::size_t words, std::uint32_t* edges) {
  std::size_t count = 0;
  std::uint64_t carry = 0;
  for (std::size_t word = 0; word < words; ++word) {
    const std::uint64_t run = bits[word];
    std::uint64_t edge = run ^ (run << 1 | carry);
    carry = run >> 63;
    if (edge == 0) continue;
    const auto found = static_cast<std::size_t>(std::popcount(edge));
    const auto base = static_cast<std::uint32_t>(word * 64);
    for (std::size_t done = 0; done < found; done += kEdgesAtOnce) {
      for (std::size_t k = 0; k < kEdgesAtOnce; ++k) {
        edges[count + done + k] = base + static_cast<std::uint32_t>(std::countr_zero(edge));
        edge &= edge - 1;
      }
    }
    count += found;
  }
  return count;
}

HWY_INLINE void copy_64(const std::uint8_t* from, std::uint8_t* to) {
  const hn::CappedTag<std::uint8_t, 64> d;
  for (std::size_t i = 0; i < 64; i += hn::Lanes(d)) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
}

// At most 128 bytes as one literal; 128 are read, up to kReadSlack behind the row.
HWY_INLINE void write_literal(const std::uint8_t* from, std::size_t size, Packets& packets) {
  packets.literal = packets.to;
  packets.to[0] = static_cast<std::uint8_t>(size - 1);
  copy_64(from, packets.to + 1);
  if (size > 64) copy_64(from + 64, packets.to + 65);
  packets.to += size + 1;
}

// What encode_literals_scalar writes, with wide copies.
void write_literals(const std::uint8_t* from, std::size_t size, Packets& packets) {
  while (size > kPacketMax && from[0] != from[1]) {
    const std::size_t count = kPacketMax - (from[kPacketMax - 1] == from[kPacketMax]);
    write_literal(from, count, packets);
    from += count;
    size -= count;
  }
  if (size == 0) return;
  if (size > kPacketMax || all_pairs({from, size}))
    return encode_literals_scalar({from, size}, packets);
  write_literal(from, size, packets);
}

// The packets between two edges: literals, at most 64 of them in one wide copy, then a run.
std::uint8_t* encode_row(Row row, Work work, std::uint8_t* to) {
  find_runs(row, work.bits);
  const std::size_t edges = list_edges(work.bits, row.size / 64 + 1, work.edges);
  Packets packets{to};
  std::size_t at = 0;
  for (std::size_t k = 0; k < edges; k += 2) {
    const std::size_t start = work.edges[k];
    const std::size_t run = work.edges[k + 1] + 2 - start;
    const std::size_t literals = start - at;
    const std::uint8_t* from = row.bytes + at;
    const std::uint8_t value = row.bytes[start];
    const bool maybe_pairs = literals % 2 == 0 && literals != 0 && from[0] == from[1];
    at = start + run;
    if (HWY_LIKELY(literals <= 64 && run <= kPacketMax && !maybe_pairs)) {
      packets.to[0] = static_cast<std::uint8_t>(literals - 1);
      copy_64(from, packets.to + 1);
      packets.to += literals + (literals != 0);
      packets.to[0] = static_cast<std::uint8_t>(257 - run);
      packets.to[1] = value;
      packets.to += 2;
    } else {
      packets.literal = nullptr;
      write_literals(from, literals, packets);
      at -= packets.run(run, value);
    }
  }
  write_literals(row.bytes + at, row.size - at, packets);
  return packets.to;
}

#endif

void encode(Bytes pixels, std::span<const std::uint8_t> positions, std::uint64_t row_bytes,
            std::span<SegmentOut> segments, Scratch& scratch) {
  const std::size_t planes = positions.size();
  const std::uint64_t plane_bytes = pixels.size() / planes;
  const std::uint64_t rows_at_once = std::max<std::uint64_t>(1, kStripBytes / row_bytes);
  const std::size_t strip_bytes = std::min(rows_at_once * row_bytes, plane_bytes);
  const std::size_t pitch = (strip_bytes + kReadSlack + 63) / 64 * 64;
  const MutableBytes strips = scratch.take(1, pitch * planes);
  const std::size_t words = row_bytes / 64 + 1;
  const Work work{reinterpret_cast<std::uint64_t*>(scratch.take(2, words * 8).data()),
                  reinterpret_cast<std::uint32_t*>(
                      scratch.take(3, (row_bytes + kEdgesAtOnce) * sizeof(std::uint32_t)).data())};
  std::uint8_t* split[kSegmentsMax];
  std::uint8_t* to[kSegmentsMax];
  for (std::size_t k = 0; k < planes; ++k) {
    split[positions[k]] = strips.data() + k * pitch;
    to[k] = segments[k].to;
    std::memset(strips.data() + k * pitch + strip_bytes, 0, kReadSlack);
  }
  for (std::uint64_t done = 0; done < plane_bytes; done += strip_bytes) {
    const std::size_t size = std::min<std::uint64_t>(strip_bytes, plane_bytes - done);
    kernels::split_planes(&pixels[done * planes], 1, size, {split, planes});
    for (std::size_t k = 0; k < planes; ++k) {
      const std::uint8_t* strip = strips.data() + k * pitch;
      for (std::size_t at = 0; at < size; at += row_bytes)
        to[k] = encode_row({strip + at, std::min<std::size_t>(row_bytes, size - at)}, work, to[k]);
    }
  }
  for (std::size_t k = 0; k < planes; ++k)
    segments[k].size_bytes = static_cast<std::uint64_t>(to[k] - segments[k].to);
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::rle
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::rle {

HWY_EXPORT(encode);

void encode_planes(Bytes pixels, std::span<const std::uint8_t> positions, std::uint64_t row_bytes,
                   std::span<SegmentOut> segments, Scratch& scratch) {
  EXPECTS(!positions.empty() && positions.size() <= kSegmentsMax);
  EXPECTS(positions.size() == segments.size() && row_bytes != 0);
  EXPECTS(pixels.size() % positions.size() == 0);
  HWY_DYNAMIC_DISPATCH(encode)(pixels, positions, row_bytes, segments, scratch);
}

}  // namespace slipring::codecs::rle
#endif

// The fast decoder. All planes advance strip by strip: each plane's packets are unpacked into a
// strip that stays in L1, with stores as wide as a vector that run over the packet's end; then one
// pass interleaves the strips into the frame. What a packet gives beyond its strip is carried to
// the next, so a packet may cross rows and strips, as the older encoders' do.
#include <algorithm>
#include <cstring>

#include "codecs/base/contract.h"
#include "codecs/kernels/planes.h"
#include "codecs/rle/rle_decoder.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/rle/rle_decoder_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef SLIPRING_RLE_DECODER_ONCE
#define SLIPRING_RLE_DECODER_ONCE
namespace slipring::codecs::rle {

inline constexpr std::size_t kPacketMax = 128;              // bytes that one packet gives
inline constexpr std::size_t kPacketSpan = kPacketMax + 2;  // bytes that reading one may touch
inline constexpr std::size_t kStripBytes = 4096;
inline constexpr std::size_t kStripSlack = kPacketMax + 128;  // a packet, and a vector over its end

// One segment being unpacked.
struct Cursor {
  const std::uint8_t* at = nullptr;
  const std::uint8_t* end = nullptr;
};

}  // namespace slipring::codecs::rle
#endif

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::rle {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void decode(std::span<const Bytes> segments, std::span<const std::uint8_t> positions,
            std::uint64_t plane_bytes, std::uint8_t* out, std::span<SegmentEnd> ends) {
  decode_planes_scalar(segments, positions, plane_bytes, out, ends);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// One packet. At least kPacketSpan bytes are readable at `at`, kStripSlack writable at `to`.
HWY_INLINE void unpack_one(const std::uint8_t*& at, std::uint8_t*& to) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t control = at[0];
  if (control < 0x80) {
    const std::size_t count = control + 1;
    hn::StoreU(hn::LoadU(d, at + 1), d, to);
    if (HWY_UNLIKELY(count > lanes)) {
      for (std::size_t i = lanes; i < kPacketMax; i += lanes)
        hn::StoreU(hn::LoadU(d, at + 1 + i), d, to + i);
    }
    at += count + 1;
    to += count;
  } else {
    const auto value = hn::Set(d, at[1]);
    std::size_t count = 257 - control;
    std::size_t step = 2;
    if (HWY_UNLIKELY(control == 0x80)) {
      count = 0;
      step = 1;
    }
    hn::StoreU(value, d, to);
    if (HWY_UNLIKELY(count > lanes)) {
      for (std::size_t i = lanes; i < kPacketMax; i += lanes) hn::StoreU(value, d, to + i);
    }
    at += step;
    to += count;
  }
}

// The same without the right to read beyond `end`: for the last packets of a segment.
std::uint8_t* unpack_end(Cursor& cursor, std::uint8_t* to, const std::uint8_t* until) {
  while (to < until && cursor.at < cursor.end) {
    const unsigned control = *cursor.at++;
    if (control == 0x80) continue;
    const auto present = static_cast<std::size_t>(cursor.end - cursor.at);
    if (present == 0) break;
    const std::size_t count =
        control < 0x80 ? std::min<std::size_t>(control + 1U, present) : 257U - control;
    if (control < 0x80) {
      std::memcpy(to, cursor.at, count);
      cursor.at += count;
    } else {
      std::memset(to, *cursor.at++, count);
    }
    to += count;
  }
  return to;
}

// Unpacks until `until` is reached or passed, or the segment ends. kStripSlack bytes are writable
// from `until` on. Returns the end of what was unpacked.
std::uint8_t* unpack(Cursor& cursor, std::uint8_t* to, const std::uint8_t* until) {
  if (cursor.end - cursor.at >= static_cast<std::ptrdiff_t>(kPacketSpan)) {
    const std::uint8_t* at = cursor.at;
    const std::uint8_t* safe = cursor.end - kPacketSpan;
    while (to < until && at <= safe) unpack_one(at, to);
    cursor.at = at;
  }
  return unpack_end(cursor, to, until);
}

// A frame of one plane goes straight to its place, its last bytes through a strip.
void decode_one(Bytes segment, std::uint64_t plane_bytes, std::uint8_t* out, SegmentEnd& end) {
  Cursor cursor{segment.data(), segment.data() + segment.size()};
  std::uint8_t* to = out;
  if (plane_bytes > kStripSlack) to = unpack(cursor, out, out + plane_bytes - kStripSlack);
  end = {};
  end.produced = static_cast<std::uint64_t>(to - out);
  if (const std::uint64_t room = plane_bytes - end.produced; room <= kStripSlack) {
    alignas(64) std::uint8_t strip[2 * kStripSlack];
    const auto rest = static_cast<std::size_t>(unpack(cursor, strip, strip + room) - strip);
    std::memcpy(to, strip, std::min<std::size_t>(rest, room));
    end.produced += std::min<std::size_t>(rest, room);
    end.overran = rest > room;
  }  // else the segment ended early: a short plane
  end.consumed = static_cast<std::uint64_t>(cursor.at - segment.data());
}

void decode(std::span<const Bytes> segments, std::span<const std::uint8_t> positions,
            std::uint64_t plane_bytes, std::uint8_t* out, std::span<SegmentEnd> ends) {
  const std::size_t planes = segments.size();
  if (planes == 1) return decode_one(segments[0], plane_bytes, out, ends[0]);
  alignas(64) std::uint8_t strips[kSegmentsMax][kStripBytes + kStripSlack];
  Cursor cursors[kSegmentsMax];
  std::size_t carried[kSegmentsMax] = {};
  const std::uint8_t* merged[kSegmentsMax];
  for (std::size_t k = 0; k < planes; ++k) {
    cursors[k] = {segments[k].data(), segments[k].data() + segments[k].size()};
    merged[positions[k]] = strips[k];
    ends[k] = {};
  }
  for (std::uint64_t done = 0; done < plane_bytes; done += kStripBytes) {
    const std::size_t want = std::min<std::uint64_t>(kStripBytes, plane_bytes - done);
    for (std::size_t k = 0; k < planes; ++k) {
      std::uint8_t* strip = strips[k];
      const auto have =
          static_cast<std::size_t>(unpack(cursors[k], strip + carried[k], strip + want) - strip);
      ends[k].produced += std::min(have, want);
      carried[k] = have > want ? have - want : 0;
    }
    kernels::merge_planes({merged, planes}, 1, want, out + done * planes);
    for (std::size_t k = 0; k < planes; ++k) std::memmove(strips[k], strips[k] + want, carried[k]);
  }
  for (std::size_t k = 0; k < planes; ++k) {
    ends[k].consumed = static_cast<std::uint64_t>(cursors[k].at - segments[k].data());
    ends[k].overran = carried[k] != 0;
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::rle
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::rle {

HWY_EXPORT(decode);

void decode_planes(std::span<const Bytes> segments, std::span<const std::uint8_t> positions,
                   std::uint64_t plane_bytes, std::uint8_t* out, std::span<SegmentEnd> ends) {
  EXPECTS(!segments.empty() && segments.size() <= kSegmentsMax);
  EXPECTS(segments.size() == positions.size() && segments.size() == ends.size());
  HWY_DYNAMIC_DISPATCH(decode)(segments, positions, plane_bytes, out, ends);
}

}  // namespace slipring::codecs::rle
#endif

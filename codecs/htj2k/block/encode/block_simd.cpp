// Quads in vectors, bits in words. A strip of quad rows (all of a block of 64x64) goes through four
// passes that stay in the first cache:
//   measure:  samples to MagSgn words of 16 bits, rho, epsilon and greatest exponent of each quad
//   relate:   with the rows above and the quads at the left: contexts, kappa, U, u, MEL events
//   VLC:      a look-up for each quad and for u of each pair, one append of up to 30 bits a pair
//   MagSgn:   the words of a quad joined in lanes, one append a pair of quads
// Bits are packed plainly first and stuffed afterwards. Lanes of 16 bits hold magnitudes below
// 2^15; blocks with greater ones, and those that are refused, go to the encoder by the book.
#include "codecs/htj2k/block/encode.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/htj2k/block/encode/block_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "codecs/base/contract.h"
#include "codecs/htj2k/block/encode/measure-inl.h"
#include "codecs/htj2k/block/encode/pack-inl.h"
#include "codecs/htj2k/block/encode/relate-inl.h"
#include "codecs/htj2k/block/encode/streams.h"
#include "codecs/htj2k/block/encode/strip-inl.h"
#include "codecs/htj2k/block/encode/tables.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::htj2k::encode {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

template <class T>
bool encode_one(const BlockToEncode<T>&, std::uint8_t*, std::uint32_t&) {
  return false;
}

#else

// What is around the quads: zeros.
void lay_out(Strip& strip, std::uint32_t width) {
  strip.quads = (width + 1) / 2;
  strip.padded = (strip.quads + kPad - 1) / kPad * kPad;
  strip.pitch = strip.padded + kPad;
  strip.rows_max = kStripMax / strip.pitch;
  const Quads d;
  const auto clear = [&](std::size_t at, std::size_t count) {
    for (std::size_t i = 0; i < count; i += kQuadLanes) {
      hn::StoreU(hn::Zero(d), d, strip.measured + at + i);
      hn::StoreU(hn::Zero(d), d, strip.lower + at + i);
    }
  };
  clear(0, strip.pitch);
  for (std::size_t row = 1; row <= strip.rows_max + 1; ++row) clear(row * strip.pitch, kPad);
}

void keep_last_row(Strip& strip) {
  for (std::size_t i = 0; i < strip.padded; ++i) {
    strip.measured[kPad + i] = strip.measured[strip.rows_max * strip.pitch + kPad + i];
    strip.lower[kPad + i] = strip.lower[strip.rows_max * strip.pitch + kPad + i];
  }
}

// The passes are functions of their own, so that each has the registers for itself.
template <class T>
HWY_NOINLINE std::size_t measure_strip(const BlockSource<T>& source, std::uint32_t y, Strip& strip,
                                       Loader<T>& loader, VColumns& seen) {
  std::size_t rows = 0;
  for (; rows < strip.rows_max && y < source.height; ++rows, y += 2)
    measure_row(source, y, strip, rows, loader, seen);
  return rows;
}

HWY_NOINLINE void relate_strip(Strip& strip, std::size_t rows, bool first, MelRuns& mel) {
  if (first) relate_first_row(strip, mel);
  for (std::size_t row = first; row < rows; ++row) relate_later_row(strip, row, mel);
}

// Rows that follow one another and are not silent: calls run(first row, rows).
template <class Run>
HWY_INLINE void each_run(const Strip& strip, std::size_t from, std::size_t rows, Run run) {
  for (std::size_t row = from; row < rows; ++row) {
    if (strip.silent[row]) continue;
    std::size_t end = row + 1;
    while (end < rows && !strip.silent[end]) ++end;
    run(row, end - row);
    row = end;
  }
}

HWY_INLINE BitSink code_strip(Strip& strip, std::size_t rows, bool first, BitSink sink) {
  const auto code = [&](std::size_t row, std::size_t count, std::size_t kind) {
    const std::size_t at = row * strip.padded / 2;
    sink = code_pairs(strip, at, at + count * strip.padded / 2, fast_encode_tables()[kind], sink);
  };
  if (first) code(0, 1, 0);
  each_run(strip, first, rows, [&](std::size_t row, std::size_t count) { code(row, count, 1); });
  return sink;
}

template <bool kWide>
HWY_INLINE BitSink sign_strip(const Strip& strip, std::size_t rows, BitSink sink) {
  each_run(strip, 0, rows, [&](std::size_t row, std::size_t count) {
    const std::size_t at = row * strip.padded;
    sink = sign_quads<kWide>(strip.bounds + at, strip.codes + at, strip.words + 4 * at,
                             count * strip.padded, sink);
  });
  return sink;
}

HWY_INLINE bool below(VColumns seen, unsigned bits) {
  const Columns d;
  const auto over = static_cast<std::uint16_t>(~((1U << std::min(bits, 16U)) - 1));
  return hn::AllTrue(d, hn::Eq(hn::And(seen, hn::Set(d, over)), hn::Zero(d)));
}

// False: for the encoder by the book. `bytes`: Lcup.
template <class T>
bool encode_one(const BlockToEncode<T>& block, std::uint8_t* to, std::uint32_t& bytes) {
  const Columns d;
  const BlockSource<T>& source = block.source;
  // 50 KB that each pass writes before the next one reads. Release builds zero variables: of so
  // many bytes that took a fifteenth of the time of a frame that is encoded and decoded again.
  Strip strip __attribute__((uninitialized));
  lay_out(strip, source.width);
  alignas(64) std::uint8_t vlc_raw[kVlcRawMax] __attribute__((uninitialized));
  alignas(64) std::uint8_t magsgn_raw[2 * kBlockAreaMax + 192] __attribute__((uninitialized));
  BitSink vlc(vlc_raw);
  BitSink magsgn(magsgn_raw);
  vlc.put(0x0F, 4);
  MelRuns mel __attribute__((uninitialized));
  Loader<T> loader(block);
  VColumns seen = hn::Zero(d);
  for (std::uint32_t y = 0; y < source.height;) {
    const bool first = y == 0;
    if (!first) keep_last_row(strip);
    const std::size_t rows = measure_strip(source, y, strip, loader, seen);
    y += static_cast<std::uint32_t>(2 * rows);
    if (!loader.all_fit() || !below(seen, block.bit_planes)) return false;
    if (y >= source.height && below(seen, 0)) {
      bytes = 0;
      return true;
    }
    relate_strip(strip, rows, first, mel);
    vlc = code_strip(strip, rows, first, vlc);
    // U is 15 at most where no magnitude is above 2^14.
    magsgn = below(seen, 14) ? sign_strip<false>(strip, rows, magsgn)
                             : sign_strip<true>(strip, rows, magsgn);
  }
  const std::size_t bits = magsgn.bits();
  magsgn_raw[bits / 8] |= static_cast<std::uint8_t>(0xFFU << bits % 8);
  std::memset(magsgn_raw + bits / 8 + 1, 0xFF, 128);
  bytes = finish_segment(mel, vlc_raw, vlc.bits(), to, stuff(magsgn_raw, bits, to));
  return true;
}

#endif

bool encode_int16(const BlockToEncode<std::int16_t>& block, std::uint8_t* to,
                  std::uint32_t& bytes) {
  return encode_one(block, to, bytes);
}
bool encode_int32(const BlockToEncode<std::int32_t>& block, std::uint8_t* to,
                  std::uint32_t& bytes) {
  return encode_one(block, to, bytes);
}
bool encode_float(const BlockToEncode<float>& block, std::uint8_t* to, std::uint32_t& bytes) {
  return encode_one(block, to, bytes);
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::htj2k::encode
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::htj2k {
namespace encode {
namespace {

HWY_EXPORT(encode_int16);
HWY_EXPORT(encode_int32);
HWY_EXPORT(encode_float);

template <class T>
bool encode_fast(const BlockToEncode<T>& block, std::uint8_t* to, std::uint32_t& bytes) {
  if constexpr (std::is_same_v<T, std::int16_t>)
    return HWY_DYNAMIC_DISPATCH(encode_int16)(block, to, bytes);
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return HWY_DYNAMIC_DISPATCH(encode_int32)(block, to, bytes);
  else
    return HWY_DYNAMIC_DISPATCH(encode_float)(block, to, bytes);
}

template <class T>
void encode_block(BlockToEncode<T>& block, Buffer& out) {
  const BlockSource<T>& source = block.source;
  EXPECTS(source.width <= kBlockSideMax && source.height <= kBlockSideMax &&
          source.width * source.height <= kBlockAreaMax);
  if (block.bit_planes <= kBitPlanesMax && source.width != 0 && source.height != 0) {
    const std::size_t start = out.size();
    out.resize(start + encoded_bytes_max(source.width, source.height, block.bit_planes) +
               kEncodeSlack);
    out.resize(start);
    std::uint32_t bytes = 0;
    if (encode_fast(block, out.data() + start, bytes)) {
      const auto planes = static_cast<std::uint8_t>(block.bit_planes - (bytes != 0));
      block.encoded = {start, bytes, planes};
      block.status = {};
      out.resize(start + bytes);
      return;
    }
  }
  encode_blocks_scalar(std::span<BlockToEncode<T>>(&block, 1), out);
}

}  // namespace
}  // namespace encode

template <class T>
void encode_blocks(std::span<BlockToEncode<T>> blocks, Buffer& out) {
  for (BlockToEncode<T>& block : blocks) encode::encode_block(block, out);
}

template void encode_blocks(std::span<BlockToEncode<std::int16_t>> blocks, Buffer& out);
template void encode_blocks(std::span<BlockToEncode<std::int32_t>> blocks, Buffer& out);
template void encode_blocks(std::span<BlockToEncode<float>> blocks, Buffer& out);

}  // namespace slipring::codecs::htj2k
#endif

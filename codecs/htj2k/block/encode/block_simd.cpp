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

void code_strip(Strip& strip, std::size_t rows, bool first, MelRuns& mel, BitSink& vlc_out,
                BitSink& magsgn_out) {
  const FastEncodeTables& tables = fast_encode_tables();
  if (first) relate_first_row(strip, mel);
  for (std::size_t row = first; row < rows; ++row) relate_later_row(strip, row, mel);
  BitSink vlc = vlc_out;
  for (std::size_t row = 0; row < rows; ++row) {
    if (strip.silent[row]) continue;
    const std::size_t kind = first && row == 0 ? 0 : 1;
    code_row(strip, row, tables.vlc[kind].data(), tables.uvlc[kind].data(), vlc);
  }
  vlc_out = vlc;
  BitSink magsgn = magsgn_out;
  for (std::size_t row = 0; row < rows; ++row)
    if (!strip.silent[row]) sign_row(strip, row, magsgn);
  magsgn_out = magsgn;
}

// False: for the encoder by the book. `bytes`: Lcup.
template <class T>
bool encode_one(const BlockToEncode<T>& block, std::uint8_t* to, std::uint32_t& bytes) {
  const Columns d;
  const BlockSource<T>& source = block.source;
  Strip strip;
  lay_out(strip, source.width);
  alignas(64) std::uint8_t vlc_raw[kVlcRawMax];
  alignas(64) std::uint8_t magsgn_raw[2 * kBlockAreaMax + 192];
  BitSink vlc(vlc_raw);
  BitSink magsgn(magsgn_raw);
  vlc.put(0x0F, 4);
  MelRuns mel;
  Loader<T> loader(block);
  VColumns seen = hn::Zero(d);
  const auto planes =
      static_cast<std::uint16_t>(~((1U << std::min<unsigned>(block.bit_planes, 16)) - 1));
  for (std::uint32_t y = 0; y < source.height;) {
    const bool first = y == 0;
    if (!first) keep_last_row(strip);
    std::size_t rows = 0;
    for (; rows < strip.rows_max && y < source.height; ++rows, y += 2)
      measure_row(source, y, strip, rows, loader, seen);
    if (!loader.all_fit() ||
        !hn::AllTrue(d, hn::Eq(hn::And(seen, hn::Set(d, planes)), hn::Zero(d))))
      return false;
    if (y >= source.height && hn::AllTrue(d, hn::Eq(seen, hn::Zero(d)))) {
      bytes = 0;
      return true;
    }
    code_strip(strip, rows, first, mel, vlc, magsgn);
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

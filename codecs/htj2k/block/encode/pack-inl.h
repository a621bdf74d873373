// Third and fourth pass of the fast block encoder: the bits of the VLC and MagSgn streams, and the
// stuffing of the latter. Included once a SIMD target.
#if defined(SLIPRING_HTJ2K_ENCODE_PACK) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_HTJ2K_ENCODE_PACK
#undef SLIPRING_HTJ2K_ENCODE_PACK
#else
#define SLIPRING_HTJ2K_ENCODE_PACK
#endif

#include <hwy/highway.h>

#include <array>

#include "codecs/htj2k/block/encode/strip-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::htj2k::encode {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

// 7.3.5 and 7.3.6 for the quads of a row, two by two.
HWY_INLINE void code_row(Strip& strip, std::size_t row, const std::uint16_t* vlc,
                         const std::uint32_t* uvlc, BitSink& sink) {
  const auto* related = reinterpret_cast<const std::uint8_t*>(strip.related + row * strip.padded);
  auto* codes = reinterpret_cast<std::uint8_t*>(strip.codes + row * strip.padded);
  for (std::size_t q = 0; q < strip.quads; q += 2) {
    const auto pair = load_le<std::uint64_t>(related + 4 * q);
    const std::uint64_t first = vlc[pair & 0x7FF];
    const std::uint64_t second = vlc[pair >> 32 & 0x7FF];
    const std::uint64_t u = uvlc[pair >> 11 & 0xFF];
    store_le(codes + 2 * q, static_cast<std::uint32_t>(first | second << 16));
    const std::uint64_t first_length = first >> 8 & 15;
    const std::uint64_t both_length = first_length + (second >> 8 & 15);
    const std::uint64_t bits =
        (first & 0xFF) | (second & 0xFF) << first_length | (u & 0xFFFF) << both_length;
    sink.put(bits, both_length + (u >> 16));
  }
  // sign_row() takes whole vectors.
  for (std::size_t q = (strip.quads + 1) / 2 * 2; q % 8 != 0; q += 2)
    store_le<std::uint32_t>(codes + 2 * q, 0);
}

// 7.3.8: the bits of the samples of one vector of quads, as a word and a length each. By quad: U,
// rho << 8, e_k << 12 in each of the four lanes of `facts`.
HWY_INLINE void pack_quads(VColumns facts, VColumns words, VWide& bits, VWide& lengths) {
  const Columns d;
  const Quads quads;
  const Wide wide;
  alignas(16) static constexpr std::uint16_t kRho[8] = {0x100, 0x200, 0x400, 0x800,
                                                        0x100, 0x200, 0x400, 0x800};
  const auto rho = hn::LoadDup128(d, kRho);
  const auto e_k = hn::ShiftLeft<4>(rho);
  const auto known = hn::Min(hn::And(facts, e_k), hn::Set(d, 1));
  const auto bound = hn::And(facts, hn::Set(d, 0x1F));
  const auto length =
      hn::BitCast(quads, hn::Sub(hn::IfThenElseZero(hn::TestBit(facts, rho), bound), known));
  const auto word = hn::BitCast(quads, words);

  const auto low16 = hn::Set(quads, 0xFFFF);
  const auto ones = hn::Set(quads, 0xFFFFFFFFU);
  const auto low_length = hn::And(length, low16);
  const auto high_length = hn::ShiftRight<16>(length);
  const auto low = hn::AndNot(hn::Shl(ones, low_length), hn::And(word, low16));
  const auto high = hn::AndNot(hn::Shl(ones, high_length), hn::ShiftRight<16>(word));
  const auto two = hn::BitCast(wide, hn::Or(low, hn::Shl(high, low_length)));
  const auto two_length = hn::BitCast(wide, hn::Add(low_length, high_length));

  const auto low32 = hn::Set(wide, 0xFFFFFFFFU);
  const auto first_length = hn::And(two_length, low32);
  bits = hn::Or(hn::And(two, low32), hn::Shl(hn::ShiftRight<32>(two), first_length));
  lengths = hn::Add(first_length, hn::ShiftRight<32>(two_length));
}

// Which bytes of eight numbers of 16 bits go where: each into the four lanes of its quad.
HWY_INLINE hn::Vec<Octets> spread_bytes() {
  alignas(64) static constexpr std::array<std::uint8_t, 64> kBytes = [] {
    std::array<std::uint8_t, 64> bytes{};
    for (std::size_t i = 0; i < 64; ++i) bytes[i] = static_cast<std::uint8_t>(i / 8 * 2 + i % 2);
    return bytes;
  }();
  return hn::Load(Octets(), kBytes.data());
}

HWY_INLINE void sign_row(const Strip& strip, std::size_t row, BitSink& sink) {
  const Columns d;
  const Octets octets;
  const Wide wide;
  const auto spread = spread_bytes();
  const std::uint16_t* bounds = strip.bounds + row * strip.padded;
  const std::uint16_t* codes = strip.codes + row * strip.padded;
  const std::uint16_t* words = strip.words + 4 * row * strip.padded;
  for (std::size_t q = 0; q < strip.quads; q += kWideLanes) {
    alignas(64) std::uint64_t bits[kWideLanes];
    alignas(64) std::uint64_t lengths[kWideLanes];
    const auto e_k = hn::And(hn::LoadDup128(d, codes + q), hn::Set(d, 0xF000));
    const auto facts = hn::BitCast(octets, hn::Or(hn::LoadDup128(d, bounds + q), e_k));
    VWide v, n;
    pack_quads(hn::BitCast(d, hn::TableLookupBytes(facts, spread)), hn::LoadU(d, words + 4 * q), v,
               n);
    hn::Store(v, wide, bits);
    hn::Store(n, wide, lengths);
    for (std::size_t i = 0; i < kWideLanes; i += 2) {
      const std::uint64_t length = lengths[i] + lengths[i + 1];
      if (HWY_LIKELY(length <= BitSink::kPutMax)) {
        sink.put(bits[i] | bits[i + 1] << lengths[i], length);
      } else {
        sink.put_long(bits[i], lengths[i]);
        sink.put_long(bits[i + 1], lengths[i + 1]);
      }
    }
  }
}

// 7.1.2: seven bits to the byte behind 0xFF; ones up to a whole byte; no 0xFF at the end. Behind
// the last of `bits` are ones. 64 bytes more than were written may be overwritten, as many read.
std::size_t stuff(const std::uint8_t* raw, std::size_t bits, std::uint8_t* to) {
  const Octets octets;
  const Wide wide;
  const std::size_t lanes = hn::Lanes(octets);
  std::uint8_t* const first = to;
  for (std::size_t at = 0; at < bits;) {
    const std::uint8_t* from = raw + at / 8;
    const int shift = static_cast<int>(at % 8);
    const auto these = hn::BitCast(wide, hn::LoadU(octets, from));
    const auto next = hn::BitCast(wide, hn::LoadU(octets, from + 8));
    const auto bytes =
        hn::BitCast(octets, hn::Or(hn::ShiftRightSame(these, shift),
                                   hn::ShiftLeftSame(hn::ShiftLeft<1>(next), 63 - shift)));
    hn::StoreU(bytes, octets, to);
    const std::ptrdiff_t found = hn::FindFirstTrue(octets, hn::Eq(bytes, hn::Set(octets, 0xFF)));
    const std::size_t whole = found < 0 ? lanes : static_cast<std::size_t>(found) + 1;
    if (at + 8 * whole >= bits) {
      to += (bits - at + 7) / 8;
      break;
    }
    to += whole;
    at += 8 * whole;
    if (found < 0) continue;
    *to++ = static_cast<std::uint8_t>(load_le<std::uint16_t>(raw + at / 8) >> at % 8 & 0x7F);
    at += 7;
  }
  if (to[-1] == 0xFF) --to;
  return static_cast<std::size_t>(to - first);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::htj2k::encode
HWY_AFTER_NAMESPACE();

#endif

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
#include "codecs/htj2k/block/encode/tables.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::htj2k::encode {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

// 7.3.5 and 7.3.6 for pairs of quads.
HWY_NOINLINE BitSink code_pairs(Strip& strip, std::size_t from, std::size_t to,
                                const FastEncodeTable& table, BitSink sink) {
  for (std::size_t pair = from; pair < to; ++pair) {
    const std::uint32_t first = table.vlc[strip.indices[2 * pair]];
    const std::uint32_t second = table.vlc[strip.indices[2 * pair + 1]];
    const std::uint32_t u = table.uvlc[strip.pairs[pair]];
    strip.codes[2 * pair] = static_cast<std::uint16_t>(first);
    strip.codes[2 * pair + 1] = static_cast<std::uint16_t>(second);
    const std::uint32_t first_length = first >> 12;
    const std::uint32_t both_length = first_length + (second >> 12);
    const std::uint64_t bits = std::uint64_t{first & 0xFF} |
                               std::uint64_t{second & 0xFF} << first_length |
                               std::uint64_t{u & 0xFFFF} << both_length;
    sink.put(bits, both_length + (u >> 16));
  }
  return sink;
}

// 7.3.8: the bits of the samples of one vector of quads, as a word and a length each. By quad: U,
// rho << 12, e_k << 8 in each of the four lanes of `facts`.
HWY_INLINE void pack_quads(VColumns facts, VColumns words, VWide& bits, VWide& lengths) {
  const Columns d;
  const Quads quads;
  const Wide wide;
  alignas(16) static constexpr std::uint16_t kRho[8] = {0x1000, 0x2000, 0x4000, 0x8000,
                                                        0x1000, 0x2000, 0x4000, 0x8000};
  const auto rho = hn::LoadDup128(d, kRho);
  const auto e_k = hn::ShiftRight<4>(rho);
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

// Words of two neighbours joined: the lower 64 bits in the first lane, the others in the second.
HWY_INLINE VWide join(VWide bits, VWide lengths) {
  const Wide d;
  const auto first_length = hn::InterleaveLower(d, lengths, lengths);
  const auto first = hn::InterleaveLower(d, bits, bits);
  const auto second = hn::InterleaveUpper(d, bits, bits);
  const auto low = hn::Or(first, hn::Shl(second, first_length));
  const auto high = hn::Shr(hn::ShiftRight<1>(second), hn::Sub(hn::Set(d, 63), first_length));
  return hn::OddEven(high, low);
}

// The samples of `count` quads, a multiple of kPad. kWide: a quad may have more than 60 bits, as U
// may be 16.
template <bool kWide>
HWY_NOINLINE BitSink sign_quads(const std::uint16_t* HWY_RESTRICT bounds,
                                const std::uint16_t* HWY_RESTRICT codes,
                                const std::uint16_t* HWY_RESTRICT words, std::size_t count,
                                BitSink sink) {
  constexpr std::size_t kStep = 4 * kPad;  // vectors first, so that stores are over before loads
  const Columns d;
  const Wide wide;
  const auto spread = spread_bytes();
  alignas(64) std::uint64_t bits[kStep];
  alignas(64) std::uint64_t lengths[kStep];
  for (std::size_t done = 0; done < count; done += kStep) {
    const std::size_t step = std::min(kStep, count - done);
    for (std::size_t q = 0; q < step; q += kWideLanes) {
      const auto e_k = hn::And(hn::LoadDup128(d, codes + done + q), hn::Set(d, 0x0F00));
      const auto facts = hn::BitCast(Octets(), hn::Or(hn::LoadDup128(d, bounds + done + q), e_k));
      VWide v, n;
      pack_quads(hn::BitCast(d, hn::TableLookupBytes(facts, spread)),
                 hn::LoadU(d, words + 4 * (done + q)), v, n);
      hn::Store(kWide ? v : join(v, n), wide, bits + q);
      hn::Store(n, wide, lengths + q);
    }
    for (std::size_t q = 0; q < step; q += 2) {
      if constexpr (kWide) {
        sink.put_long(bits[q], lengths[q]);
        sink.put_long(bits[q + 1], lengths[q + 1]);
      } else {
        sink.put_wide(bits[q], bits[q + 1], lengths[q] + lengths[q + 1]);
      }
    }
  }
  return sink;
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

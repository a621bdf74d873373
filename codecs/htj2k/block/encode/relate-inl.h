// Second pass of the fast block encoder: quads and their neighbours above and at the left.
// Included once a SIMD target.
#if defined(SLIPRING_HTJ2K_ENCODE_RELATE) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_HTJ2K_ENCODE_RELATE
#undef SLIPRING_HTJ2K_ENCODE_RELATE
#else
#define SLIPRING_HTJ2K_ENCODE_RELATE
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "codecs/htj2k/block/encode/streams.h"
#include "codecs/htj2k/block/encode/strip-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::htj2k::encode {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

template <class M>
HWY_INLINE std::uint64_t bits_of(M mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(Quads(), mask, bytes);
  if constexpr (kQuadLanes == 16) return load_le<std::uint16_t>(bytes);
  return bytes[0];
}

// MEL events of a row of quads: by quad, whether there is one and whether the quad is significant.
struct RowEvents {
  std::uint64_t asked[kRowMax / 64 + 1] = {};
  std::uint64_t ones[kRowMax / 64 + 1] = {};
};

// 7.3.5 and 7.3.7 for one vector of quads. `at` points to what was measured of them.
template <bool kFirst>
HWY_INLINE void relate(const std::uint32_t* at, const std::uint32_t* lower, std::size_t pitch,
                       std::uint16_t* indices, std::uint8_t* pairs, std::uint16_t* bounds,
                       std::uint64_t& asked, std::uint64_t& ones) {
  const Quads d;
  const auto zero = hn::Zero(d);
  const auto one = hn::Set(d, 1);
  const auto here = hn::LoadU(d, at);
  const auto rho = hn::And(here, hn::Set(d, 0xF0));
  const auto left = hn::LoadU(d, at - 1);
  VQuads context, kappa = one;
  if constexpr (kFirst) {
    const auto any = hn::Or(hn::ShiftLeft<3>(left), hn::ShiftLeft<4>(left));
    context =
        hn::Or(hn::And(any, hn::Set(d, 0x100)), hn::And(hn::ShiftLeft<3>(left), hn::Set(d, 0x600)));
  } else {
    const auto above = hn::LoadU(d, at - pitch);
    const auto west =
        hn::Or(hn::ShiftLeft<1>(hn::LoadU(d, at - pitch - 1)), hn::ShiftLeft<3>(above));
    const auto side = hn::Or(hn::ShiftLeft<2>(left), hn::ShiftLeft<3>(left));
    const auto east =
        hn::Or(hn::ShiftLeft<3>(above), hn::ShiftLeft<5>(hn::LoadU(d, at - pitch + 1)));
    context = hn::Or(hn::Or(hn::And(west, hn::Set(d, 0x100)), hn::And(side, hn::Set(d, 0x200))),
                     hn::And(east, hn::Set(d, 0x400)));
    // The four lower samples from column -1 on, two by two.
    const auto* samples = reinterpret_cast<const std::uint8_t*>(lower - pitch);
    const Octets octets;
    const auto four =
        hn::BitCast(d, hn::Or(hn::LoadU(octets, samples - 2), hn::LoadU(octets, samples + 2)));
    const auto all = hn::And(hn::Or(four, hn::ShiftRight<16>(four)), hn::Set(d, 0xFFFF));
    const auto several = hn::Ne(hn::And(rho, hn::Sub(rho, hn::Set(d, 0x10))), zero);
    kappa = hn::Max(one, hn::IfThenElseZero(several, bit_width(all)));
  }
  const auto bound =
      hn::Max(hn::Add(hn::And(hn::ShiftRight<8>(here), hn::Set(d, 0xFF)), one), kappa);
  const auto u = hn::Sub(bound, kappa);
  const auto epsilon = hn::IfThenZeroElse(hn::Eq(u, zero), hn::And(here, hn::Set(d, 0x0F)));
  const auto index = hn::Or(hn::Or(context, rho), epsilon);
  const hn::Rebind<std::uint16_t, Quads> half;
  hn::StoreU(hn::TruncateTo(half, index), half, indices);
  hn::StoreU(hn::TruncateTo(half, hn::Or(bound, hn::ShiftLeft<8>(rho))), half, bounds);
  const Wide wide;
  const hn::Rebind<std::uint8_t, Wide> eighth;
  const auto two = hn::BitCast(wide, u);
  hn::StoreU(hn::TruncateTo(eighth, hn::Or(two, hn::ShiftRight<32 - 4>(two))), eighth, pairs);
  asked = bits_of(hn::Eq(context, zero));
  ones = bits_of(hn::Ne(rho, zero));
}

template <bool kFirst>
HWY_INLINE RowEvents relate_row(Strip& strip, std::size_t row) {
  RowEvents events;
  const std::size_t at = (row + 1) * strip.pitch + kPad;
  for (std::size_t q = 0; q < strip.padded; q += kQuadLanes) {
    std::uint64_t asked = 0;
    std::uint64_t ones = 0;
    const std::size_t to = row * strip.padded + q;
    relate<kFirst>(strip.measured + at + q, strip.lower + at + q, strip.pitch, strip.indices + to,
                   strip.pairs + to / 2, strip.bounds + to, asked, ones);
    events.asked[q / 64] |= asked << q % 64;
    events.ones[q / 64] |= ones << q % 64;
  }
  if (strip.quads % 64 != 0) events.asked[strip.quads / 64] &= (1ULL << strip.quads % 64) - 1;
  // Nothing is coded for quads that are not there.
  for (std::size_t q = strip.quads; q < strip.padded; ++q)
    strip.indices[row * strip.padded + q] = 0;
  return events;
}

// Events in turn from bit 0: those of `asked`, 1 where `ones` has the bit as well.
HWY_INLINE void put_events(MelRuns& mel, std::uint64_t asked, std::uint64_t ones) {
  ones &= asked;
  while (ones != 0) {
    const std::uint64_t below = ones ^ (ones - 1);  // and the lowest itself
    mel.zeros(static_cast<std::uint32_t>(std::popcount(asked & (below >> 1))));
    mel.one();
    asked &= ~below;
    ones &= ~below;
  }
  mel.zeros(static_cast<std::uint32_t>(std::popcount(asked)));
}

HWY_INLINE void relate_later_row(Strip& strip, std::size_t row, MelRuns& mel) {
  const RowEvents events = relate_row<false>(strip, row);
  std::uint64_t quiet = ~std::uint64_t{0};
  for (std::size_t i = 0; i * 64 < strip.quads; ++i) {
    const std::size_t count = std::min<std::size_t>(strip.quads - i * 64, 64);
    put_events(mel, events.asked[i], events.ones[i]);
    quiet &= ~events.ones[i] & ~(events.asked[i] ^ (~std::uint64_t{0} >> (64 - count)));
  }
  strip.silent[row] = quiet == ~std::uint64_t{0};
}

// In the first row of quads each pair with two u above 0 has an event of its own.
HWY_INLINE void relate_first_row(Strip& strip, MelRuns& mel) {
  relate_row<true>(strip, 0);
  strip.silent[0] = false;
  for (std::size_t q = 0; q < strip.quads; ++q) {
    if (strip.indices[q] < 0x100) mel.event(strip.indices[q] != 0);
    if (q % 2 == 0) continue;
    const std::uint32_t u0 = strip.pairs[q / 2] & 15U;
    const std::uint32_t u1 = strip.pairs[q / 2] >> 4;
    if (u0 != 0 && u1 != 0) mel.event(std::min(u0, u1) > kUvlcPairBias);
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::htj2k::encode
HWY_AFTER_NAMESPACE();

#endif

// The packed contexts of several scans at once, one in each 64-bit element (ITU-T T.87 A.5, A.6):
// what packed_model-inl.h does for one. For vectors with 64-bit shifts, comparisons and counts of
// zeros. Included once a SIMD target.
#if defined(SLIPRING_JPEG_LS_WIDE_MODEL) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LS_WIDE_MODEL
#undef SLIPRING_JPEG_LS_WIDE_MODEL
#else
#define SLIPRING_JPEG_LS_WIDE_MODEL
#endif

#include <array>
#include <cstdint>

#include "codecs/jpeg_ls/model.h"
#include "codecs/jpeg_ls/packed_context.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3

namespace hn = hwy::HWY_NAMESPACE;

using DWide = hn::FixedTag<std::int64_t, kGroupLanes>;
using Wide = hn::Vec<DWide>;

HWY_INLINE Wide wide(std::int64_t value) { return hn::Set(DWide(), value); }

// Every processor with AVX-512VL and BW has vplzcntq, but Highway does not tell the compiler.
HWY_INLINE Wide leading_zeros(Wide value) {
  Wide zeros;
  asm("vplzcntq %1, %0" : "=v"(zeros.raw) : "v"(value.raw));
  return zeros;
}

// By any count: 64 and above give 0.
HWY_INLINE Wide shift_left(Wide value, Wide count) {
  const hn::RebindToUnsigned<DWide> du;
  return hn::BitCast(DWide(), hn::BitCast(du, value) << hn::BitCast(du, count));
}
HWY_INLINE Wide shift_right(Wide value, Wide count) {
  const hn::RebindToUnsigned<DWide> du;
  return hn::BitCast(DWide(), hn::BitCast(du, value) >> hn::BitCast(du, count));
}

// All ones where a > b, else 0.
HWY_INLINE Wide above(Wide a, Wide b) { return Wide{_mm256_cmpgt_epi64(a.raw, b.raw)}; }

using Lanes = hn::Mask<DWide>;

HWY_INLINE Lanes where_zero(Lanes lanes, Wide value) {
  return Lanes{_mm256_mask_testn_epi64_mask(lanes.raw, value.raw, value.raw)};
}
HWY_INLINE Lanes where_above(Lanes lanes, Wide a, Wide b) {
  return Lanes{_mm256_mask_cmpgt_epi64_mask(lanes.raw, a.raw, b.raw)};
}
// Those that are not in a run at column x.
HWY_INLINE Lanes lanes_at(std::size_t x, Wide until) {
  return Lanes{_mm256_cmple_epi64_mask(until.raw, wide(static_cast<std::int64_t>(x)).raw)};
}
HWY_INLINE bool any(Lanes lanes) { return _kortestz_mask8_u8(lanes.raw, lanes.raw) == 0; }
HWY_INLINE bool any(Lanes a, Lanes b) { return _kortestz_mask8_u8(a.raw, b.raw) == 0; }
// The others are 0.
HWY_INLINE Wide keep_where(Lanes lanes, Wide value) {
  return Wide{_mm256_maskz_mov_epi64(lanes.raw, value.raw)};
}
HWY_INLINE Wide add_where(Lanes lanes, Wide to, Wide more) {
  return Wide{_mm256_mask_add_epi64(to.raw, lanes.raw, to.raw, more.raw)};
}
HWY_INLINE Wide subtract_where(Lanes lanes, Wide from, Wide less) {
  return Wide{_mm256_mask_sub_epi64(from.raw, lanes.raw, from.raw, less.raw)};
}
HWY_INLINE Wide choose(Lanes lanes, Wide yes, Wide no) {
  return Wide{_mm256_mask_mov_epi64(no.raw, lanes.raw, yes.raw)};
}
// Rounded down.
HWY_INLINE Wide halve_where(Lanes lanes, Wide value) {
  return Wide{_mm256_mask_srai_epi64(value.raw, lanes.raw, value.raw, 1)};
}

// Numbers that the kernels need, in memory: GCC would make them anew at every use.
struct WideNumbers {
  explicit WideNumbers(std::int32_t reset) : full(wide(reset)) {}
  Wide full;  // RESET
  Wide zero = wide(0);
  Wide one = wide(1);
  Wide seven = wide(7);
  Wide last_bit = wide(63);
  Wide all_bits = wide(64);
  Wide low_half = wide(0xFFFFFFFF);
  Wide high_byte = wide(-(std::int64_t{1} << 56));
  Wide less_bias = wide(-(std::int64_t{1} << 56));  // a step of C
  Wide more_bias = wide(std::int64_t{1} << 56);
};

HWY_INLINE Wide widen(const std::uint16_t* from) {
  return Wide{_mm256_cvtepu16_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)))};
}
HWY_INLINE Wide widen(const std::int16_t* from) {
  return Wide{_mm256_cvtepi16_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)))};
}
HWY_INLINE void narrow(Wide value, std::uint16_t* to) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm256_cvtepi64_epi16(value.raw));
}

// An offset in bytes for each element. Scalar loads and stores: quicker than gathers and scatters.
struct Places {
  explicit HWY_INLINE Places(Wide offsets)
      : a(_mm_cvtsi128_si64(_mm256_castsi256_si128(offsets.raw))),
        b(_mm_extract_epi64(_mm256_castsi256_si128(offsets.raw), 1)),
        c(_mm_cvtsi128_si64(_mm256_extracti128_si256(offsets.raw, 1))),
        d(_mm_extract_epi64(_mm256_extracti128_si256(offsets.raw, 1), 1)) {}
  explicit HWY_INLINE Places(const std::uint16_t* at) : a(at[0]), b(at[1]), c(at[2]), d(at[3]) {}
  HWY_INLINE Places(std::int64_t first, std::int64_t second, std::int64_t third,
                    std::int64_t fourth)
      : a(first), b(second), c(third), d(fourth) {}
  template <class Byte>
  HWY_INLINE Wide load(const Byte* base) const {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(base);
    const auto pair = [&](std::int64_t one, std::int64_t two) HWY_ATTR {
      const __m128i first = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes + one));
      return _mm_castpd_si128(
          _mm_loadh_pd(_mm_castsi128_pd(first), reinterpret_cast<const double*>(bytes + two)));
    };
    return Wide{_mm256_inserti128_si256(_mm256_castsi128_si256(pair(a, b)), pair(c, d), 1)};
  }
  template <class Byte>
  HWY_INLINE void store(Wide value, Byte* base) const {
    auto* bytes = reinterpret_cast<std::uint8_t*>(base);
    const auto pair = [&](__m128i both, std::int64_t one, std::int64_t two) HWY_ATTR {
      _mm_storel_pd(reinterpret_cast<double*>(bytes + one), _mm_castsi128_pd(both));
      _mm_storeh_pd(reinterpret_cast<double*>(bytes + two), _mm_castsi128_pd(both));
    };
    pair(_mm256_castsi256_si128(value.raw), a, b);
    pair(_mm256_extracti128_si256(value.raw, 1), c, d);
  }
  std::int64_t a, b, c, d;
};

// From the first byte in memory to the highest, and back.
HWY_INLINE Wide turn_bytes(Wide value) {
  alignas(16) static constexpr std::uint8_t kTurn[16] = {7,  6,  5,  4,  3,  2,  1, 0,
                                                         15, 14, 13, 12, 11, 10, 9, 8};
  const hn::Repartition<std::uint8_t, DWide> bytes;
  return hn::BitCast(DWide(),
                     hn::TableLookupBytes(hn::BitCast(bytes, value), hn::LoadDup128(bytes, kTurn)));
}

// Contexts of a group: those of its first frame, then the next one's.
constexpr std::size_t kFrameContexts = kContexts + kIdleContexts;
constexpr std::size_t kGroupContexts = kGroupLanes * kFrameContexts;

// A context of each element by its number. Multiplied and added where addressing does it.
struct ContextPlaces {
  template <class Numbers>
  explicit HWY_INLINE ContextPlaces(Numbers numbers) : number(numbers) {}
  HWY_INLINE Wide load(const std::int64_t* contexts) const { return at().load(contexts); }
  HWY_INLINE void store(Wide value, std::int64_t* contexts) const { at().store(value, contexts); }
  HWY_INLINE Places at() const {
    constexpr auto kFrame = static_cast<std::int64_t>(kFrameContexts);
    return {8 * number.a, 8 * (kFrame + number.b), 8 * (2 * kFrame + number.c),
            8 * (3 * kFrame + number.d)};
  }
  Places number;
};

// One byte of each element.
template <int kByte>
HWY_INLINE Wide byte_of(Wide value) {
  alignas(16) static constexpr std::int8_t kPick[16] = {kByte,     -1, -1, -1, -1, -1, -1, -1,  //
                                                        kByte + 8, -1, -1, -1, -1, -1, -1, -1};
  const hn::Repartition<std::int8_t, DWide> bytes;
  return hn::BitCast(
      DWide(), hn::TableLookupBytesOr0(hn::BitCast(bytes, value), hn::LoadDup128(bytes, kPick)));
}

struct WideContext {
  HWY_INLINE WideContext(const WideNumbers& numbers, Wide from)
      : packed(from),
        a(hn::And(from, numbers.low_half)),
        b(hn::ShiftRight<56>(hn::ShiftLeft<8>(from))),
        c(hn::ShiftRight<56>(from)),
        n(byte_of<4>(from)),
        k(byte_of<5>(from)) {}
  Wide packed;
  Wide a, b, c, n, k;
};

// `value`, but for its complement where the mapping of errors is the other one: see mirror_mask().
HWY_INLINE Wide mirror(const WideNumbers& numbers, const WideContext& context, Wide value) {
  const Wide twice = hn::Add(context.b, context.b);
  const Wide low = above(hn::Sub(numbers.one, context.n), twice);
  const Wide plain = Wide{_mm256_cmpeq_epi64(context.k.raw, numbers.zero.raw)};
  constexpr int kFirstXorBothOthers = 0x78;
  return Wide{_mm256_ternarylogic_epi64(value.raw, low.raw, plain.raw, kFirstXorBothOthers)};
}

// packed_order()
HWY_INLINE Wide wide_order(Wide a, Wide n) {
  const Wide k = hn::Sub(leading_zeros(n), leading_zeros(hn::Or(a, n)));
  return hn::Sub(k, hn::ShiftRight<63>(hn::Sub(shift_left(n, k), a)));
}

// update_packed(). C has the highest byte, so that a saturating addition of bytes keeps its bounds.
HWY_INLINE Wide adapt(const WideNumbers& numbers, const WideContext& context, Wide error) {
  const Lanes full{_mm256_cmpeq_epi64_mask(context.n.raw, numbers.full.raw)};
  const Wide a = halve_where(full, hn::Add(context.a, hn::Abs(error)));
  Wide b = halve_where(full, hn::Add(context.b, error));
  const Wide n = hn::Add(halve_where(full, context.n), numbers.one);
  const Wide floor = hn::Sub(numbers.one, n);
  const Lanes low{_mm256_cmpgt_epi64_mask(floor.raw, b.raw)};  // b <= -n
  const Lanes high{_mm256_cmpgt_epi64_mask(b.raw, numbers.zero.raw)};
  b = subtract_where(high, add_where(low, b, n), n);
  b = hn::Min(hn::Max(b, floor), numbers.zero);
  const __m256i bias_step = _mm256_mask_mov_epi64(
      _mm256_maskz_mov_epi64(low.raw, numbers.less_bias.raw), high.raw, numbers.more_bias.raw);
  const __m256i biased = _mm256_adds_epi8(context.packed.raw, bias_step);
  const Wide k = wide_order(a, n);
  const Wide fields = hn::Or(n, hn::Or(hn::ShiftLeft<8>(k), hn::ShiftLeft<16>(b)));
  const Wide rest = hn::Or(hn::ShiftLeft<32>(fields), a);
  constexpr int kSecondWhereFirst = 0xCA;
  return Wide{
      _mm256_ternarylogic_epi64(numbers.high_byte.raw, biased, rest.raw, kSecondWhereFirst)};
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif

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

HWY_INLINE bool any_zero(Wide value) {
  return !hn::AllFalse(DWide(), hn::Eq(value, hn::Zero(DWide())));
}
HWY_INLINE bool any_below_zero(Wide value) {
  return !hn::AllFalse(DWide(), hn::MaskFromVec(value));
}

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
  explicit HWY_INLINE Places(Wide offsets) {
    const __m128i low = _mm256_castsi256_si128(offsets.raw);
    const __m128i high = _mm256_extracti128_si256(offsets.raw, 1);
    at[0] = _mm_cvtsi128_si64(low);
    at[1] = _mm_extract_epi64(low, 1);
    at[2] = _mm_cvtsi128_si64(high);
    at[3] = _mm_extract_epi64(high, 1);
  }
  template <class Byte>
  HWY_INLINE Wide load(const Byte* base) const {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(base);
    const auto pair = [&](std::int64_t a, std::int64_t b) HWY_ATTR {
      const __m128i first = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes + a));
      return _mm_castpd_si128(
          _mm_loadh_pd(_mm_castsi128_pd(first), reinterpret_cast<const double*>(bytes + b)));
    };
    return Wide{
        _mm256_inserti128_si256(_mm256_castsi128_si256(pair(at[0], at[1])), pair(at[2], at[3]), 1)};
  }
  template <class Byte>
  HWY_INLINE void store(Wide value, Byte* base) const {
    auto* bytes = reinterpret_cast<std::uint8_t*>(base);
    const auto pair = [&](__m128i two, std::int64_t a, std::int64_t b) HWY_ATTR {
      _mm_storel_pd(reinterpret_cast<double*>(bytes + a), _mm_castsi128_pd(two));
      _mm_storeh_pd(reinterpret_cast<double*>(bytes + b), _mm_castsi128_pd(two));
    };
    pair(_mm256_castsi256_si128(value.raw), at[0], at[1]);
    pair(_mm256_extracti128_si256(value.raw, 1), at[2], at[3]);
  }
  std::int64_t at[kGroupLanes];
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
  Wide a, b, c, n, k;
};

HWY_INLINE WideContext unpack(Wide packed) {
  return {.a = hn::And(packed, wide(0xFFFFFFFF)),
          .b = hn::ShiftRight<56>(hn::ShiftLeft<8>(packed)),
          .c = hn::ShiftRight<56>(packed),
          .n = byte_of<4>(packed),
          .k = byte_of<5>(packed)};
}

HWY_INLINE Wide pack(const WideContext& context) {
  const hn::RebindToUnsigned<DWide> du;
  const Wide b =
      hn::BitCast(DWide(), hn::ShiftRight<8>(hn::BitCast(du, hn::ShiftLeft<56>(context.b))));
  const Wide low =
      hn::Or(context.a, hn::Or(hn::ShiftLeft<32>(context.n), hn::ShiftLeft<40>(context.k)));
  return hn::Or(low, hn::Or(b, hn::ShiftLeft<56>(context.c)));
}

// mirror_mask()
HWY_INLINE Wide wide_mirror_mask(const WideContext& context) {
  const Wide one = wide(1);
  const Wide balance = hn::Sub(hn::Add(hn::Add(context.b, context.b), context.n), one);
  return hn::ShiftRight<63>(hn::And(balance, hn::Sub(context.k, one)));
}

// packed_order()
HWY_INLINE Wide wide_order(Wide a, Wide n) {
  const hn::RebindToUnsigned<DWide> du;
  const Wide k = hn::Sub(leading_zeros(n), leading_zeros(hn::Or(a, n)));
  const Wide less = hn::Sub(shift_left(n, k), a);
  return hn::Add(k, hn::BitCast(DWide(), hn::ShiftRight<63>(hn::BitCast(du, less))));
}

// update_packed(); `reset` is RESET - 1.
HWY_INLINE WideContext update_wide(const WideContext& context, Wide error, Wide reset) {
  const hn::RebindToUnsigned<DWide> du;
  const Wide one = wide(1);
  const Wide zero = wide(0);
  const Wide full =
      hn::BitCast(DWide(), hn::ShiftRight<63>(hn::BitCast(du, hn::Sub(reset, context.n))));
  const Wide a = shift_right(hn::Add(context.a, hn::Abs(error)), full);
  Wide b = hn::Add(context.b, error) >> full;
  const Wide n = hn::Add(shift_right(context.n, full), one);
  const Wide low = hn::ShiftRight<63>(hn::Sub(hn::Add(b, n), one));  // b <= -n
  const Wide high = hn::ShiftRight<63>(hn::Neg(b));                  // b > 0
  Wide c = hn::Sub(hn::Add(context.c, low), high);
  c = hn::Min(hn::Max(c, wide(-128)), wide(127));
  b = hn::Sub(hn::Add(b, hn::And(n, low)), hn::And(n, high));
  b = hn::Min(hn::Max(b, hn::Sub(one, n)), zero);
  return {.a = a, .b = b, .c = c, .n = n, .k = wide_order(a, n)};
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif

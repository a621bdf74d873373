// The packed contexts of several scans at once, a 32-bit element of a vector to each scan (ITU-T
// T.87 A.5, A.6): what packed_model-inl.h does for one. For vectors that shift each element by a
// count of its own, count zeros and keep masks. SLIPRING_JPEG_LS_LANES says how many scans: 4, or
// 8 in vectors of twice the size. Included once a SIMD target.
#if defined(SLIPRING_JPEG_LS_GROUP_MODEL) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LS_GROUP_MODEL
#undef SLIPRING_JPEG_LS_GROUP_MODEL
#else
#define SLIPRING_JPEG_LS_GROUP_MODEL
#endif
#undef SLIPRING_JPEG_LS_GROUP
#undef SLIPRING_MM

#include <array>
#include <cstdint>

#include "codecs/jpeg_ls/model.h"
#include "codecs/jpeg_ls/packed_context.h"

// An intrinsic of vectors of so many lanes, and the namespace of all that hangs on their number.
#if SLIPRING_JPEG_LS_LANES == 8
#define SLIPRING_JPEG_LS_GROUP eight
#define SLIPRING_MM(operation) _mm256_##operation
#else
#define SLIPRING_JPEG_LS_GROUP four
#define SLIPRING_MM(operation) _mm_##operation
#endif

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3

namespace SLIPRING_JPEG_LS_GROUP {

namespace hn = hwy::HWY_NAMESPACE;

inline constexpr std::size_t kGroupLanes = SLIPRING_JPEG_LS_LANES;
using DWide = hn::FixedTag<std::int32_t, kGroupLanes>;
using Wide = hn::Vec<DWide>;

HWY_INLINE Wide wide(std::int32_t value) { return hn::Set(DWide(), value); }

// Every processor with AVX-512VL and BW has vplzcntd, but Highway does not tell the compiler.
HWY_INLINE Wide leading_zeros(Wide value) {
  Wide zeros;
  asm("vplzcntd %1, %0" : "=v"(zeros.raw) : "v"(value.raw));
  return zeros;
}

// By any count: 32 and above give 0.
HWY_INLINE Wide shift_left(Wide value, Wide count) {
  return Wide{SLIPRING_MM(sllv_epi32)(value.raw, count.raw)};
}
HWY_INLINE Wide shift_right(Wide value, Wide count) {
  return Wide{SLIPRING_MM(srlv_epi32)(value.raw, count.raw)};
}

// All ones where a > b, else 0.
HWY_INLINE Wide above(Wide a, Wide b) { return Wide{SLIPRING_MM(cmpgt_epi32)(a.raw, b.raw)}; }

using Lanes = hn::Mask<DWide>;

HWY_INLINE Lanes where_zero(Lanes lanes, Wide value) {
  return Lanes{SLIPRING_MM(mask_testn_epi32_mask)(lanes.raw, value.raw, value.raw)};
}
HWY_INLINE Lanes where_above(Lanes lanes, Wide a, Wide b) {
  return Lanes{SLIPRING_MM(mask_cmpgt_epi32_mask)(lanes.raw, a.raw, b.raw)};
}
// Those that are not in a run at column x.
HWY_INLINE Lanes lanes_at(std::size_t x, Wide until) {
  return Lanes{SLIPRING_MM(cmple_epi32_mask)(until.raw, wide(static_cast<std::int32_t>(x)).raw)};
}
HWY_INLINE bool any(Lanes lanes) { return _kortestz_mask8_u8(lanes.raw, lanes.raw) == 0; }
HWY_INLINE bool any(Lanes a, Lanes b) { return _kortestz_mask8_u8(a.raw, b.raw) == 0; }
// The others are 0.
HWY_INLINE Wide keep_where(Lanes lanes, Wide value) {
  return Wide{SLIPRING_MM(maskz_mov_epi32)(lanes.raw, value.raw)};
}
HWY_INLINE Wide add_where(Lanes lanes, Wide to, Wide more) {
  return Wide{SLIPRING_MM(mask_add_epi32)(to.raw, lanes.raw, to.raw, more.raw)};
}
HWY_INLINE Wide subtract_where(Lanes lanes, Wide from, Wide less) {
  return Wide{SLIPRING_MM(mask_sub_epi32)(from.raw, lanes.raw, from.raw, less.raw)};
}
HWY_INLINE Wide choose(Lanes lanes, Wide yes, Wide no) {
  return Wide{SLIPRING_MM(mask_mov_epi32)(no.raw, lanes.raw, yes.raw)};
}
// Rounded down.
HWY_INLINE Wide halve_where(Lanes lanes, Wide value) {
  return Wide{SLIPRING_MM(mask_srai_epi32)(value.raw, lanes.raw, value.raw, 1)};
}

// Numbers that the kernels need, in memory: GCC would make them anew at every use.
struct WideNumbers {
  explicit WideNumbers(std::int32_t reset) : full(wide(reset)) {}
  Wide full;  // RESET
  Wide zero = wide(0);
  Wide one = wide(1);
  Wide seven = wide(7);
  Wide last_bit = wide(31);
  Wide all_bits = wide(64);
  Wide low_byte = wide(0xFF);
  Wide high_byte = wide(-(1 << 24));
  Wide less_bias = wide(-(1 << 24));  // a step of C
  Wide more_bias = wide(1 << 24);
};

using DNarrow = hn::Rebind<std::uint16_t, DWide>;
HWY_INLINE Wide widen(const std::uint16_t* from) {
  return hn::PromoteTo(DWide(), hn::LoadU(DNarrow(), from));
}
HWY_INLINE Wide widen(const std::int16_t* from) {
  return hn::PromoteTo(DWide(), hn::LoadU(hn::RebindToSigned<DNarrow>(), from));
}
// Not by TruncateTo(): decoding went wrong with that of Highway 1.0.3 in vectors of 256 bits.
HWY_INLINE void narrow(Wide value, std::uint16_t* to) {
  const hn::Vec<DNarrow> samples{SLIPRING_MM(cvtepi32_epi16)(value.raw)};
  hn::StoreU(samples, DNarrow(), to);
}

using DHalf = hn::FixedTag<std::int64_t, kGroupLanes / 2>;
using Half = hn::Vec<DHalf>;
// 64 bits of each scan: half of the scans, then the other, as instructions that keep to each 128
// bits of a vector join and part them.
struct Long {
  Half first, second;
};
// Where the 64 bits of a scan are in a Long that was stored: of eight, scans 0, 1, 4 and 5 come
// first.
constexpr std::size_t place_in_long(std::size_t scan) {
  return kGroupLanes == 4 ? scan : (scan & 1) | (scan & 2) << 1 | (scan & 4) >> 1;
}
HWY_INLINE Long lengthen(Wide low, Wide high) {
  return {Half{SLIPRING_MM(unpacklo_epi32)(low.raw, high.raw)},
          Half{SLIPRING_MM(unpackhi_epi32)(low.raw, high.raw)}};
}
template <int kPick>
HWY_INLINE Wide part(const Long& value) {
  const hn::RebindToFloat<DWide> df;
  const auto picked = SLIPRING_MM(shuffle_ps)(hn::BitCast(df, value.first).raw,
                                              hn::BitCast(df, value.second).raw, kPick);
  return hn::BitCast(DWide(), hn::Vec<decltype(df)>{picked});
}
HWY_INLINE Wide low_half(const Long& value) { return part<0x88>(value); }
HWY_INLINE Wide high_half(const Long& value) { return part<0xDD>(value); }
HWY_INLINE Long shift_left(const Long& value, const Long& count) {
  return {Half{SLIPRING_MM(sllv_epi64)(value.first.raw, count.first.raw)},
          Half{SLIPRING_MM(sllv_epi64)(value.second.raw, count.second.raw)}};
}
HWY_INLINE Long join(const Long& a, const Long& b) {
  return {hn::Or(a.first, b.first), hn::Or(a.second, b.second)};
}
// From the first byte in memory to the highest, and back.
HWY_INLINE Long turn_bytes(const Long& value) {
  alignas(16) static constexpr std::uint8_t kTurn[16] = {7,  6,  5,  4,  3,  2,  1, 0,
                                                         15, 14, 13, 12, 11, 10, 9, 8};
  const hn::Repartition<std::uint8_t, DHalf> bytes;
  const auto turn = hn::LoadDup128(bytes, kTurn);
  return {hn::BitCast(DHalf(), hn::TableLookupBytes(hn::BitCast(bytes, value.first), turn)),
          hn::BitCast(DHalf(), hn::TableLookupBytes(hn::BitCast(bytes, value.second), turn))};
}
HWY_INLINE void store(const Long& value, std::int64_t* to) {
  hn::Store(value.first, DHalf(), to);
  hn::Store(value.second, DHalf(), to + kGroupLanes / 2);
}
HWY_INLINE Long load(const std::int64_t* from) {
  return {hn::Load(DHalf(), from), hn::Load(DHalf(), from + kGroupLanes / 2)};
}

HWY_INLINE __m128i load_pair(const void* one, const void* two) {
  const __m128i first = _mm_loadl_epi64(static_cast<const __m128i*>(one));
  return _mm_castpd_si128(_mm_loadh_pd(_mm_castsi128_pd(first), static_cast<const double*>(two)));
}
HWY_INLINE void store_pair(__m128i both, void* one, void* two) {
  _mm_storel_pd(static_cast<double*>(one), _mm_castsi128_pd(both));
  _mm_storeh_pd(static_cast<double*>(two), _mm_castsi128_pd(both));
}
// 64 bits of each scan from where it says, or there: `at(i)` is scan i's address. One by one,
// which is quicker than gathers and scatters.
template <class At>
HWY_INLINE Long load_each(At at) {
#if SLIPRING_JPEG_LS_LANES == 8
  const auto both = [](__m128i low, __m128i high) HWY_ATTR {
    return Half{_mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1)};
  };
  return {both(load_pair(at(0), at(1)), load_pair(at(4), at(5))),
          both(load_pair(at(2), at(3)), load_pair(at(6), at(7)))};
#else
  return {Half{load_pair(at(0), at(1))}, Half{load_pair(at(2), at(3))}};
#endif
}
template <class At>
HWY_INLINE void store_each(const Long& value, At at) {
#if SLIPRING_JPEG_LS_LANES == 8
  store_pair(_mm256_castsi256_si128(value.first.raw), at(0), at(1));
  store_pair(_mm256_extracti128_si256(value.first.raw, 1), at(4), at(5));
  store_pair(_mm256_castsi256_si128(value.second.raw), at(2), at(3));
  store_pair(_mm256_extracti128_si256(value.second.raw, 1), at(6), at(7));
#else
  store_pair(value.first.raw, at(0), at(1));
  store_pair(value.second.raw, at(2), at(3));
#endif
}

// Contexts of a group: those of its first frame, then the next one's.
constexpr std::size_t kFrameContexts = kContexts + kIdleContexts;
constexpr std::size_t kGroupContexts = kGroupLanes * kFrameContexts;

struct WidePacked {
  Wide a;
  Wide rest;  // N, k, B and C from the lowest byte on
};

// A context of each scan, by their numbers.
template <class Number>
HWY_INLINE WidePacked load_contexts(const std::int64_t* contexts, const Number* numbers) {
  const Long both =
      load_each([&](std::size_t i) HWY_ATTR { return contexts + i * kFrameContexts + numbers[i]; });
  return {low_half(both), high_half(both)};
}
template <class Number>
HWY_INLINE void store_contexts(const WidePacked& packed, std::int64_t* contexts,
                               const Number* numbers) {
  store_each(lengthen(packed.a, packed.rest),
             [&](std::size_t i) HWY_ATTR { return contexts + i * kFrameContexts + numbers[i]; });
}

// One byte of each element.
template <int kByte>
HWY_INLINE Wide byte_of(Wide value) {
  alignas(16) static constexpr std::int8_t kPick[16] = {
      kByte,     -1, -1, -1, kByte + 4,  -1, -1, -1,  //
      kByte + 8, -1, -1, -1, kByte + 12, -1, -1, -1};
  const hn::Repartition<std::int8_t, DWide> bytes;
  return hn::BitCast(
      DWide(), hn::TableLookupBytesOr0(hn::BitCast(bytes, value), hn::LoadDup128(bytes, kPick)));
}

struct WideContext {
  HWY_INLINE WideContext(const WideNumbers& numbers, const WidePacked& from)
      : packed(from),
        b(hn::ShiftRight<24>(hn::ShiftLeft<8>(from.rest))),
        c(hn::ShiftRight<24>(from.rest)),
        n(hn::And(from.rest, numbers.low_byte)),
        k(byte_of<1>(from.rest)) {}
  WidePacked packed;
  Wide b, c, n, k;
};

// `value`, but for its complement where the mapping of errors is the other one: see mirror_mask().
HWY_INLINE Wide mirror(const WideNumbers& numbers, const WideContext& context, Wide value) {
  const Wide twice = hn::Add(context.b, context.b);
  const Wide low = above(hn::Sub(numbers.one, context.n), twice);
  const Wide plain = Wide{SLIPRING_MM(cmpeq_epi32)(context.k.raw, numbers.zero.raw)};
  constexpr int kFirstXorBothOthers = 0x78;
  return Wide{SLIPRING_MM(ternarylogic_epi32)(value.raw, low.raw, plain.raw, kFirstXorBothOthers)};
}

// packed_order()
HWY_INLINE Wide wide_order(Wide a, Wide n) {
  const Wide k = hn::Sub(leading_zeros(n), leading_zeros(hn::Or(a, n)));
  return hn::Sub(k, hn::ShiftRight<31>(hn::Sub(shift_left(n, k), a)));
}

// update_packed(). C has the highest byte, so that a saturating addition of bytes keeps its bounds.
HWY_INLINE WidePacked adapt(const WideNumbers& numbers, const WideContext& context, Wide error) {
  const Lanes full{SLIPRING_MM(cmpeq_epi32_mask)(context.n.raw, numbers.full.raw)};
  const Wide a = halve_where(full, hn::Add(context.packed.a, hn::Abs(error)));
  Wide b = halve_where(full, hn::Add(context.b, error));
  const Wide n = hn::Add(halve_where(full, context.n), numbers.one);
  const Wide floor = hn::Sub(numbers.one, n);
  const Lanes low{SLIPRING_MM(cmpgt_epi32_mask)(floor.raw, b.raw)};  // b <= -n
  const Lanes high{SLIPRING_MM(cmpgt_epi32_mask)(b.raw, numbers.zero.raw)};
  b = subtract_where(high, add_where(low, b, n), n);
  b = hn::Min(hn::Max(b, floor), numbers.zero);
  const Wide bias_step = choose(high, numbers.more_bias, keep_where(low, numbers.less_bias));
  const auto biased = SLIPRING_MM(adds_epi8)(context.packed.rest.raw, bias_step.raw);
  const Wide k = wide_order(a, n);
  const Wide fields = hn::Or(n, hn::Or(hn::ShiftLeft<8>(k), hn::ShiftLeft<16>(b)));
  constexpr int kSecondWhereFirst = 0xCA;
  return {a, Wide{SLIPRING_MM(ternarylogic_epi32)(numbers.high_byte.raw, biased, fields.raw,
                                                  kSecondWhereFirst)}};
}

HWY_INLINE WidePacked choose(Lanes lanes, const WidePacked& yes, const WidePacked& no) {
  return {choose(lanes, yes.a, no.a), choose(lanes, yes.rest, no.rest)};
}

// A scan's line each.
using Lines = std::array<std::uint16_t*, kGroupLanes>;
constexpr std::size_t kSquareColumns = 8;

#if SLIPRING_JPEG_LS_LANES == 8

// Eight rows of eight samples to columns, or back.
HWY_INLINE void turn_square(__m128i* rows) {
  __m128i pairs[8], fours[8];
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = _mm_unpacklo_epi16(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm_unpackhi_epi16(rows[i], rows[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    for (int j = 0; j < 2; ++j) {
      fours[i + 2 * j] = _mm_unpacklo_epi32(pairs[i + j], pairs[i + j + 2]);
      fours[i + 2 * j + 1] = _mm_unpackhi_epi32(pairs[i + j], pairs[i + j + 2]);
    }
  }
  for (int i = 0; i < 4; ++i) {
    rows[2 * i] = _mm_unpacklo_epi64(fours[i], fours[i + 4]);
    rows[2 * i + 1] = _mm_unpackhi_epi64(fours[i], fours[i + 4]);
  }
}

// Eight columns from column x on, each with the scans' samples beside each other.
HWY_INLINE void join_lines(const Lines& lines, std::size_t x, std::uint16_t* to) {
  __m128i square[8];
  for (std::size_t i = 0; i < 8; ++i)
    square[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(lines[i] + x));
  turn_square(square);
  for (std::size_t i = 0; i < 8; ++i)
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + (x + i) * 8), square[i]);
}
// And back.
HWY_INLINE void part_lines(const std::uint16_t* from, std::size_t x, const Lines& lines) {
  __m128i square[8];
  for (std::size_t i = 0; i < 8; ++i)
    square[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + (x + i) * 8));
  turn_square(square);
  for (std::size_t i = 0; i < 8; ++i)
    _mm_storeu_si128(reinterpret_cast<__m128i*>(lines[i] + x), square[i]);
}

#else

HWY_INLINE void join_lines(const Lines& lines, std::size_t x, std::uint16_t* to) {
  const hn::FixedTag<std::uint16_t, kSquareColumns> d;
  hn::StoreInterleaved4(hn::LoadU(d, lines[0] + x), hn::LoadU(d, lines[1] + x),
                        hn::LoadU(d, lines[2] + x), hn::LoadU(d, lines[3] + x), d, to + x * 4);
}
HWY_INLINE void part_lines(const std::uint16_t* from, std::size_t x, const Lines& lines) {
  const hn::FixedTag<std::uint16_t, kSquareColumns> d;
  hn::Vec<decltype(d)> v0, v1, v2, v3;
  hn::LoadInterleaved4(d, from + x * 4, v0, v1, v2, v3);
  hn::StoreU(v0, d, lines[0] + x);
  hn::StoreU(v1, d, lines[1] + x);
  hn::StoreU(v2, d, lines[2] + x);
  hn::StoreU(v3, d, lines[3] + x);
}

#endif

}  // namespace SLIPRING_JPEG_LS_GROUP

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif

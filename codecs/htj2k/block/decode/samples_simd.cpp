// Where a sample's bits lie follows from how many each sample before it has, which is known of a
// whole row of quads before any is read: only a sum is carried from vector to vector.
#include "codecs/htj2k/block/decode/samples.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/htj2k/block/decode/samples_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

#include "codecs/htj2k/block/decode/deliver.h"
#include "codecs/htj2k/block/decode/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::htj2k {
namespace HWY_NAMESPACE {

#if SLIPRING_HTJ2K_VECTORS

// Samples in lanes of L, four of a quad next to each other: top left, bottom left, top right,
// bottom right. Lanes of 16 bits hold all that U_q up to 15 makes.
template <class L, class T, bool kPlainIntegers>
class VectorDecoder {
  static constexpr std::size_t kLanes = sizeof(Vector<L>) / sizeof(L);
  static constexpr std::size_t kQuads = kLanes / 4;
  static constexpr std::size_t kColumns = kLanes / 2;
  static constexpr bool kIsNarrow = sizeof(L) == 2;

  const hn::Simd<L, kLanes, 0> d;
  const hn::Simd<std::uint8_t, sizeof(Vector<L>), 0> d8;
  const hn::Simd<std::uint32_t, sizeof(Vector<L>) / 4, 0> d32;
  const hn::Simd<std::uint64_t, sizeof(Vector<L>) / 8, 0> d64;
  // Of a quad 64 bits, 32 bits; of a column 32 bits.
  const hn::Simd<std::uint64_t, kQuads, 0> quad64;
  const hn::Simd<std::uint32_t, 2 * kQuads, 0> quad32;
  const hn::Simd<std::uint32_t, kQuads, 0> entry32;
  const hn::Simd<std::uint32_t, kColumns, 0> column32;
  const hn::Simd<std::uint16_t, 2 * kQuads, 0> pattern16;

 public:
  VectorDecoder(const QuadGrid& grid, const SampleJob<T>& job) : grid_(grid), job_(job) {}

  HWY_INLINE std::uint32_t run() {
    std::uint32_t* above = job_.exponents + kColumnsBefore;
    std::uint32_t* below = above + exponent_pitch(grid_);
    std::fill_n(job_.exponents, 2 * exponent_pitch(grid_), 0U);
    const Constants c = constants();
    const auto reach = hn::Set(d, kNarrowReach);
    auto largest = hn::Zero(d);
    for (std::uint32_t y = 0; y < grid_.rows; ++y) {
      largest = run_row(y, above, below, c, largest);
      if (kIsNarrow && HWY_UNLIKELY(!hn::AllFalse(d, hn::Gt(largest, reach)))) break;
      std::swap(above, below);
    }
    return static_cast<std::uint32_t>(hn::GetLane(hn::MaxOfLanes(d, largest)));
  }

 private:
  using Lanes = Vector<L>;
  using Lanes8 = Vector<std::uint8_t>;

  // Made once a block; all would be made again for each vector.
  struct Constants {
    hn::Vec<hn::Simd<std::uint16_t, 4 * kQuads, 0>> no_more;
    hn::Vec<hn::Simd<std::uint32_t, 2 * kQuads, 0>> several;
    Lanes one;
    Lanes rho;
    Lanes e_k;
    Lanes e_1;
    Lanes8 lower;
    // Of narrow lanes alone.
    Lanes pattern_of_lane;
    Lanes quad_of_lane;
    Lanes by_rows;
    Vector<std::uint64_t> to_samples_before;
  };

  HWY_INLINE Constants constants() const {
    // The exponents have the lower samples in the upper halves of 32 bits where lanes are narrow.
    const hn::Simd<std::uint16_t, 4 * kQuads, 0> half16;
    return {kept(hn::Set(half16, kIsNarrow ? 128 + 16 : 128)),
            kept(hn::Set(quad32, kIsNarrow ? kSeveral >> kPatternShift : kSeveral)),
            kept(hn::Set(d, 1)),
            kept(sample_bits<0>()),
            kept(sample_bits<4>()),
            kept(sample_bits<8>()),
            kept(hn::LoadDup128(d8, kLower)),
            kept(hn::Load(d, kPatternOfLane.data())),
            kept(hn::Load(d, kQuadOfLane.data())),
            kept(hn::Load(d, kByRows.data())),
            kept(hn::Set(d64, kToSamplesBefore))};
  }

  template <class V>
  HWY_INLINE V run_row(std::uint32_t y, const std::uint32_t* above, std::uint32_t* below,
                       const Constants& c, V largest) {
    const std::uint32_t* entries = job_.entries + y * grid_.pitch + kQuadsBefore;
    const std::uint8_t* bounds = job_.bounds + y * grid_.pitch + kQuadsBefore;
    T* top = job_.samples.at + 2 * std::size_t{y} * job_.samples.stride;
    T* bottom = 2 * y + 1 < job_.samples.height ? top + job_.samples.stride : nullptr;
    std::uint64_t position = position_;
    Neighbours neighbours(above);
    for (std::size_t q = 0; q < grid_.quads; q += kQuads) {
      const auto quads = load_entries(entries + q, c);
      const auto pattern = pattern_of(quads);
      const auto bound = bound_of(quads, bounds + q, neighbours.next(above + 2 * q), c);
      largest = hn::Max(largest, bound);

      const auto is_significant = hn::TestBit(pattern, c.rho);
      auto count = hn::IfThenElseZero(is_significant, bound);
      count = hn::IfThenElse(hn::TestBit(pattern, c.e_k), hn::Sub(count, c.one), count);
      const std::size_t byte = std::min<std::size_t>(position >> 3, job_.magsgn_bytes);
      const auto bits = hn::BitCast(d, hn::LoadU(d8, job_.magsgn + byte));
      const auto fields = fields_at(bits, places_of(count, position, c), c);
      const auto next_bit = hn::Shl(c.one, count);
      auto value = hn::And(fields, hn::Sub(next_bit, c.one));
      value = hn::Or(value, hn::IfThenElseZero(hn::TestBit(pattern, c.e_1), next_bit));
      store_exponents(hn::IfThenElseZero(is_significant, hn::Or(value, c.one)), below + 2 * q);
      value = hn::IfThenElseZero(is_significant, hn::Add(value, hn::Add(c.one, c.one)));
      store(value, 2 * q, top, bottom, c);
    }
    position_ = position;
    return largest;
  }

  // Of each quad in its 64 bits: what is above it, columns 2q - 1 to 2q + 2, two in each half.
  // Narrow: what was stored as a vector is loaded as one, and shifted in registers.
  class Neighbours {
    static constexpr hn::Simd<std::uint32_t, 2 * kQuads, 0> quad32 = {};

   public:
    HWY_INLINE explicit Neighbours(const std::uint32_t* above) {
      if constexpr (kIsNarrow) here_ = hn::Load(quad32, above);
    }
    HWY_INLINE auto next(const std::uint32_t* above) {
      if constexpr (kIsNarrow) {
        const auto after = hn::Load(quad32, above + 2 * kQuads);
        const auto sides = hn::OddEven(quads_before(before_, here_), quads_after(here_, after));
        const auto all = hn::Or(here_, sides);
        before_ = here_;
        here_ = after;
        return all;
      } else {
        return hn::Or(hn::LoadU(quad32, above - 1), hn::LoadU(quad32, above + 1));
      }
    }

   private:
    hn::Vec<hn::Simd<std::uint32_t, 2 * kQuads, 0>> before_ = hn::Zero(quad32);
    hn::Vec<hn::Simd<std::uint32_t, 2 * kQuads, 0>> here_ = hn::Zero(quad32);
  };

  // Entries as they are worked with: the upper halves in each of a quad's lanes, or 64 bits a quad.
  HWY_INLINE auto load_entries(const std::uint32_t* from, const Constants& c) const {
    const auto entry = hn::LoadU(entry32, from);
    if constexpr (kIsNarrow)
      return pick_low(hn::BitCast(pattern16, entry), c.pattern_of_lane);
    else
      return hn::BitCast(quad32, hn::PromoteTo(quad64, entry));
  }

  // rho, e_k and e_1 of a quad in each of its lanes.
  template <class V>
  HWY_INLINE auto pattern_of(V entries) const {
    if constexpr (kIsNarrow)
      return entries;
    else
      return spread<kPatternShift>(entries);
  }

  // U_q (7.3.7) in each lane of a quad: u_q + 1, and where several samples are significant what
  // the highest bit above has more than that.
  template <class V, class N>
  HWY_INLINE auto bound_of(V entries, const std::uint8_t* bounds, N above,
                           const Constants& c) const {
    const auto any =
        hn::Or(above, hn::BitCast(quad32, hn::ShiftRight<32>(hn::BitCast(quad64, above))));
    const auto least = hn::BitCast(quad32, load_bytes(quad64, bounds));
    const auto several = hn::TestBit(hn::BitCast(quad32, entries), c.several);
    const auto bound = hn::IfThenElse(several, hn::Add(least, more_than_one(any, c)), least);
    if constexpr (kIsNarrow)
      return hn::BitCast(d, hn::TableLookupBytes(hn::BitCast(d8, bound), c.lower));
    else
      return spread<0>(bound);
  }

  // The exponent of a float tells the highest bit, when bits below it do not round it up.
  template <class V>
  HWY_INLINE V more_than_one(V any, const Constants& c) const {
    const hn::Repartition<std::uint16_t, decltype(quad32)> half16;
    const V exponents = hn::ShiftRight<23>(as_floats(any));
    return hn::BitCast(quad32, hn::SaturatedSub(hn::BitCast(half16, exponents), c.no_more));
  }

  // The bits of a quad from kShift on in each of its lanes.
  template <int kShift, class V>
  HWY_INLINE auto spread(V quads) const {
    const auto index = hn::ShiftLeft<1>(hn::ShiftRight<2>(hn::Iota(d, 0)));
    return hn::ShiftRight<kShift>(pick(hn::ZeroExtendVector(d, quads), index));
  }

  // In each lane the bit of its sample in rho, e_k or e_1.
  template <int kFirst>
  HWY_INLINE auto sample_bits() const {
    alignas(16) static constexpr L kBits[8] = {L{1} << kFirst, L{2} << kFirst, L{4} << kFirst,
                                               L{8} << kFirst, L{1} << kFirst, L{2} << kFirst,
                                               L{4} << kFirst, L{8} << kFirst};
    return hn::LoadDup128(d, kBits);
  }

  // Where each lane's bits begin, counted from the byte of `position`, which goes on behind them.
  template <class V>
  HWY_INLINE V places_of(V count, std::uint64_t& position, const Constants& c) const {
    if constexpr (kIsNarrow) {
      // A product with 1 at three places is the sums of three samples at theirs.
      const auto in_quad = hn::BitCast(d, products(hn::BitCast(d64, count), c.to_samples_before));
      const hn::Simd<std::uint16_t, kQuads, 0> quad16;
      auto ends = hn::TruncateTo(quad16, hn::SumsOf8(hn::BitCast(d8, count)));
      ends = hn::Add(ends, hn::ShiftLeftLanes<1>(quad16, ends));
      ends = hn::Add(ends, hn::ShiftLeftLanes<2>(quad16, ends));
      ends = hn::Add(ends, hn::ShiftLeftLanes<4>(quad16, ends));
      const auto start = hn::Set(quad16, static_cast<std::uint16_t>(position & 7));
      const auto starts = hn::Add(start, hn::ShiftLeftLanes<1>(quad16, ends));
      position += hn::ExtractLane(ends, kQuads - 1);
      return hn::Add(in_quad, pick_low(starts, c.quad_of_lane));
    } else {
      V ends = hn::Add(count, hn::ShiftLeftLanes<1>(d, count));
      ends = hn::Add(ends, hn::ShiftLeftLanes<2>(d, ends));
      ends = hn::Add(ends, sum_of_blocks_below(hn::Broadcast<3>(ends)));
      const auto start = hn::Set(d, static_cast<L>(position & 7));
      position += last_lane(ends);
      return hn::Add(hn::Sub(ends, count), start);
    }
  }

  template <class V>
  HWY_INLINE std::uint32_t last_lane(V sum) const {
    const auto half = hn::UpperHalf(hn::Half<decltype(d)>(), sum);
    if constexpr (sizeof(Vector<L>) == 64) {
      const hn::Half<hn::Half<decltype(d)>> quarter;
      return hn::ExtractLane(hn::UpperHalf(quarter, half), kLanes / 4 - 1);
    } else {
      return hn::ExtractLane(half, kLanes / 2 - 1);
    }
  }

  // As many bits as a lane has, from bit `at` of `bits` on; beyond the vector's end anything.
  template <class V>
  HWY_INLINE V fields_at(V bits, V at, const Constants& c) const {
    const auto word = hn::ShiftRight<kIsNarrow ? 4 : 5>(at);
    return funnel(pick(bits, word), pick(bits, hn::Add(word, c.one)), at);
  }

  template <class V>
  HWY_INLINE void store_exponents(V odd, std::uint32_t* below) const {
    if constexpr (kIsNarrow) {
      hn::Store(hn::BitCast(d32, odd), d32, below);
    } else {
      const auto lower = hn::ShiftRight<32>(hn::BitCast(d64, odd));
      hn::StoreU(hn::TruncateTo(column32, lower), column32, below);
    }
  }

  // `value`: 2 x magnitude + sign, 0 where insignificant.
  template <class V>
  HWY_INLINE void store(V value, std::size_t x, T* top, T* bottom, const Constants& c) const {
    if constexpr (kIsNarrow && kPlainIntegers) {
      const auto magnitude = hn::ShiftRight<1>(value);
      const auto samples =
          hn::IfThenElse(hn::TestBit(value, c.one), hn::Sub(hn::Zero(d), magnitude), magnitude);
      const hn::RebindToSigned<decltype(d32)> signed32;
      const auto both = hn::BitCast(signed32, samples);
      if constexpr (sizeof(T) == 2) {
        const hn::Simd<std::uint16_t, kColumns, 0> d16;
        const auto rows = pick(samples, c.by_rows);
        store_columns(d16, hn::LowerHalf(d16, rows), x, top);
        if (bottom != nullptr) store_columns(d16, hn::UpperHalf(d16, rows), x, bottom);
      } else {
        store_row(hn::BitCast(d32, hn::ShiftRight<16>(hn::ShiftLeft<16>(both))), x, top);
        store_row(hn::BitCast(d32, hn::ShiftRight<16>(both)), x, bottom);
      }
    } else if constexpr (kIsNarrow) {
      const auto both = hn::BitCast(d32, value);
      store_row(converted(hn::And(both, hn::Set(d32, 0xFFFF))), x, top);
      store_row(converted(hn::ShiftRight<16>(both)), x, bottom);
    } else {
      const auto both = hn::BitCast(d64, converted(value));
      store_row(hn::TruncateTo(column32, both), x, top);
      store_row(hn::TruncateTo(column32, hn::ShiftRight<32>(both)), x, bottom);
    }
  }

  // The bits of a T, or of what is truncated to one.
  template <class V>
  HWY_INLINE V converted(V value) const {
    const auto one = hn::Set(d32, 1);
    const auto magnitude_bits = hn::Set(d32, ~kSignBit);
    if constexpr (kPlainIntegers) {
      const V sign = hn::Sub(hn::Zero(d32), hn::And(value, one));
      const V magnitude = hn::ShiftRight<1>(hn::And(value, magnitude_bits));
      return hn::Sub(hn::Xor(magnitude, sign), sign);
    } else {
      const auto is_zero = hn::Eq(value, hn::Zero(d32));
      V doubled = hn::ShiftLeftSame(hn::Or(value, one), static_cast<int>(job_.plane));
      doubled = hn::IfThenZeroElse(is_zero, hn::And(doubled, magnitude_bits));
      const V sign_bit = hn::ShiftLeft<31>(value);
      if constexpr (std::is_same_v<T, Word>) {
        return hn::Or(doubled, sign_bit);
      } else if constexpr (std::is_same_v<T, float>) {
        const hn::RebindToSigned<decltype(d32)> signed32;
        const hn::RebindToFloat<decltype(d32)> float32;
        const auto scaled = hn::Mul(hn::ConvertTo(float32, hn::BitCast(signed32, doubled)),
                                    hn::Set(float32, job_.half_step));
        return hn::Xor(hn::BitCast(d32, scaled), sign_bit);
      } else {
        const V sign = hn::Sub(hn::Zero(d32), hn::And(value, one));
        return hn::Sub(hn::Xor(hn::ShiftRight<1>(doubled), sign), sign);
      }
    }
  }

  template <class V>
  HWY_INLINE void store_row(V columns, std::size_t x, T* row) const {
    if (row == nullptr) return;
    if constexpr (sizeof(T) == 2) {
      const hn::Simd<std::uint16_t, kColumns, 0> d16;
      store_columns(d16, hn::TruncateTo(d16, columns), x, row);
    } else {
      store_columns(column32, columns, x, row);
    }
  }

  template <class D, class V>
  HWY_INLINE void store_columns(D to, V columns, std::size_t x, T* row) const {
    using Bits = hn::TFromD<D>;
    if (HWY_LIKELY(x + kColumns <= job_.samples.width))
      return hn::StoreU(columns, to, reinterpret_cast<Bits*>(row + x));
    store_some(to, columns, job_.samples.width - x, row + x);
  }

  template <class D, class V>
  HWY_INLINE void store_some(D to, V columns, std::size_t count, T* at) const {
    using Bits = hn::TFromD<D>;
    if constexpr (kIsNarrow) {
      hn::BlendedStore(columns, hn::FirstN(to, count), to, reinterpret_cast<Bits*>(at));
    } else {
      alignas(64) Bits bits[kColumns];
      hn::Store(columns, to, bits);
      std::memcpy(at, bits, count * sizeof(T));
    }
  }

  // In each lane of a quad the lower 16 bits of its 64: bytes within 16.
  alignas(16) static constexpr std::uint8_t kLower[16] = {0, 1, 0, 1, 0, 1, 0, 1,
                                                          8, 9, 8, 9, 8, 9, 8, 9};
  static constexpr std::uint64_t kToSamplesBefore = 0x0001'0001'0001'0000;

  struct alignas(64) Index : std::array<L, kLanes> {};
  template <class F>
  static constexpr Index index_of(F lane) {
    Index index = {};
    for (std::size_t i = 0; i < kLanes; ++i) index[i] = static_cast<L>(lane(i));
    return index;
  }
  // The upper half of the quad's entry; its number; upper samples first.
  static constexpr Index kPatternOfLane = index_of([](std::size_t i) { return i / 4 * 2 + 1; });
  static constexpr Index kQuadOfLane = index_of([](std::size_t i) { return i / 4; });
  static constexpr Index kByRows =
      index_of([](std::size_t i) { return i % kColumns * 2 + i / kColumns; });

  const QuadGrid& grid_;
  const SampleJob<T>& job_;
  std::uint64_t position_ = 0;
};

template <class L, class T, bool kPlainIntegers>
HWY_NOINLINE std::uint32_t run_vectors(const QuadGrid& grid, const SampleJob<T>& job) {
  return VectorDecoder<L, T, kPlainIntegers>(grid, job).run();
}

template <class L, class T>
std::uint32_t run_lanes(const QuadGrid& grid, const SampleJob<T>& job) {
  constexpr bool is_integer = std::is_same_v<T, std::int16_t> || std::is_same_v<T, std::int32_t>;
  if (is_integer && job.plane == 0) return run_vectors<L, T, is_integer>(grid, job);
  return run_vectors<L, T, false>(grid, job);
}

template <class T>
std::uint32_t decode_any(const QuadGrid& grid, const SampleJob<T>& job) {
#if SLIPRING_HTJ2K_NARROW
  const std::uint32_t largest = run_lanes<std::uint16_t>(grid, job);
  if (largest <= kNarrowReach) return largest;
#endif
  return run_lanes<std::uint32_t>(grid, job);
}

#else

// One sample after the other.
template <class T>
std::uint32_t decode_any(const QuadGrid& grid, const SampleJob<T>& job) {
  std::uint32_t* above = job.exponents + kColumnsBefore;
  std::uint32_t* below = above + exponent_pitch(grid);
  std::fill_n(job.exponents, 2 * exponent_pitch(grid), 0U);
  std::uint32_t largest = 0;
  std::uint64_t position = 0;
  const auto& [at, stride, width, height] = job.samples;
  for (std::uint32_t y = 0; y < height; y += 2) {
    const std::uint32_t* entries = job.entries + y / 2 * grid.pitch + kQuadsBefore;
    const std::uint8_t* bounds = job.bounds + y / 2 * grid.pitch + kQuadsBefore;
    T* const row = at + y * stride;
    for (std::uint32_t x = 0; x < width; x += 2) {
      const std::uint32_t entry = entries[x / 2] >> kPatternShift;
      const std::uint32_t* const known = above + x;
      const std::uint32_t odd = known[-1] | known[0] | known[1] | known[2];
      const std::uint32_t more = std::max(30 - std::countl_zero(odd | 1), 0);
      const std::uint32_t rho = entry & 15;
      const std::uint32_t bound = bounds[x / 2] + ((rho & (rho - 1)) != 0 ? more : 0);
      largest = std::max(largest, bound);
      for (std::uint32_t i = 0; i < 4; ++i) {
        const std::uint32_t is = entry >> i & 1;
        const std::uint32_t count = (bound - (entry >> (4 + i) & 1)) & (0 - is) & 63;
        const std::size_t byte = std::min<std::size_t>(position >> 3, job.magsgn_bytes);
        const std::uint64_t bits = load_le<std::uint64_t>(job.magsgn + byte) >> (position & 7);
        position += count;
        const std::uint64_t next_bit = std::uint64_t{1} << count;
        const auto value = static_cast<std::uint32_t>((bits & (next_bit - 1)) |
                                                      (next_bit & (0 - (entry >> (8 + i) & 1))));
        if (i % 2 == 1) below[x + i / 2] = (value | 1) & (0 - is);
        if (x + i / 2 >= width || y + i % 2 >= height) continue;
        const Word doubled = (((value | 1) + 2) << job.plane) & ~kSignBit;
        row[i % 2 * stride + x + i / 2] =
            delivered<T>((doubled | value << 31) & (0 - is), job.half_step);
      }
    }
    std::swap(above, below);
  }
  return largest;
}

#endif

std::uint32_t decode_int16(const QuadGrid& grid, const SampleJob<std::int16_t>& job) {
  return decode_any(grid, job);
}
std::uint32_t decode_int32(const QuadGrid& grid, const SampleJob<std::int32_t>& job) {
  return decode_any(grid, job);
}
std::uint32_t decode_float(const QuadGrid& grid, const SampleJob<float>& job) {
  return decode_any(grid, job);
}
std::uint32_t decode_words(const QuadGrid& grid, const SampleJob<Word>& job) {
  return decode_any(grid, job);
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::htj2k
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::htj2k {

HWY_EXPORT(decode_int16);
HWY_EXPORT(decode_int32);
HWY_EXPORT(decode_float);
HWY_EXPORT(decode_words);

std::uint32_t decode_samples(const QuadGrid& grid, const SampleJob<std::int16_t>& job) {
  return HWY_DYNAMIC_DISPATCH(decode_int16)(grid, job);
}
std::uint32_t decode_samples(const QuadGrid& grid, const SampleJob<std::int32_t>& job) {
  return HWY_DYNAMIC_DISPATCH(decode_int32)(grid, job);
}
std::uint32_t decode_samples(const QuadGrid& grid, const SampleJob<float>& job) {
  return HWY_DYNAMIC_DISPATCH(decode_float)(grid, job);
}
std::uint32_t decode_samples(const QuadGrid& grid, const SampleJob<Word>& job) {
  return HWY_DYNAMIC_DISPATCH(decode_words)(grid, job);
}

}  // namespace slipring::codecs::htj2k
#endif

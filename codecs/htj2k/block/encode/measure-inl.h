// First pass of the fast block encoder: from samples to what can be known of each quad alone.
// Included once a SIMD target.
#if defined(SLIPRING_HTJ2K_ENCODE_MEASURE) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_HTJ2K_ENCODE_MEASURE
#undef SLIPRING_HTJ2K_ENCODE_MEASURE
#else
#define SLIPRING_HTJ2K_ENCODE_MEASURE
#endif

#include <hwy/highway.h>

#include <cstring>

#include "codecs/htj2k/block/encode.h"
#include "codecs/htj2k/block/encode/strip-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::htj2k::encode {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

// Samples of one row as 16 bits, and whether 16 bits and the bit planes held all of them.
template <class T>
class Loader;

template <>
class Loader<std::int16_t> {
 public:
  explicit Loader(const BlockToEncode<std::int16_t>&) {}
  HWY_INLINE hn::Vec<SignedColumns> load(const std::int16_t* from) {
    return hn::LoadU(SignedColumns(), from);
  }
  [[nodiscard]] bool all_fit() const { return true; }
};

HWY_INLINE hn::Vec<SignedColumns> narrow(hn::Vec<SignedQuads> low, hn::Vec<SignedQuads> high) {
  const hn::Half<SignedColumns> half;
  return hn::Combine(SignedColumns(), hn::DemoteTo(half, high), hn::DemoteTo(half, low));
}

template <>
class Loader<std::int32_t> {
 public:
  explicit Loader(const BlockToEncode<std::int32_t>&) {}
  HWY_INLINE hn::Vec<SignedColumns> load(const std::int32_t* from) {
    const SignedQuads d;
    const auto low = hn::LoadU(d, from);
    const auto high = hn::LoadU(d, from + kQuadLanes);
    const auto sizes = hn::Or(hn::Abs(low), hn::Abs(high));
    seen_ = hn::Or(seen_, hn::BitCast(Quads(), sizes));
    return narrow(low, high);
  }
  [[nodiscard]] bool all_fit() const {
    const Quads d;
    return hn::AllTrue(d, hn::Eq(hn::ShiftRight<15>(seen_), hn::Zero(d)));
  }

 private:
  VQuads seen_ = hn::Zero(Quads());
};

template <>
class Loader<float> {
 public:
  explicit Loader(const BlockToEncode<float>& block)
      : inverse_step_(hn::Set(Floats(), block.inverse_step)) {}
  HWY_INLINE hn::Vec<SignedColumns> load(const float* from) {
    return narrow(integers(from), integers(from + kQuadLanes));
  }
  [[nodiscard]] bool all_fit() const {
    return hn::AllFalse(Quads(), hn::Ne(outside_, hn::Zero(Quads())));
  }

 private:
  using Floats = hn::RebindToFloat<Quads>;
  // What is not a number is outside as well.
  HWY_INLINE hn::Vec<SignedQuads> integers(const float* from) {
    const Floats d;
    const auto scaled = hn::Mul(hn::LoadU(d, from), inverse_step_);
    const auto fits = hn::Lt(hn::Abs(scaled), hn::Set(d, 32768.0F));
    outside_ = hn::Or(outside_, hn::Not(hn::BitCast(Quads(), hn::VecFromMask(d, fits))));
    return hn::ConvertTo(SignedQuads(), hn::IfThenElseZero(fits, scaled));
  }
  hn::Vec<Floats> inverse_step_;
  VQuads outside_ = hn::Zero(Quads());
};

// Bits that a number below 2^24 takes, from its exponent as a number of floating point.
HWY_INLINE VQuads bit_width(VQuads v) {
  const Quads d;
  const hn::RebindToFloat<Quads> floats;
  const auto exponent =
      hn::ShiftRight<23>(hn::BitCast(d, hn::ConvertTo(floats, hn::BitCast(SignedQuads(), v))));
  return hn::BitCast(d, hn::SaturatedSub(hn::BitCast(Columns(), exponent),
                                         hn::BitCast(Columns(), hn::Set(d, 126))));
}

HWY_INLINE VColumns by_column(std::uint32_t left, std::uint32_t right) {
  return hn::BitCast(Columns(), hn::Set(Quads(), left | right << 16));
}

// One vector of columns of a pair of rows. Adds the magnitudes to `seen`.
HWY_INLINE void measure(hn::Vec<SignedColumns> top, hn::Vec<SignedColumns> low, VColumns& seen,
                        std::uint32_t* measured, std::uint32_t* lower, std::uint16_t* words) {
  const Columns d;
  const Quads quads;
  const auto zero = hn::Zero(d);
  const auto one = hn::Set(d, 1);
  const auto magnitude_top = hn::BitCast(d, hn::Abs(top));
  const auto magnitude_low = hn::BitCast(d, hn::Abs(low));
  seen = hn::Or(seen, hn::Or(magnitude_top, magnitude_low));
  const auto x_top = hn::SaturatedSub(magnitude_top, one);
  const auto x_low = hn::SaturatedSub(magnitude_low, one);
  // v = 2 (magnitude - 1) + sign
  const auto sign_top = hn::ShiftRight<15>(hn::BitCast(d, top));
  const auto sign_low = hn::ShiftRight<15>(hn::BitCast(d, low));
  hn::StoreInterleaved2(hn::Add(hn::Add(x_top, x_top), sign_top),
                        hn::Add(hn::Add(x_low, x_low), sign_low), d, words);
  hn::StoreU(hn::BitCast(quads, x_low), quads, lower);

  const auto columns = hn::BitCast(quads, hn::Or(x_top, x_low));
  const auto whole = hn::BitCast(d, hn::Or(columns, hn::RotateRight<16>(columns)));
  const auto width = bit_width(hn::ShiftRight<16>(hn::BitCast(quads, whole)));
  // What has the highest bit of all is above the rest of them.
  const auto greatest_top = hn::Gt(x_top, hn::Xor(whole, x_top));
  const auto greatest_low = hn::Gt(x_low, hn::Xor(whole, x_low));
  auto bits = hn::Or(hn::IfThenElseZero(greatest_top, by_column(0x01, 0x04)),
                     hn::IfThenElseZero(greatest_low, by_column(0x02, 0x08)));
  bits = hn::Or(bits, hn::IfThenZeroElse(hn::Eq(magnitude_top, zero), by_column(0x10, 0x40)));
  bits = hn::Or(bits, hn::IfThenZeroElse(hn::Eq(magnitude_low, zero), by_column(0x20, 0x80)));
  const auto joined = hn::BitCast(quads, bits);
  const auto patterns = hn::And(hn::Or(joined, hn::ShiftRight<16>(joined)), hn::Set(quads, 0xFF));
  hn::StoreU(hn::Or(patterns, hn::ShiftLeft<8>(width)), quads, measured);
}

// Rows y to y + 1 of the block as row `row` of the strip.
template <class T>
HWY_INLINE void measure_row(const BlockSource<T>& source, std::uint32_t y, Strip& strip,
                            std::size_t row, Loader<T>& loader, VColumns& seen) {
  const bool has_low = y + 1 < source.height;
  const T* top = source.at + std::size_t{y} * source.stride;
  const T* low = has_low ? top + source.stride : nullptr;
  const std::size_t at = (row + 1) * strip.pitch + kPad;
  std::uint16_t* words = strip.words + 4 * row * strip.padded;
  const auto one = [&](const T* a, const T* b, std::size_t x) {
    const auto v = loader.load(a);
    const auto w = has_low ? loader.load(b) : hn::Zero(SignedColumns());
    measure(v, w, seen, strip.measured + at + x / 2, strip.lower + at + x / 2, words + 2 * x);
  };
  std::size_t x = 0;
  for (; x + kColumnLanes <= source.width; x += kColumnLanes)
    one(top + x, has_low ? low + x : low, x);
  if (x < source.width) {
    T rest[2][kColumnLanes] = {};
    std::memcpy(rest[0], top + x, (source.width - x) * sizeof(T));
    if (has_low) std::memcpy(rest[1], low + x, (source.width - x) * sizeof(T));
    one(rest[0], rest[1], x);
    x += kColumnLanes;
  }
  for (; x < 2 * strip.padded; x += kColumnLanes) {
    hn::StoreU(hn::Zero(Quads()), Quads(), strip.measured + at + x / 2);
    hn::StoreU(hn::Zero(Quads()), Quads(), strip.lower + at + x / 2);
    hn::StoreU(hn::Zero(Columns()), Columns(), words + 2 * x);
    hn::StoreU(hn::Zero(Columns()), Columns(), words + 2 * x + kColumnLanes);
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::htj2k::encode
HWY_AFTER_NAMESPACE();

#endif

// reversible: one level of the 5/3 transform (T.800 F.3, F.4: vertical before horizontal forwards,
// horizontal before vertical backwards), integers in, integers out, nothing lost. Takes planes of
// any size and parity, gives planes; reads and writes no sample outside the rows it is given.
//
//   high(n) = x(2n+1) - floor((x(2n) + x(2n+2)) / 2)
//   low(n)  = x(2n)   + floor((high(n-1) + high(n) + 2) / 4)
//
// with the signal mirrored at its ends; a signal of one sample is copied when its coordinate is
// even and doubled when it is odd. Averages are exact whatever T is, sums and differences wrap
// modulo 2^bits(T): values that do not fit come out wrong but defined, and a signal of two samples
// or more comes back even then.
#pragma once

#include <span>

#include "codecs/kernels/wavelet/plane.h"

namespace slipring::codecs::kernels::wavelet {

// Samples of scratch that either direction needs at this width.
[[nodiscard]] std::size_t reversible_scratch(std::uint32_t width);

// T: std::int16_t or std::int32_t. `to.ll` may be `from` itself (same place, same stride), so that
// a level leaves what the next one takes where it lay; otherwise no memory overlaps.
template <class T>
void forward_reversible(Plane<const T> from, const Region& region, const Bands<T>& to,
                        std::span<T> scratch);

// No memory overlaps. Bands must be what `region` says they are.
template <class T>
void inverse_reversible(const Bands<const T>& from, const Region& region, Plane<T> to,
                        std::span<T> scratch);

// inverse_reversible() in steps, for who has use for some rows before the next are made: while they
// are in a cache. A step goes from where the last one ended to low row `lows`, exclusive, and makes
// the plane's rows up to that one: rows_made(). It reads low rows from steps.lows to `lows` and
// high rows from steps.lows + odd_y (at first from 0) to lows + odd_y, as many as there are.
template <class T>
struct InverseSteps {
  Bands<const T> from;
  Region region;               // not empty
  std::uint32_t from_row = 0;  // which one the first row of each of `from` is
  std::uint32_t lows = 0;      // low rows taken so far
  T* rows[2] = {};             // in the scratch, from step to step; the first: the last high row
};

// After a step to `lows`.
[[nodiscard]] constexpr std::uint32_t rows_made(const Region& region, std::uint32_t lows) {
  if (lows >= low_count(region.height, region.odd_y)) return region.height;
  return lows == 0 ? 0 : 2 * lows - (region.odd_y ? 0 : 1);
}

// `to.row(0)` is the last row of the step before, which must still be there, or in the first step
// the first one. The scratch is the same in all steps and used by nobody else between them.
template <class T>
void inverse_reversible(InverseSteps<T>& steps, std::uint32_t lows, Plane<T> to,
                        std::span<T> scratch);

// The definition of right.
template <class T>
void forward_reversible_scalar(Plane<const T> from, const Region& region, const Bands<T>& to);
template <class T>
void inverse_reversible_scalar(const Bands<const T>& from, const Region& region, Plane<T> to);
template <class T>
void inverse_reversible_scalar(InverseSteps<T>& steps, std::uint32_t lows, Plane<T> to,
                               std::span<T> scratch);

// Whether no coefficient of `levels` levels over samples of `bits` bits (level shifted or signed:
// -2^(bits-1) .. 2^(bits-1) - 1) can leave T, whatever the image: bits are one more for the
// chrominance of the reversible component transform (T.800 G.2). Where this is false, use the wider
// T. It says nothing of a codestream that was not made from such an image (one that was cut short
// or tampered with): its samples come out as they may.
[[nodiscard]] bool fits_int16(std::uint32_t bits, std::uint32_t levels, bool with_rct);
[[nodiscard]] bool fits_int32(std::uint32_t bits, std::uint32_t levels, bool with_rct);

}  // namespace slipring::codecs::kernels::wavelet

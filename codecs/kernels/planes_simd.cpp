// Two, three, four and six planes go by permutations of whole vectors where the target has them
// (planes_vectors-inl.h), else two to four through the interleaved loads and stores. More planes,
// an even number of them, are paired first: six byte planes are three planes of 16-bit units
// (little endian RGB of 16 bits), twelve are three of 32. What is left is scalar.
#include <algorithm>
#include <array>

#include "codecs/base/contract.h"
#include "codecs/kernels/planes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/kernels/planes_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/kernels/planes_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void merge(ConstPlanes planes, std::uint32_t unit_bytes, std::size_t count, std::uint8_t* out) {
  merge_planes_scalar(planes, unit_bytes, count, out);
}

void split(const std::uint8_t* in, std::uint32_t unit_bytes, std::size_t count, Planes planes) {
  split_planes_scalar(in, unit_bytes, count, planes);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// Highway's interleaving needs lanes in memory of the lane's type; the pointers may be unaligned,
// which its unaligned loads and stores allow.
template <class Unit>
const Unit* units(const std::uint8_t* from) {
  return reinterpret_cast<const Unit*>(from);
}
template <class Unit>
Unit* units(std::uint8_t* to) {
  return reinterpret_cast<Unit*>(to);
}

// The planes from unit `done` on; the scalar loop ends every row.
void merge_tail(ConstPlanes planes, std::uint32_t unit_bytes, std::size_t done, std::size_t count,
                std::uint8_t* out) {
  if (done == count) return;
  const std::uint8_t* rest[kPlanesMax];
  for (std::size_t k = 0; k < planes.size(); ++k) rest[k] = planes[k] + done * unit_bytes;
  merge_planes_scalar({rest, planes.size()}, unit_bytes, count - done,
                      out + done * planes.size() * unit_bytes);
}

void split_tail(const std::uint8_t* in, std::uint32_t unit_bytes, std::size_t done,
                std::size_t count, Planes planes) {
  if (done == count) return;
  std::uint8_t* rest[kPlanesMax];
  for (std::size_t k = 0; k < planes.size(); ++k) rest[k] = planes[k] + done * unit_bytes;
  split_planes_scalar(in + done * planes.size() * unit_bytes, unit_bytes, count - done,
                      {rest, planes.size()});
}

template <class Unit>
void merge_few(ConstPlanes planes, std::size_t count, std::uint8_t* out) {
  const hn::CappedTag<Unit, 64 / sizeof(Unit)> d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t planes_count = planes.size();
  constexpr std::size_t size = sizeof(Unit);
  std::size_t i = 0;
  if (planes_count == 2) {
    i = merge_whole<2, size>(planes, count, out);
    const std::uint8_t *a = planes[0], *b = planes[1];
    for (; i + lanes <= count; i += lanes)
      hn::StoreInterleaved2(hn::LoadU(d, units<Unit>(a + i * size)),
                            hn::LoadU(d, units<Unit>(b + i * size)), d,
                            units<Unit>(out + 2 * i * size));
  } else if (planes_count == 3) {
    i = merge_whole<3, size>(planes, count, out);
    const std::uint8_t *a = planes[0], *b = planes[1], *e = planes[2];
    for (; i + lanes <= count; i += lanes)
      hn::StoreInterleaved3(
          hn::LoadU(d, units<Unit>(a + i * size)), hn::LoadU(d, units<Unit>(b + i * size)),
          hn::LoadU(d, units<Unit>(e + i * size)), d, units<Unit>(out + 3 * i * size));
  } else {
    i = merge_whole<4, size>(planes, count, out);
    const std::uint8_t *a = planes[0], *b = planes[1], *e = planes[2], *f = planes[3];
    for (; i + lanes <= count; i += lanes)
      hn::StoreInterleaved4(
          hn::LoadU(d, units<Unit>(a + i * size)), hn::LoadU(d, units<Unit>(b + i * size)),
          hn::LoadU(d, units<Unit>(e + i * size)), hn::LoadU(d, units<Unit>(f + i * size)), d,
          units<Unit>(out + 4 * i * size));
  }
  merge_tail(planes, size, i, count, out);
}

template <class Unit>
void split_few(const std::uint8_t* in, std::size_t count, Planes planes) {
  const hn::CappedTag<Unit, 64 / sizeof(Unit)> d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr std::size_t size = sizeof(Unit);
  hn::Vec<decltype(d)> a, b, e, f;
  std::size_t i = 0;
  if (planes.size() == 2) {
    i = split_whole<2, size>(in, count, planes);
    for (; i + lanes <= count; i += lanes) {
      a = hn::LoadU(d, units<Unit>(in + 2 * i * size));
      b = hn::LoadU(d, units<Unit>(in + 2 * i * size) + lanes);
      hn::StoreU(hn::ConcatEven(d, b, a), d, units<Unit>(planes[0] + i * size));
      hn::StoreU(hn::ConcatOdd(d, b, a), d, units<Unit>(planes[1] + i * size));
    }
  } else if (planes.size() == 3) {
    i = split_whole<3, size>(in, count, planes);
    for (; i + lanes <= count; i += lanes) {
      hn::LoadInterleaved3(d, units<Unit>(in + 3 * i * size), a, b, e);
      hn::StoreU(a, d, units<Unit>(planes[0] + i * size));
      hn::StoreU(b, d, units<Unit>(planes[1] + i * size));
      hn::StoreU(e, d, units<Unit>(planes[2] + i * size));
    }
  } else {
    i = split_whole<4, size>(in, count, planes);
    for (; i + lanes <= count; i += lanes) {
      hn::LoadInterleaved4(d, units<Unit>(in + 4 * i * size), a, b, e, f);
      hn::StoreU(a, d, units<Unit>(planes[0] + i * size));
      hn::StoreU(b, d, units<Unit>(planes[1] + i * size));
      hn::StoreU(e, d, units<Unit>(planes[2] + i * size));
      hn::StoreU(f, d, units<Unit>(planes[3] + i * size));
    }
  }
  split_tail(in, size, i, count, planes);
}

void merge(ConstPlanes planes, std::uint32_t unit_bytes, std::size_t count, std::uint8_t* out);
void split(const std::uint8_t* in, std::uint32_t unit_bytes, std::size_t count, Planes planes);

inline constexpr std::size_t kPairBytes = 1024;  // of one pair of planes at a time: stays in L1

void merge_by_pairs(ConstPlanes planes, std::uint32_t unit_bytes, std::size_t count,
                    std::uint8_t* out) {
  const std::size_t pairs = planes.size() / 2;
  const std::size_t step = kPairBytes / (2 * unit_bytes);
  alignas(64) std::uint8_t strip[kPlanesMax / 2][kPairBytes];
  std::size_t done = 0;
  if (planes.size() == 6 && unit_bytes == 1) done = merge_whole<6, 1>(planes, count, out);
  if (planes.size() == 6 && unit_bytes == 2) done = merge_whole<6, 2>(planes, count, out);
  for (; done < count; done += step) {
    const std::size_t n = std::min(step, count - done);
    const std::uint8_t* paired[kPlanesMax / 2];
    for (std::size_t k = 0; k < pairs; ++k) {
      const std::uint8_t* two[2] = {planes[2 * k] + done * unit_bytes,
                                    planes[2 * k + 1] + done * unit_bytes};
      merge(two, unit_bytes, n, strip[k]);
      paired[k] = strip[k];
    }
    merge({paired, pairs}, 2 * unit_bytes, n, out + done * planes.size() * unit_bytes);
  }
}

void split_by_pairs(const std::uint8_t* in, std::uint32_t unit_bytes, std::size_t count,
                    Planes planes) {
  const std::size_t pairs = planes.size() / 2;
  const std::size_t step = kPairBytes / (2 * unit_bytes);
  alignas(64) std::uint8_t strip[kPlanesMax / 2][kPairBytes];
  std::uint8_t* paired[kPlanesMax / 2];
  for (std::size_t k = 0; k < pairs; ++k) paired[k] = strip[k];
  std::size_t done = 0;
  if (planes.size() == 6 && unit_bytes == 1) done = split_whole<6, 1>(in, count, planes);
  if (planes.size() == 6 && unit_bytes == 2) done = split_whole<6, 2>(in, count, planes);
  for (; done < count; done += step) {
    const std::size_t n = std::min(step, count - done);
    split(in + done * planes.size() * unit_bytes, 2 * unit_bytes, n, {paired, pairs});
    for (std::size_t k = 0; k < pairs; ++k) {
      std::uint8_t* two[2] = {planes[2 * k] + done * unit_bytes,
                              planes[2 * k + 1] + done * unit_bytes};
      split(strip[k], unit_bytes, n, two);
    }
  }
}

void merge(ConstPlanes planes, std::uint32_t unit_bytes, std::size_t count, std::uint8_t* out) {
  const std::size_t n = planes.size();
  if (n >= 2 && n <= 4) {
    if (unit_bytes == 1) return merge_few<std::uint8_t>(planes, count, out);
    if (unit_bytes == 2) return merge_few<std::uint16_t>(planes, count, out);
    if (unit_bytes == 4) return merge_few<std::uint32_t>(planes, count, out);
    if (unit_bytes == 8) return merge_few<std::uint64_t>(planes, count, out);
  }
  if (n > 4 && n % 2 == 0 && unit_bytes <= 4) return merge_by_pairs(planes, unit_bytes, count, out);
  merge_planes_scalar(planes, unit_bytes, count, out);
}

void split(const std::uint8_t* in, std::uint32_t unit_bytes, std::size_t count, Planes planes) {
  const std::size_t n = planes.size();
  if (n >= 2 && n <= 4) {
    if (unit_bytes == 1) return split_few<std::uint8_t>(in, count, planes);
    if (unit_bytes == 2) return split_few<std::uint16_t>(in, count, planes);
    if (unit_bytes == 4) return split_few<std::uint32_t>(in, count, planes);
    if (unit_bytes == 8) return split_few<std::uint64_t>(in, count, planes);
  }
  if (n > 4 && n % 2 == 0 && unit_bytes <= 4) return split_by_pairs(in, unit_bytes, count, planes);
  split_planes_scalar(in, unit_bytes, count, planes);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::kernels {

HWY_EXPORT(merge);
HWY_EXPORT(split);

void merge_planes(std::span<const std::uint8_t* const> planes, std::uint32_t unit_bytes,
                  std::size_t count, std::uint8_t* interleaved) {
  EXPECTS(!planes.empty() && planes.size() <= kPlanesMax);
  if (count == 0) return;
  if (planes.size() == 1) {
    std::copy_n(planes[0], count * unit_bytes, interleaved);
    return;
  }
  HWY_DYNAMIC_DISPATCH(merge)(planes, unit_bytes, count, interleaved);
}

void split_planes(const std::uint8_t* interleaved, std::uint32_t unit_bytes, std::size_t count,
                  std::span<std::uint8_t* const> planes) {
  EXPECTS(!planes.empty() && planes.size() <= kPlanesMax);
  if (count == 0) return;
  if (planes.size() == 1) {
    std::copy_n(interleaved, count * unit_bytes, planes[0]);
    return;
  }
  HWY_DYNAMIC_DISPATCH(split)(interleaved, unit_bytes, count, planes);
}

}  // namespace slipring::codecs::kernels
#endif

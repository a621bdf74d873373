#include <array>
#include <cstring>

#include "codecs/base/contract.h"
#include "codecs/kernels/planes.h"

namespace slipring::codecs::kernels {

namespace {

// Unit i of plane k is `interleaved + (i * planes + k) * size`. A constant size makes the copy a
// move.
template <class Planes, class Interleaved, class Copy>
void walk(Planes planes, std::size_t size, std::size_t count, Interleaved interleaved, Copy copy) {
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < planes.size(); ++k, interleaved += size)
      copy(interleaved, planes[k] + i * size, size);
}

template <class Planes, class Interleaved, class Copy>
void walk_units(Planes planes, std::size_t size, std::size_t count, Interleaved interleaved,
                Copy copy) {
  if (size == 1) return walk(planes, 1, count, interleaved, copy);
  if (size == 2) return walk(planes, 2, count, interleaved, copy);
  if (size == 4) return walk(planes, 4, count, interleaved, copy);
  walk(planes, size, count, interleaved, copy);
}

}  // namespace

void merge_planes_scalar(std::span<const std::uint8_t* const> planes, std::uint32_t unit_bytes,
                         std::size_t count, std::uint8_t* interleaved) {
  walk_units(planes, unit_bytes, count, interleaved,
             [](std::uint8_t* to, const std::uint8_t* from, std::size_t size) {
               std::memcpy(to, from, size);
             });
}

void split_planes_scalar(const std::uint8_t* interleaved, std::uint32_t unit_bytes,
                         std::size_t count, std::span<std::uint8_t* const> planes) {
  walk_units(planes, unit_bytes, count, interleaved,
             [](const std::uint8_t* from, std::uint8_t* to, std::size_t size) {
               std::memcpy(to, from, size);
             });
}

namespace {

template <class Byte>
std::array<Byte*, kPlanesMax> planes_of(std::span<Byte> planar, std::uint32_t samples) {
  std::array<Byte*, kPlanesMax> planes{};
  const std::size_t plane_bytes = planar.size() / samples;
  for (std::uint32_t k = 0; k < samples; ++k) planes[k] = planar.data() + k * plane_bytes;
  return planes;
}

void expect_shape(std::size_t from, std::size_t to, std::uint32_t samples,
                  std::uint32_t sample_bytes) {
  EXPECTS(samples >= 1 && sample_bytes >= 1);
  EXPECTS(from == to);
  EXPECTS(from % (std::uint64_t{samples} * sample_bytes) == 0);
}

}  // namespace

void interleave_samples(Bytes planar, MutableBytes interleaved, std::uint32_t samples,
                        std::uint32_t sample_bytes) {
  expect_shape(planar.size(), interleaved.size(), samples, sample_bytes);
  const std::size_t pixels = planar.size() / samples / sample_bytes;
  if (samples > kPlanesMax) {  // legal, and seen in no archive: one plane after the other
    for (std::size_t at = 0; at < samples * pixels; ++at)
      std::memcpy(&interleaved[(at % pixels * samples + at / pixels) * sample_bytes],
                  &planar[at * sample_bytes], sample_bytes);
    return;
  }
  const auto planes = planes_of(planar, samples);
  merge_planes(std::span(planes).first(samples), sample_bytes, pixels, interleaved.data());
}

void separate_samples(Bytes interleaved, MutableBytes planar, std::uint32_t samples,
                      std::uint32_t sample_bytes) {
  expect_shape(interleaved.size(), planar.size(), samples, sample_bytes);
  const std::size_t pixels = planar.size() / samples / sample_bytes;
  if (samples > kPlanesMax) {
    for (std::size_t at = 0; at < samples * pixels; ++at)
      std::memcpy(&planar[at * sample_bytes],
                  &interleaved[(at % pixels * samples + at / pixels) * sample_bytes], sample_bytes);
    return;
  }
  const auto planes = planes_of(planar, samples);
  split_planes(interleaved.data(), sample_bytes, pixels, std::span(planes).first(samples));
}

}  // namespace slipring::codecs::kernels

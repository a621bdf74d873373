#include <array>
#include <cstring>

#include "codecs/base/contract.h"
#include "codecs/kernels/planes.h"

namespace slipring::codecs::kernels {

void merge_planes_scalar(std::span<const std::uint8_t* const> planes, std::uint32_t unit_bytes,
                         std::size_t count, std::uint8_t* interleaved) {
  for (std::size_t i = 0; i < count; ++i) {
    for (const std::uint8_t* plane : planes) {
      std::memcpy(interleaved, plane + i * unit_bytes, unit_bytes);
      interleaved += unit_bytes;
    }
  }
}

void split_planes_scalar(const std::uint8_t* interleaved, std::uint32_t unit_bytes,
                         std::size_t count, std::span<std::uint8_t* const> planes) {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::uint8_t* plane : planes) {
      std::memcpy(plane + i * unit_bytes, interleaved, unit_bytes);
      interleaved += unit_bytes;
    }
  }
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
  EXPECTS(samples >= 1 && samples <= kPlanesMax);
  EXPECTS(from == to);
  EXPECTS(from % (std::uint64_t{samples} * sample_bytes) == 0);
}

}  // namespace

void interleave_samples(Bytes planar, MutableBytes interleaved, std::uint32_t samples,
                        std::uint32_t sample_bytes) {
  expect_shape(planar.size(), interleaved.size(), samples, sample_bytes);
  const auto planes = planes_of(planar, samples);
  merge_planes(std::span(planes).first(samples), sample_bytes,
               planar.size() / samples / sample_bytes, interleaved.data());
}

void separate_samples(Bytes interleaved, MutableBytes planar, std::uint32_t samples,
                      std::uint32_t sample_bytes) {
  expect_shape(interleaved.size(), planar.size(), samples, sample_bytes);
  const auto planes = planes_of(planar, samples);
  split_planes(interleaved.data(), sample_bytes, interleaved.size() / samples / sample_bytes,
               std::span(planes).first(samples));
}

}  // namespace slipring::codecs::kernels

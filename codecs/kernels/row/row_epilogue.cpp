#include "codecs/kernels/row/row_epilogue.h"

#include <algorithm>

#include "codecs/base/contract.h"
#include "codecs/kernels/planes.h"

namespace slipring::codecs::kernels {

namespace {

constexpr std::size_t kStripBytes = 2048;  // of a component at a time: all of them stay in L1

}  // namespace

void RowEpilogue::planar(std::span<const std::uint8_t* const> planes, std::uint8_t* to,
                         std::size_t pixels) const {
  EXPECTS(planes.size() == components_ && components_ != 0);
  if (components_ == 1) return function_(planes[0], to, pixels, move_);
  if (components_ > kPlanesMax) return one_by_one(planes, to, pixels);
  alignas(64) std::array<std::array<std::uint8_t, kStripBytes>, kPlanesMax> strip;
  std::array<const std::uint8_t*, kPlanesMax> ready{};
  const std::size_t step = kStripBytes / move_.to_bytes;
  for (std::size_t done = 0; done < pixels; done += step) {
    const std::size_t count = std::min(step, pixels - done);
    for (std::size_t k = 0; k < components_; ++k) {
      function_(planes[k] + done * move_.from_bytes, strip[k].data(), count, move_);
      ready[k] = strip[k].data();
    }
    merge_planes({ready.data(), components_}, move_.to_bytes, count,
                 to + done * components_ * move_.to_bytes);
  }
}

void RowEpilogue::one_by_one(std::span<const std::uint8_t* const> planes, std::uint8_t* to,
                             std::size_t pixels) const {
  for (std::size_t i = 0; i < pixels; ++i)
    for (const std::uint8_t* plane : planes) {
      move_samples_scalar(plane + i * move_.from_bytes, to, 1, move_);
      to += move_.to_bytes;
    }
}

}  // namespace slipring::codecs::kernels

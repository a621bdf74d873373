// RowEpilogue: what a decoder does to each row it has finished, while the row is in L1: samples of
// its own width, planar or interleaved, become a row of the canonical frame
// (codecs/pixel/layout.h). Chosen once a frame.
#pragma once

#include <array>
#include <span>

#include "codecs/kernels/row/samples.h"

namespace slipring::codecs::kernels {

class RowEpilogue {
 public:
  static constexpr std::size_t kPlanesMax = 4;  // of more, samples are moved one by one

  // `move`: of every sample. `components` of a pixel, at least 1.
  RowEpilogue(const SampleMove& move, std::uint32_t components)
      : move_(move), components_(components), function_(sample_mover(move)) {}

  [[nodiscard]] std::size_t row_bytes(std::size_t pixels) const {
    return pixels * components_ * move_.to_bytes;
  }

  // A row whose samples lie in their final order.
  void interleaved(const std::uint8_t* from, std::uint8_t* to, std::size_t pixels) const {
    function_(from, to, pixels * components_, move_);
  }
  // A row with each component by itself; planes.size() is the number of components.
  void planar(std::span<const std::uint8_t* const> planes, std::uint8_t* to,
              std::size_t pixels) const;

 private:
  void one_by_one(std::span<const std::uint8_t* const> planes, std::uint8_t* to,
                  std::size_t pixels) const;

  SampleMove move_;
  std::uint32_t components_;
  MoveFunction function_;
};

}  // namespace slipring::codecs::kernels

// Renderer: coefficients to rows of the canonical frame: inverse transform, upsampling, and the row
// epilogue. One row of MCUs at a time where all components have all samples, else the whole frame.
#pragma once

#include "codecs/base/buffer.h"
#include "codecs/jpeg/extended/idct.h"
#include "codecs/jpeg/extended/scan.h"
#include "codecs/jpeg/extended/upsample.h"
#include "codecs/kernels/row/row_epilogue.h"

namespace slipring::codecs::jpeg::extended {

using Transform = void (*)(const BlockRow& row);

class Renderer {
 public:
  // Samples that are needed of `scratch` for strips of one row of MCUs, or of the whole frame.
  [[nodiscard]] static std::size_t scratch_bytes(const Frame& frame, bool whole);

  Renderer(const Frame& frame, const Grids& grids, Transform transform,
           const kernels::RowEpilogue& epilogue, MutableBytes scratch, MutableBytes out,
           bool samples_are_final)
      : frame_(frame),
        grids_(grids),
        transform_(transform),
        epilogue_(epilogue),
        samples_(reinterpret_cast<std::uint16_t*>(scratch.data())),
        out_(out),
        samples_are_final_(samples_are_final && frame.components == 1) {}

  // Of the scan in which a component comes first; they stay until the frame's end (B.2.4.1).
  void set_steps(std::uint32_t component, const Steps& steps) {
    std::copy(steps.begin(), steps.end(), steps_[component].begin());
  }

  // Grids that keep one row of blocks, no component subsampled.
  void render_row(std::uint32_t mcu_row);
  // Grids that keep all rows.
  void render_all();

 private:
  // Writes the blocks whose samples all belong to the image; returns how many columns these are.
  std::uint32_t render_in_place(std::uint32_t mcu_row);
  // A row of blocks from the one at `column` on.
  void transform_row(std::uint32_t component, std::uint32_t row, std::uint32_t column,
                     std::uint16_t* to, std::size_t stride);

  const Frame& frame_;
  const Grids& grids_;
  Transform transform_;
  const kernels::RowEpilogue& epilogue_;
  std::uint16_t* samples_;
  MutableBytes out_;
  bool samples_are_final_;  // the epilogue would copy them as they are
  alignas(
      64) std::array<std::array<std::int32_t, kBlockSamples>, Frame::kComponentsMax> steps_ = {};
};

}  // namespace slipring::codecs::jpeg::extended

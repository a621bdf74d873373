#include "codecs/jpeg/extended/renderer.h"

namespace slipring::codecs::jpeg::extended {

namespace {

// One block more than there is: a pair of blocks is transformed at a time.
std::size_t stride_of(const Component& c) {
  return (std::size_t{c.stored_columns} + 1) * kBlockSide;
}

// Rows of upsampled samples: a component's columns times its factor is at most the MCUs' width.
std::size_t upsampled_stride(const Frame& frame) {
  return std::size_t{frame.mcu_columns} * frame.horizontal_max * kBlockSide;
}

}  // namespace

std::size_t Renderer::scratch_bytes(const Frame& frame, bool whole) {
  std::size_t samples = 0;
  for (std::uint32_t i = 0; i < frame.components; ++i) {
    const Component& c = frame.component[i];
    samples += stride_of(c) * kBlockSide * (whole ? c.block_rows : 1);
    if (whole) samples += upsampled_stride(frame);
  }
  return samples * sizeof(std::uint16_t);
}

void Renderer::transform_row(std::uint32_t component, std::uint32_t row, std::uint32_t column,
                             std::uint16_t* to, std::size_t stride) {
  const Grid& grid = grids_[component];
  const std::size_t at = grid.index(row, column);
  const std::size_t count = frame_.component[component].block_columns - column;
  transform_({grid.blocks + at * kBlockSamples, grid.ends + at, count, steps_[component].data(), to,
              stride});
}

std::uint32_t Renderer::render_in_place(std::uint32_t mcu_row) {
  const std::uint32_t first = mcu_row * kBlockSide;
  if (!samples_are_final_ || first + kBlockSide > frame_.rows) return 0;
  const std::uint32_t blocks = frame_.columns / kBlockSide / 2 * 2;  // whole pairs
  const Grid& grid = grids_[0];
  const std::size_t at = grid.index(mcu_row, 0);
  auto* to = reinterpret_cast<std::uint16_t*>(out_.data()) + std::size_t{first} * frame_.columns;
  transform_({grid.blocks + at * kBlockSamples, grid.ends + at, blocks, steps_[0].data(), to,
              frame_.columns});
  return blocks * kBlockSide;
}

void Renderer::render_row(std::uint32_t mcu_row) {
  const std::uint32_t done = render_in_place(mcu_row);
  if (done == frame_.columns) return;
  std::array<const std::uint8_t*, Frame::kComponentsMax> rows{};
  const std::size_t stride = stride_of(frame_.component[0]);
  for (std::uint32_t i = 0; i < frame_.components; ++i) {
    std::uint16_t* strip = samples_ + i * stride * kBlockSide;
    transform_row(i, mcu_row, done / kBlockSide, strip, stride);
    rows[i] = reinterpret_cast<const std::uint8_t*>(strip);
  }
  const std::size_t row_bytes = epilogue_.row_bytes(frame_.columns);
  const std::size_t done_bytes = epilogue_.row_bytes(done);
  const std::uint32_t first = mcu_row * kBlockSide;
  const std::uint32_t end = std::min(first + kBlockSide, frame_.rows);
  for (std::uint32_t y = first; y < end; ++y) {
    epilogue_.planar({rows.data(), frame_.components}, out_.data() + y * row_bytes + done_bytes,
                     frame_.columns - done);
    for (std::uint32_t i = 0; i < frame_.components; ++i) rows[i] += stride * sizeof(std::uint16_t);
  }
}

void Renderer::render_all() {
  std::array<Plane, Frame::kComponentsMax> planes{};
  std::uint16_t* at = samples_;
  for (std::uint32_t i = 0; i < frame_.components; ++i) {
    const Component& c = frame_.component[i];
    planes[i] = {at, stride_of(c), c.columns, c.rows};
    for (std::uint32_t row = 0; row < c.block_rows; ++row, at += stride_of(c) * kBlockSide)
      transform_row(i, row, 0, at, stride_of(c));
  }
  const std::size_t row_bytes = epilogue_.row_bytes(frame_.columns);
  std::array<const std::uint8_t*, Frame::kComponentsMax> rows{};
  for (std::uint32_t y = 0; y < frame_.rows; ++y) {
    for (std::uint32_t i = 0; i < frame_.components; ++i) {
      const Component& c = frame_.component[i];
      std::uint16_t* row = at + i * upsampled_stride(frame_);
      upsample_row(planes[i], frame_.horizontal_max / c.horizontal,
                   frame_.vertical_max / c.vertical, y, row);
      rows[i] = reinterpret_cast<const std::uint8_t*>(row);
    }
    epilogue_.planar({rows.data(), frame_.components}, out_.data() + y * row_bytes, frame_.columns);
  }
}

}  // namespace slipring::codecs::jpeg::extended

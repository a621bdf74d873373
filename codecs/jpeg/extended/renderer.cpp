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

void Renderer::transform_rows(std::uint32_t component, std::uint32_t first, std::uint32_t count,
                              std::uint16_t* to, std::size_t stride) {
  const Grid& grid = grids_[component];
  const Component& c = frame_.component[component];
  for (std::uint32_t row = first; row < first + count; ++row) {
    const std::size_t at = grid.index(row, 0);
    transform_({grid.blocks + at * kBlockSamples, grid.ends + at, c.block_columns,
                steps_[component].data(), to, stride});
    to += kBlockSide * stride;
  }
}

void Renderer::render_row(std::uint32_t mcu_row) {
  std::array<const std::uint8_t*, Frame::kComponentsMax> rows{};
  const std::size_t stride = stride_of(frame_.component[0]);
  for (std::uint32_t i = 0; i < frame_.components; ++i) {
    std::uint16_t* strip = samples_ + i * stride * kBlockSide;
    transform_rows(i, mcu_row, 1, strip, stride);
    rows[i] = reinterpret_cast<const std::uint8_t*>(strip);
  }
  const std::size_t row_bytes = epilogue_.row_bytes(frame_.columns);
  const std::uint32_t first = mcu_row * kBlockSide;
  const std::uint32_t end = std::min(first + kBlockSide, frame_.rows);
  for (std::uint32_t y = first; y < end; ++y) {
    epilogue_.planar({rows.data(), frame_.components}, out_.data() + y * row_bytes, frame_.columns);
    for (auto& row : rows) row += stride * sizeof(std::uint16_t);
  }
}

void Renderer::render_all() {
  std::array<Plane, Frame::kComponentsMax> planes{};
  std::uint16_t* at = samples_;
  for (std::uint32_t i = 0; i < frame_.components; ++i) {
    const Component& c = frame_.component[i];
    transform_rows(i, 0, c.block_rows, at, stride_of(c));
    planes[i] = {at, stride_of(c), c.columns, c.rows};
    at += stride_of(c) * kBlockSide * c.block_rows;
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

#include "codecs/htj2k/encode/image_parameters.h"

#include <algorithm>
#include <bit>

namespace slipring::codecs::htj2k {

unsigned levels_for(std::uint32_t columns, std::uint32_t rows, bool by_resolution) {
  const std::uint32_t side = std::min(columns, rows);
  const auto deepest = static_cast<unsigned>(std::bit_width(side)) - 1;
  unsigned levels = std::min(deepest, kLevelsUsual);
  if (!by_resolution) return levels;
  const auto smallest = [&](unsigned l) { return (std::uint64_t{side} + (1U << l) - 1) >> l; };
  while (smallest(levels) > kSmallestSide) ++levels;
  return levels;
}

void describe_image(const pixel::Layout& layout, const EncodeParameters& wanted,
                    std::uint32_t precision_bits, double base_step, std::uint8_t more_guard_bits,
                    codestream::Parameters& parameters) {
  const std::uint32_t tile_width = wanted.tile_side == 0 ? layout.columns : wanted.tile_side;
  const std::uint32_t tile_height = wanted.tile_side == 0 ? layout.rows : wanted.tile_side;
  const unsigned levels = levels_for(std::min(tile_width, layout.columns),
                                     std::min(tile_height, layout.rows), wanted.by_resolution);
  codestream::choose({.width = layout.columns,
                      .height = layout.rows,
                      .components = layout.samples_per_pixel,
                      .precision_bits = static_cast<std::uint8_t>(precision_bits),
                      .is_signed = layout.is_signed,
                      .reversible = base_step == 0,
                      .colour_transform = wanted.colour_transform && layout.samples_per_pixel == 3,
                      .levels = static_cast<std::uint8_t>(levels),
                      .block_width_exponent = kBlockExponent,
                      .block_height_exponent = kBlockExponent,
                      .order = wanted.by_resolution ? codestream::Progression::Rpcl
                                                    : codestream::Progression::Lrcp,
                      .tile_width = tile_width,
                      .tile_height = tile_height,
                      .base_step = base_step},
                     parameters);
  for (codestream::ComponentCoding& component : parameters.coding.components)
    component.quantization.guard_bits += more_guard_bits;
}

codestream::WriteOptions write_options(const EncodeParameters& wanted) {
  codestream::WriteOptions options;
  options.tile_part_lengths = wanted.by_resolution;
  options.split_at_resolutions = wanted.by_resolution;
  return options;
}

}  // namespace slipring::codecs::htj2k

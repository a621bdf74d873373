#include "codecs/htj2k/encode/image_parameters.h"

#include <algorithm>
#include <bit>

namespace slipring::codecs::htj2k {

namespace {

constexpr std::uint8_t kWholeTile = 0xFF;  // PPx = PPy = 15: one precinct, T.800 Table A.21

codestream::Siz size_of(const pixel::Layout& layout, const EncodeParameters& wanted,
                        std::uint32_t precision_bits) {
  codestream::Siz siz;
  siz.capabilities = codestream::kRsizHt;
  siz.image = {0, 0, layout.columns, layout.rows};
  siz.tile_width = wanted.tile_side == 0 ? layout.columns : wanted.tile_side;
  siz.tile_height = wanted.tile_side == 0 ? layout.rows : wanted.tile_side;
  siz.components.assign(
      layout.samples_per_pixel,
      {.precision_bits = static_cast<std::uint8_t>(precision_bits), .is_signed = layout.is_signed});
  return siz;
}

Jpeg2000CodingStyle style_of(unsigned levels, bool reversible) {
  Jpeg2000CodingStyle style;
  style.levels = static_cast<std::uint8_t>(levels);
  style.block_width_exponent = kBlockExponent;
  style.block_height_exponent = kBlockExponent;
  style.block_style = codestream::kHt;
  style.reversible = reversible;
  style.precinct.fill(kWholeTile);
  return style;
}

}  // namespace

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
  const bool reversible = base_step == 0;
  parameters.siz = size_of(layout, wanted, precision_bits);
  const unsigned levels =
      levels_for(std::min(parameters.siz.tile_width, layout.columns),
                 std::min(parameters.siz.tile_height, layout.rows), wanted.by_resolution);
  codestream::Coding& coding = parameters.coding;
  coding = {};
  coding.order =
      wanted.by_resolution ? codestream::Progression::Rpcl : codestream::Progression::Lrcp;
  coding.colour_transform = wanted.colour_transform && layout.samples_per_pixel == 3;
  codestream::ComponentCoding component;
  component.style = style_of(levels, reversible);
  component.quantization = reversible ? codestream::reversible_quantization(levels, precision_bits,
                                                                            coding.colour_transform)
                                      : codestream::irreversible_quantization(levels, base_step);
  component.quantization.guard_bits += more_guard_bits;
  coding.components.assign(layout.samples_per_pixel, component);
  parameters.ht = {};
  parameters.ht.present = true;
  parameters.ht.irreversible = !reversible;
  parameters.ht.magnitude_bits =
      static_cast<std::uint8_t>(codestream::magnitude_bits(parameters.coding));
}

codestream::WriteOptions write_options(const EncodeParameters& wanted) {
  codestream::WriteOptions options;
  options.tile_part_lengths = wanted.by_resolution;
  options.split_at_resolutions = wanted.by_resolution;
  return options;
}

}  // namespace slipring::codecs::htj2k

#include "codecs/codestream/progression.h"

#include <algorithm>

namespace slipring::codecs::codestream {

namespace {

// Where on the reference grid, along one axis, the loops of T.800 B.12.1.3 to B.12.1.5 meet the
// precincts of cell `cell`: the first one at the tile's edge, unless it begins there.
std::uint32_t reference(std::uint64_t cell, unsigned exponent, std::uint32_t resolution_begin,
                        std::uint32_t tile_begin, unsigned subsampling, unsigned reduced) {
  const std::uint64_t begin = cell << exponent;
  if (begin < resolution_begin) return tile_begin;
  // Below the tile's end, which has 32 bits, for every precinct that exists.
  return static_cast<std::uint32_t>((begin << reduced) * subsampling);
}

// The key of T.800 B.12.1.3 to B.12.1.5: what is compared first comes first.
std::array<std::uint32_t, 4> key_of(Progression order, std::uint32_t r, std::uint32_t c,
                                    std::uint32_t y, std::uint32_t x) {
  if (order == Progression::Rpcl) return {r, y, x, c};
  if (order == Progression::Pcrl) return {y, x, c, r};
  return {c, y, x, r};
}

}  // namespace

ProgressionVolume whole_volume(const Coding& coding) {
  ProgressionVolume volume;
  volume.order = coding.order;
  volume.component_end = static_cast<std::uint16_t>(coding.components.size());
  volume.layer_end = coding.layers;
  return volume;
}

void PrecinctOrder::arrange(const Siz& siz, const Tile& tile, const ProgressionVolume& volume) {
  steps_.clear();
  if (volume.order == Progression::Lrcp || volume.order == Progression::Rlcp)
    by_resolution(tile, volume);
  else
    by_position(siz, tile, volume);
}

void PrecinctOrder::by_resolution(const Tile& tile, const ProgressionVolume& volume) {
  const auto components = static_cast<std::uint32_t>(
      std::min<std::size_t>(volume.component_end, tile.components.size()));
  unsigned resolutions = 0;
  for (std::uint32_t c = volume.component_begin; c < components; ++c)
    resolutions = std::max(resolutions, tile.components[c].levels + 1U);
  resolutions = std::min<unsigned>(resolutions, volume.resolution_end);
  for (std::uint32_t r = volume.resolution_begin; r < resolutions; ++r)
    for (std::uint32_t c = volume.component_begin; c < components; ++c) {
      if (r > tile.components[c].levels) continue;
      const std::uint32_t index = tile.components[c].first_resolution + r;
      const Resolution& resolution = tile.resolutions[index];
      const std::uint32_t count = resolution.precincts_wide * resolution.precincts_high;
      for (std::uint32_t k = 0; k < count; ++k) steps_.push_back({index, k});
    }
}

void PrecinctOrder::by_position(const Siz& siz, const Tile& tile, const ProgressionVolume& volume) {
  placed_.clear();
  const std::size_t components =
      std::min<std::size_t>(volume.component_end, tile.components.size());
  for (std::size_t c = volume.component_begin; c < components; ++c) {
    const TileComponent& component = tile.components[c];
    const unsigned end = std::min<unsigned>(component.levels + 1U, volume.resolution_end);
    for (std::uint32_t r = volume.resolution_begin; r < end; ++r)
      place(siz, tile, volume.order, component.first_resolution + r);
  }
  const auto before = [](const Placed& a, const Placed& b) { return a.key < b.key; };
  if (!std::ranges::is_sorted(placed_, before)) std::ranges::sort(placed_, before);
  for (const Placed& placed : placed_) steps_.push_back(placed.step);
}

void PrecinctOrder::place(const Siz& siz, const Tile& tile, Progression order,
                          std::uint32_t resolution) {
  const Resolution& r = tile.resolutions[resolution];
  const ComponentSize& size = siz.components[r.component];
  const unsigned reduced = tile.components[r.component].levels - r.index;
  const std::uint64_t column0 = r.rect.x0 >> r.precinct_width_exponent;
  const std::uint64_t row0 = r.rect.y0 >> r.precinct_height_exponent;
  std::uint32_t precinct = 0;
  for (std::uint32_t row = 0; row < r.precincts_high; ++row) {
    const std::uint32_t y = reference(row0 + row, r.precinct_height_exponent, r.rect.y0,
                                      tile.rect.y0, size.dy, reduced);
    for (std::uint32_t column = 0; column < r.precincts_wide; ++column, ++precinct) {
      const std::uint32_t x = reference(column0 + column, r.precinct_width_exponent, r.rect.x0,
                                        tile.rect.x0, size.dx, reduced);
      placed_.push_back({key_of(order, r.index, r.component, y, x), {resolution, precinct}});
    }
  }
}

}  // namespace slipring::codecs::codestream

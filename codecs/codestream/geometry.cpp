#include "codecs/codestream/geometry.h"

#include <algorithm>
#include <cmath>

namespace slipring::codecs::codestream {

namespace {

constexpr std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>((std::uint64_t{a} + b - 1) / b);
}
constexpr std::uint32_t ceil_shift(std::uint32_t a, unsigned bits) {  // bits <= 32
  return static_cast<std::uint32_t>((std::uint64_t{a} + (std::uint64_t{1} << bits) - 1) >> bits);
}
constexpr std::uint32_t floor_shift(std::uint32_t a, unsigned bits) {
  return static_cast<std::uint32_t>(std::uint64_t{a} >> bits);
}

// T.800 B-7 to B-10
Rect tile_rect(const Siz& siz, std::uint32_t index) {
  const std::uint64_t p = index % siz.tiles_wide();
  const std::uint64_t q = index / siz.tiles_wide();
  const std::uint64_t x0 = siz.tile_x0 + p * siz.tile_width;
  const std::uint64_t y0 = siz.tile_y0 + q * siz.tile_height;
  const auto clip = [](std::uint64_t a, std::uint32_t low, std::uint32_t high) {
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(a, low, high));
  };
  return {clip(x0, siz.image.x0, siz.image.x1), clip(y0, siz.image.y0, siz.image.y1),
          clip(x0 + siz.tile_width, siz.image.x0, siz.image.x1),
          clip(y0 + siz.tile_height, siz.image.y0, siz.image.y1)};
}

// T.800 B-12
Rect component_rect(const Rect& tile, const ComponentSize& size) {
  return {ceil_div(tile.x0, size.dx), ceil_div(tile.y0, size.dy), ceil_div(tile.x1, size.dx),
          ceil_div(tile.y1, size.dy)};
}

// T.800 B-14
Rect resolution_rect(const Rect& component, unsigned reduced) {
  return {ceil_shift(component.x0, reduced), ceil_shift(component.y0, reduced),
          ceil_shift(component.x1, reduced), ceil_shift(component.y1, reduced)};
}

// T.800 B-15, `level` at least 1 for all but the LL of a component that is not decomposed.
std::uint32_t band_edge(std::uint32_t edge, unsigned level, bool high) {
  const std::int64_t half = high ? std::int64_t{1} << (level - 1) : 0;
  const std::int64_t round = (std::int64_t{1} << level) - 1;
  return static_cast<std::uint32_t>((std::int64_t{edge} - half + round) >> level);
}

Rect band_rect(const Rect& component, unsigned level, Orientation orientation) {
  const bool high_x = orientation == Orientation::Hl || orientation == Orientation::Hh;
  const bool high_y = orientation == Orientation::Lh || orientation == Orientation::Hh;
  return {band_edge(component.x0, level, high_x), band_edge(component.y0, level, high_y),
          band_edge(component.x1, level, high_x), band_edge(component.y1, level, high_y)};
}

// How many cells of 2^exponent, counted from 0, the run from `begin` to `end` touches.
std::uint32_t cells(std::uint32_t begin, std::uint32_t end, unsigned exponent) {
  return end <= begin ? 0 : ceil_shift(end, exponent) - floor_shift(begin, exponent);
}

class Layout {
 public:
  Layout(const Siz& siz, const Coding& coding, std::uint64_t justifying_bytes, const Limits& limits,
         Tile& tile)
      : siz_(siz), coding_(coding), bytes_(justifying_bytes), limits_(limits), tile_(tile) {}

  Result<void> run(std::uint32_t index) {
    tile_.index = index;
    tile_.rect = tile_rect(siz_, index);
    tile_.coding = &coding_;
    tile_.components.clear();
    tile_.resolutions.clear();
    tile_.bands.clear();
    tile_.segments.clear();
    for (std::uint32_t c = 0; c < siz_.components.size(); ++c) TRY(component(c));
    tile_.precincts = static_cast<std::uint32_t>(precincts_);
    tile_.blocks.resize(blocks_);
    for (std::uint32_t b = 0; b < tile_.bands.size(); ++b) fill_blocks(b);
    return {};
  }

 private:
  Result<void> component(std::uint32_t c) {
    const Jpeg2000CodingStyle& style = coding_.components[c].style;
    TileComponent component;
    component.rect = component_rect(tile_.rect, siz_.components[c]);
    component.first_resolution = static_cast<std::uint32_t>(tile_.resolutions.size());
    component.first_band = static_cast<std::uint32_t>(tile_.bands.size());
    component.levels = style.levels;
    component.reversible = style.reversible;
    for (unsigned r = 0; r <= style.levels; ++r) TRY(resolution(c, component.rect, r));
    tile_.components.push_back(component);
    return {};
  }

  Result<void> resolution(std::uint32_t c, const Rect& component, unsigned r) {
    const Jpeg2000CodingStyle& style = coding_.components[c].style;
    Resolution resolution;
    resolution.component = c;
    resolution.index = static_cast<std::uint8_t>(r);
    resolution.rect = resolution_rect(component, style.levels - r);
    resolution.precinct_width_exponent = style.precinct[r] & 15U;
    resolution.precinct_height_exponent = style.precinct[r] >> 4U;
    resolution.band_count = r == 0 ? 1 : 3;
    resolution.first_band = static_cast<std::uint32_t>(tile_.bands.size());
    if (r != 0 &&
        (resolution.precinct_width_exponent == 0 || resolution.precinct_height_exponent == 0))
      return fail(ErrorCode::Malformed, kNoOffset, "a precinct has no code-blocks");
    if (!resolution.rect.empty()) {  // T.800 B-16
      const Rect& rect = resolution.rect;
      resolution.precincts_wide = cells(rect.x0, rect.x1, resolution.precinct_width_exponent);
      resolution.precincts_high = cells(rect.y0, rect.y1, resolution.precinct_height_exponent);
    }
    resolution.first_precinct = static_cast<std::uint32_t>(precincts_);
    precincts_ += std::uint64_t{resolution.precincts_wide} * resolution.precincts_high;
    if (precincts_ > limits_.precincts_max)
      return fail(ErrorCode::LimitExceeded, kNoOffset, "more precincts than the limit",
                  limits_.precincts_max, precincts_);
    if (precincts_ * coding_.layers > bytes_)  // a packet is a byte at least, T.800 B.10.3
      return fail(ErrorCode::Truncated, kNoOffset, "a tile has fewer bytes than packets",
                  precincts_ * coding_.layers, bytes_);
    for (unsigned i = 0; i < resolution.band_count; ++i)
      TRY(band(resolution, component, r == 0 ? 0 : 3 * (r - 1) + 1 + i));
    tile_.resolutions.push_back(resolution);
    return {};
  }

  // Band `number` of the component, in the order of QCD.
  Result<void> band(const Resolution& resolution, const Rect& component, unsigned number) {
    const ComponentCoding& coding = coding_.components[resolution.component];
    const unsigned r = resolution.index;
    const unsigned level = coding.style.levels - r + (r == 0 ? 0 : 1);  // nb
    Band band;
    band.component = resolution.component;
    band.resolution = resolution.index;
    band.orientation = static_cast<Orientation>(number == 0 ? 0 : (number - 1) % 3 + 1);
    band.rect = band_rect(component, level, band.orientation);
    steps(coding, number, band);
    // T.800 B-17, B-18
    const unsigned halved = r == 0 ? 0 : 1;
    const unsigned x = std::min<unsigned>(coding.style.block_width_exponent,
                                          resolution.precinct_width_exponent - halved);
    const unsigned y = std::min<unsigned>(coding.style.block_height_exponent,
                                          resolution.precinct_height_exponent - halved);
    band.block_width_exponent = static_cast<std::uint8_t>(x);
    band.block_height_exponent = static_cast<std::uint8_t>(y);
    if (!band.rect.empty()) {
      band.block_x0 = floor_shift(band.rect.x0, x);
      band.block_y0 = floor_shift(band.rect.y0, y);
      band.blocks_wide = cells(band.rect.x0, band.rect.x1, x);
      band.blocks_high = cells(band.rect.y0, band.rect.y1, y);
    }
    band.first_block = static_cast<std::uint32_t>(blocks_);
    blocks_ += std::uint64_t{band.blocks_wide} * band.blocks_high;
    std::uint64_t justified = 0;
    if (__builtin_mul_overflow(bytes_, limits_.blocks_per_byte_max, &justified))
      justified = ~std::uint64_t{0};
    const std::uint64_t blocks_max = std::max(limits_.blocks_free, justified);
    if (blocks_ > std::min<std::uint64_t>(blocks_max, ~std::uint32_t{0}))
      return fail(ErrorCode::LimitExceeded, kNoOffset, "more code-blocks than the limit",
                  blocks_max, blocks_);
    tile_.bands.push_back(band);
    return {};
  }

  // T.800 E-2 to E-5
  void steps(const ComponentCoding& coding, unsigned number, Band& band) const {
    const Quantization& q = coding.quantization;
    unsigned exponent = q.exponent[number];
    unsigned mantissa = q.mantissa[number];
    if (q.style == QuantizationStyle::Derived) {
      const unsigned finer = number == 0 ? 0 : (number - 1) / 3;  // NL - nb
      exponent = q.exponent[0] > finer ? q.exponent[0] - finer : 0;
      mantissa = q.mantissa[0];
    }
    const unsigned bits = q.guard_bits + exponent;
    band.bit_planes = static_cast<std::uint8_t>(bits == 0 ? 0 : bits - 1);
    band.reversible = coding.style.reversible;
    if (band.reversible) return;
    const unsigned log2_gain = band.orientation == Orientation::Ll   ? 0
                               : band.orientation == Orientation::Hh ? 2
                                                                     : 1;  // T.800 Table E.1
    const int range = static_cast<int>(siz_.components[band.component].precision_bits + log2_gain);
    band.step = std::ldexp(1.0 + mantissa / 2048.0, range - static_cast<int>(exponent));
  }

  void fill_blocks(std::uint32_t index) {
    const Band& band = tile_.bands[index];
    const unsigned shift_x = band.block_width_exponent;
    const unsigned shift_y = band.block_height_exponent;
    Block* block = tile_.blocks.data() + band.first_block;
    for (std::uint32_t row = 0; row < band.blocks_high; ++row) {
      const std::uint64_t top = std::uint64_t{band.block_y0 + row} << shift_y;
      const auto y0 = static_cast<std::uint32_t>(std::max<std::uint64_t>(top, band.rect.y0));
      const auto y1 =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(top + (1U << shift_y), band.rect.y1));
      for (std::uint32_t column = 0; column < band.blocks_wide; ++column, ++block) {
        const std::uint64_t left = std::uint64_t{band.block_x0 + column} << shift_x;
        const auto x0 = static_cast<std::uint32_t>(std::max<std::uint64_t>(left, band.rect.x0));
        const auto x1 = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(left + (1U << shift_x), band.rect.x1));
        *block = {};
        block->x = x0 - band.rect.x0;
        block->y = y0 - band.rect.y0;
        block->width = static_cast<std::uint16_t>(x1 - x0);
        block->height = static_cast<std::uint16_t>(y1 - y0);
        block->band = index;
      }
    }
  }

  const Siz& siz_;
  const Coding& coding_;
  std::uint64_t bytes_;
  const Limits& limits_;
  Tile& tile_;
  std::uint64_t precincts_ = 0;
  std::uint64_t blocks_ = 0;
};

// The part of a precinct that lies in a band: block columns (or rows) of the band's grid.
struct Span {
  std::uint32_t begin;
  std::uint32_t count;
};

Span blocks_along(std::uint64_t cell, unsigned cell_exponent, std::uint32_t begin,
                  std::uint32_t end, unsigned block_exponent, std::uint32_t first_block) {
  const std::uint64_t low = std::max<std::uint64_t>(cell << cell_exponent, begin);
  const std::uint64_t high = std::min<std::uint64_t>((cell + 1) << cell_exponent, end);
  if (high <= low) return {0, 0};
  const auto first = static_cast<std::uint32_t>(low >> block_exponent);
  const auto last = static_cast<std::uint32_t>((high - 1) >> block_exponent);
  return {first - first_block, last - first + 1};
}

}  // namespace

BlockRange blocks_of_precinct(const Resolution& resolution, const Band& band,
                              std::uint32_t precinct) {
  // T.800 B.7: precincts are cut at the resolution; a band has half its size but at r = 0.
  const unsigned halved = resolution.index == 0 ? 0 : 1;
  const std::uint64_t column =
      std::uint64_t{floor_shift(resolution.rect.x0, resolution.precinct_width_exponent)} +
      precinct % resolution.precincts_wide;
  const std::uint64_t row =
      std::uint64_t{floor_shift(resolution.rect.y0, resolution.precinct_height_exponent)} +
      precinct / resolution.precincts_wide;
  const Span x = blocks_along(column, resolution.precinct_width_exponent - halved, band.rect.x0,
                              band.rect.x1, band.block_width_exponent, band.block_x0);
  const Span y = blocks_along(row, resolution.precinct_height_exponent - halved, band.rect.y0,
                              band.rect.y1, band.block_height_exponent, band.block_y0);
  if (x.count == 0 || y.count == 0) return {};
  return {x.begin, y.begin, x.count, y.count};
}

bool holds_samples(const Siz& siz, std::uint32_t index) {
  const Rect tile = tile_rect(siz, index);
  return std::ranges::any_of(siz.components, [&](const ComponentSize& size) {
    return !component_rect(tile, size).empty();
  });
}

Result<void> lay_out(const Siz& siz, const Coding& coding, std::uint32_t index,
                     std::uint64_t justifying_bytes, const Limits& limits, Tile& tile) {
  return Layout(siz, coding, justifying_bytes, limits, tile).run(index);
}

}  // namespace slipring::codecs::codestream

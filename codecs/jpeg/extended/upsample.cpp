#include "codecs/jpeg/extended/upsample.h"

#include <algorithm>

namespace slipring::codecs::jpeg::extended {

namespace {

// Narrower components are repeated: their filter would have no neighbours.
constexpr std::uint32_t kFilteredColumnsMin = 3;

// Sums of 4 between neighbours, rounded down and up in turn so that no side is favoured.
void filter_across(const std::uint16_t* from, std::uint32_t columns, std::uint16_t* to) {
  const std::uint32_t last = columns - 1;
  for (std::uint32_t x = 0; x < columns; ++x) {
    const unsigned three = 3U * from[x];
    const unsigned before = from[x == 0 ? 0 : x - 1];
    const unsigned after = from[x == last ? last : x + 1];
    to[std::size_t{2} * x] =
        static_cast<std::uint16_t>(x == 0 ? before : (three + before + 1) >> 2);
    to[std::size_t{2} * x + 1] =
        static_cast<std::uint16_t>(x == last ? after : (three + after + 2) >> 2);
  }
}

// As filter_across of rows that were summed 3:1 before: sums of 16.
void filter_both(const std::uint16_t* near, const std::uint16_t* far, std::uint32_t columns,
                 std::uint16_t* to) {
  const auto sum = [&](std::uint32_t x) { return 3U * near[x] + far[x]; };
  const std::uint32_t last = columns - 1;
  for (std::uint32_t x = 0; x < columns; ++x) {
    const unsigned here = sum(x);
    const unsigned before = x == 0 ? here : sum(x - 1);
    const unsigned after = x == last ? here : sum(x + 1);
    to[std::size_t{2} * x] = static_cast<std::uint16_t>((3 * here + before + 8) >> 4);
    to[std::size_t{2} * x + 1] = static_cast<std::uint16_t>((3 * here + after + 7) >> 4);
  }
}

}  // namespace

void upsample_row(const Plane& plane, std::uint32_t horizontal, std::uint32_t vertical,
                  std::uint32_t y, std::uint16_t* to) {
  const std::uint32_t row = y / vertical;
  const std::uint16_t* from = plane.samples + row * plane.stride;
  const bool filtered = horizontal == 2 && plane.columns >= kFilteredColumnsMin;
  if (filtered && vertical == 1) return filter_across(from, plane.columns, to);
  if (filtered && vertical == 2) {
    const std::uint32_t above = row == 0 ? 0 : row - 1;
    const std::uint32_t below = std::min(row + 1, plane.rows - 1);
    const std::uint32_t other = y % 2 == 0 ? above : below;
    return filter_both(from, plane.samples + other * plane.stride, plane.columns, to);
  }
  for (std::uint32_t x = 0; x < plane.columns; ++x)
    std::fill_n(to + std::size_t{x} * horizontal, horizontal, from[x]);
}

}  // namespace slipring::codecs::jpeg::extended

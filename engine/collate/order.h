// The numbers and places of a series' objects: what is missing between them. Pure arithmetic over
// sorted lists. Collate's own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace slipring::collate {

struct NumberGaps {
  std::uint64_t missing = 0;
  std::int64_t before = 0;  // the first gap lies between these two
  std::int64_t after = 0;
};
// `numbers` ascend, none twice. Numbers that go in steps of two or more throughout have no gaps;
// nor are any seen in numbers so sparse that they are no counting (more missing than kSparse a
// number).
inline constexpr std::uint64_t kSparse = 9;
[[nodiscard]] std::optional<NumberGaps> find_number_gaps(std::span<const std::int32_t> numbers);

struct Place {
  float position = 0;  // mm along the normal
  std::uint32_t file = 0;
};
// What is wrong with where planes are, of those that share an orientation.
struct PlaceTrouble {
  std::uint64_t gaps = 0;
  double usual_step = 0;       // mm
  double largest_step = 0;     // mm
  std::uint32_t gap_file = 0;  // behind the first gap
  // A series that visits its places several times (over time, per echo) visits each as often.
  std::uint64_t uneven = 0;  // places with another number of objects than most have
  std::uint64_t usual_count = 0;
  std::uint64_t uneven_count = 0;
  std::uint32_t uneven_file = 0;  // of the first such place
};
// `places` ascend by position. Positions within kSamePlace are one place; a step longer than kGap
// times the usual one (the median) is a gap, where there are three places or more.
inline constexpr double kSamePlace = 0.01;
inline constexpr double kGap = 1.5;
[[nodiscard]] PlaceTrouble find_place_trouble(std::span<const Place> places);

}  // namespace slipring::collate

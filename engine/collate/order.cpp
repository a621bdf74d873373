#include "engine/collate/order.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

namespace slipring::collate {

std::optional<NumberGaps> find_number_gaps(std::span<const std::int32_t> numbers) {
  if (numbers.size() < 2) return std::nullopt;
  std::int64_t step = 0;
  for (std::size_t i = 1; i < numbers.size(); ++i)
    step = std::gcd(step, std::int64_t{numbers[i]} - numbers[i - 1]);
  if (step == 0) return std::nullopt;  // one number all the time
  const std::int64_t span = std::int64_t{numbers.back()} - numbers.front();
  const auto places = static_cast<std::uint64_t>(span / step) + 1;
  const std::uint64_t missing = places - numbers.size();
  if (missing == 0 || missing > kSparse * numbers.size()) return std::nullopt;
  for (std::size_t i = 1; i < numbers.size(); ++i)
    if (std::int64_t{numbers[i]} - numbers[i - 1] != step)
      return NumberGaps{missing, numbers[i - 1], numbers[i]};
  return std::nullopt;
}

namespace {

struct Visited {
  double position = 0;
  std::uint64_t count = 0;
  std::uint32_t file = 0;
};

std::vector<Visited> visited_places(std::span<const Place> places) {
  std::vector<Visited> visited;
  for (const Place& place : places) {
    if (visited.empty() || place.position - visited.back().position > kSamePlace)
      visited.push_back({place.position, 0, place.file});
    ++visited.back().count;
  }
  return visited;
}

void find_gaps(std::span<const Visited> visited, PlaceTrouble& trouble) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < visited.size(); ++i)
    steps.push_back(visited[i].position - visited[i - 1].position);
  std::vector<double> sorted = steps;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) / 2);
  std::ranges::nth_element(sorted, middle);
  trouble.usual_step = *middle;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] <= kGap * trouble.usual_step) continue;
    if (trouble.gaps++ == 0) trouble.gap_file = visited[i + 1].file;
    trouble.largest_step = std::max(trouble.largest_step, steps[i]);
  }
}

void find_uneven(std::span<const Visited> visited, PlaceTrouble& trouble) {
  std::map<std::uint64_t, std::uint64_t> how_often;  // count of objects -> places
  for (const Visited& each : visited) ++how_often[each.count];
  if (how_often.size() < 2) return;
  const auto usual = std::ranges::max_element(how_often, {}, [](const auto& each) {
    return each.second;  // of equals the first, the smaller count
  });
  trouble.usual_count = usual->first;
  for (const Visited& each : visited) {
    if (each.count == usual->first) continue;
    if (trouble.uneven++ == 0) {
      trouble.uneven_file = each.file;
      trouble.uneven_count = each.count;
    }
  }
}

}  // namespace

PlaceTrouble find_place_trouble(std::span<const Place> places) {
  PlaceTrouble trouble;
  const std::vector<Visited> visited = visited_places(places);
  if (visited.size() >= 3) find_gaps(visited, trouble);
  find_uneven(visited, trouble);
  return trouble;
}

}  // namespace slipring::collate

// Leaps: what all the symbols are that lie whole in an index. Made by doubling: one symbol, two,
// four, eight to an entry, each time without a branch.
#include <algorithm>
#include <memory>

#include "codecs/jpeg_lossless/decode/entropy.h"

namespace slipring::codecs::jpeg_lossless {

namespace {

constexpr std::uint32_t kEntries = 1U << kIndexBits;
constexpr std::uint32_t kByteCategoryMax = 7;  // -127 to 127
// Symbols of more bits than 5.25 in the mean are no faster than by pairs or one by one.
constexpr std::uint64_t kQuarterBitsMax = 21;
// Symbols that no index holds whole: one in so many at most, as each costs several leaps.
constexpr std::uint64_t kStopsApart = 8;

// A step (bits 0 to 15) and up to four differences of a byte above.
constexpr std::uint32_t kDifferencesShift = 16;
constexpr std::uint32_t kStepMask = 0xFFFF;

std::uint32_t bits_of(std::uint64_t entry) { return entry & kLeapBitsMask; }
std::uint32_t rest_of(std::uint32_t index, std::uint64_t entry) {
  return index << bits_of(entry) & (kEntries - 1);
}

bool fits(std::uint32_t code_bits, std::uint32_t category) {
  return category <= kByteCategoryMax && code_bits + category <= kIndexBits;
}

// Codes come as often as they are short.
bool leaps_pay(const HuffmanSpec& spec) {
  std::uint64_t all = 0;
  std::uint64_t bits = 0;
  std::uint64_t stops = 0;
  std::uint32_t index = 0;
  for (std::uint32_t code = 1; code <= kCodeBitsMax; ++code) {
    const std::uint64_t often = std::uint64_t{1} << (kCodeBitsMax - code);
    for (std::uint32_t i = 0; i < spec.counts[code]; ++i) {
      const std::uint32_t category = spec.values[index++];
      all += often;
      bits += often * (code + category);
      if (!fits(code, category)) stops += often;
    }
  }
  return stops * kStopsApart <= all && bits * 4 <= all * kQuarterBitsMax;
}

// One symbol; 0 where none lies whole in the index.
void fill_singles(const HuffmanSpec& spec, std::uint32_t* to) {
  std::uint32_t* const end = to + kEntries;
  std::uint32_t index = 0;
  for (std::uint32_t code = 1; code <= kIndexBits; ++code) {
    for (std::uint32_t i = 0; i < spec.counts[code]; ++i) {
      const std::uint32_t category = spec.values[index++];
      const std::uint32_t bits = code + category;
      if (!fits(code, category)) {
        to = std::fill_n(to, kEntries >> code, 0U);
        continue;
      }
      for (std::uint32_t further = 0; further < 1U << category; ++further) {
        const std::uint32_t byte = extend(further, category) & 0xFFU;
        to = std::fill_n(to, kEntries >> bits,
                         bits | 1U << kLeapCountShift | byte << kDifferencesShift);
      }
    }
  }
  std::fill(to, end, 0U);
}

// As many symbols as `second` has for what `first` left of the index, or none.
template <class Entry>
Entry joined(std::uint32_t index, std::uint64_t first, const Entry* second) {
  const Entry next = second[rest_of(index, first)];
  return bits_of(first) + bits_of(next) <= kIndexBits ? next : Entry{0};
}

std::uint64_t append(std::uint64_t first, std::uint64_t second) {
  const std::uint64_t differences = second >> kDifferencesShift << kDifferencesShift;
  return first + (second & kStepMask) + (differences << 8 * (first >> kLeapCountShift & 0xFF));
}

struct Work {
  std::uint32_t singles[kEntries];
  std::uint32_t pairs[kEntries];
  std::uint64_t fours[kEntries];
};

// The symbols of `index` behind `first`: as many as fit, of four, two or one.
std::uint64_t best(const Work& work, std::uint32_t index, std::uint64_t first, bool with_fours) {
  std::uint64_t next = joined(index, first, work.singles);
  const std::uint64_t two = joined(index, first, work.pairs);
  next = two != 0 ? two : next;
  if (!with_fours) return next;
  const std::uint64_t four = joined(index, first, work.fours);
  return four != 0 ? four : next;
}

}  // namespace

void leap_fast_table(const HuffmanSpec& spec, FastTable& table) {
  table.leaps = leaps_pay(spec);
  if (!table.leaps) return;
  const auto work = std::make_unique_for_overwrite<Work>();
  fill_singles(spec, work->singles);
  for (std::uint32_t i = 0; i < kEntries; ++i)
    work->pairs[i] = static_cast<std::uint32_t>(
        append(work->singles[i], joined(i, work->singles[i], work->singles)));
  for (std::uint32_t i = 0; i < kEntries; ++i)
    work->fours[i] = append(work->pairs[i], best(*work, i, work->pairs[i], false));
  for (std::uint32_t i = 0; i < kEntries; ++i) {
    const std::uint64_t first = work->fours[i];
    const std::uint64_t second = best(*work, i, first, true);
    const std::uint64_t step = (first & kStepMask) + (second & kStepMask);
    const std::uint64_t shift = 8 * (first >> kLeapCountShift & 0xFF);
    table.leap_differences[i] = first >> kDifferencesShift | second >> kDifferencesShift << shift;
    table.leap_steps[i] = static_cast<std::uint16_t>(step != 0 ? step : kLeapStop);
  }
}

}  // namespace slipring::codecs::jpeg_lossless

#include <algorithm>

#include "codecs/base/contract.h"
#include "codecs/jpeg_lossless/decode/entropy.h"

namespace slipring::codecs::jpeg_lossless {

namespace {

// What one refill gives to a group, so that the bits of the next one's first index are left.
constexpr std::uint32_t kGroupBits = 64 - kIndexBits;
constexpr std::uint32_t kEntries = 1U << kIndexBits;
constexpr std::uint32_t kPairEntries = 1U << kPairIndexBits;
// A group that holds an exception is read twice: worth it when one code in so many is one.
constexpr std::uint32_t kRareEntries = kEntries / 256;

// How many entries more than `bits_max` bits in all would make exceptional.
std::uint32_t exceptional_entries(const HuffmanSpec& spec, std::uint32_t bits_max) {
  std::uint32_t found = 0;
  std::uint32_t index = 0;
  for (std::uint32_t bits = 1; bits <= kIndexBits; ++bits)
    for (std::uint32_t i = 0; i < spec.counts[bits]; ++i)
      if (bits + spec.values[index++] > bits_max) found += 1U << (kIndexBits - bits);
  return found;
}

// Codes come as often as they are short. Whether two symbols fit one lookup in most cases.
bool pairs_pay(const HuffmanSpec& spec) {
  std::array<std::uint64_t, kPairIndexBits + 1> first = {};  // by bits of the whole symbol
  std::uint32_t index = 0;
  for (std::uint32_t bits = 1; bits <= kPairIndexBits; ++bits)
    for (std::uint32_t i = 0; i < spec.counts[bits]; ++i)
      if (const std::uint32_t all = bits + spec.values[index++]; all <= kPairIndexBits)
        first[all] += kPairEntries >> bits;
  std::uint64_t pairs = 0;
  for (std::uint32_t all = 1; all < kPairIndexBits; ++all)
    for (std::uint32_t bits = 1; bits + all <= kPairIndexBits; ++bits)
      pairs += first[all] * (std::uint64_t{spec.counts[bits]} << (kPairIndexBits - bits));
  constexpr std::uint64_t kAll = std::uint64_t{kPairEntries} * kPairEntries;
  return pairs >= kAll / 5 * 2;
}

}  // namespace

void build_fast_table(const HuffmanSpec& spec, std::uint32_t group, FastTable& table) {
  EXPECTS(group == 0 || (group >= 2 && group <= 4));
  table.codes = HuffmanCodes(spec);
  table.group = group != 0 ? group : 4;
  table.paired = false;
  table.leaps = false;
  while (group == 0 && table.group > 2 &&
         exceptional_entries(spec, kGroupBits / table.group) > kRareEntries)
    --table.group;
  const std::uint32_t bits_max = kGroupBits / table.group;
  auto to = table.entries.begin();
  std::uint32_t index = 0;
  for (std::uint32_t bits = 1; bits <= kIndexBits; ++bits) {
    for (std::uint32_t i = 0; i < spec.counts[bits]; ++i) {
      const std::uint32_t category = spec.values[index++];
      const bool regular = category < kCategoryMax && bits + category <= bits_max;
      const std::uint32_t entry =
          (bits + category) | bits << kCodeShift | category << kCategoryShift;
      to = std::fill_n(to, kEntries >> bits,
                       static_cast<std::uint16_t>(regular ? entry : kExceptional));
    }
  }
  std::fill(to, table.entries.end(), static_cast<std::uint16_t>(kExceptional));
}

void pair_fast_table(const HuffmanSpec& spec, FastTable& table) {
  table.paired = pairs_pay(spec);
  if (!table.paired) return;
  const std::uint32_t bits_max = kGroupBits / table.group;
  for (std::uint32_t i = 0; i < kPairEntries; ++i) {
    const std::uint32_t at = i << (kIndexBits - kPairIndexBits);
    const std::uint32_t first = table.entries[at];
    const std::uint32_t taken = first & 63;
    const bool whole = (first >> kCodeShift & 15) <= kPairIndexBits;
    table.pairs[i] = whole ? first | taken << kSecondShift : kExceptional;
    if (!whole || (first & kExceptional) != 0 || taken >= kPairIndexBits) continue;
    const std::uint32_t second = table.entries[at << taken & (kEntries - 1)];
    const std::uint32_t code = second >> kCodeShift & 15;
    const std::uint32_t both = taken + (second & 63);
    if ((second & kExceptional) != 0 || taken + code > kPairIndexBits || both > bits_max) continue;
    table.pairs[i] = (first & ~63U) | both | ((second & ~63U) | taken | kHasSecond) << kSecondShift;
  }
}

}  // namespace slipring::codecs::jpeg_lossless

#include <algorithm>

#include "codecs/base/contract.h"
#include "codecs/jpeg_lossless/decode/entropy.h"

namespace slipring::codecs::jpeg_lossless {

namespace {

constexpr std::uint32_t kRefillBits = 56;
constexpr std::uint32_t kEntries = 1U << kIndexBits;
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

}  // namespace

void build_fast_table(const HuffmanSpec& spec, std::uint32_t group, FastTable& table) {
  EXPECTS(group == 0 || (group >= 2 && group <= 4));
  table.codes = HuffmanCodes(spec);
  table.group = group != 0 ? group : 4;
  while (group == 0 && table.group > 2 &&
         exceptional_entries(spec, kRefillBits / table.group) > kRareEntries)
    --table.group;
  const std::uint32_t bits_max = kRefillBits / table.group;
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

}  // namespace slipring::codecs::jpeg_lossless

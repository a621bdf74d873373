#include "codecs/jpeg_lossless/encode/optimal_table.h"

#include <algorithm>

#include "codecs/base/contract.h"

namespace slipring::codecs::jpeg_lossless {

namespace {

// One symbol more than there are categories: it gets the code that must not be used (K.2).
constexpr std::uint32_t kReserved = kCategories;
constexpr std::uint32_t kSymbols = kCategories + 1;
constexpr std::int32_t kNone = -1;

using CodeSizes = std::array<std::uint32_t, kSymbols>;

// Figure K.1: the two rarest trees become one until one is left.
CodeSizes code_sizes(const Histogram& histogram) {
  std::array<std::uint64_t, kSymbols> frequency = {};
  std::ranges::copy(histogram, frequency.begin());
  frequency[kReserved] = 1;
  CodeSizes sizes = {};
  std::array<std::int32_t, kSymbols> others = {};
  others.fill(kNone);
  for (;;) {
    std::int32_t rarest = kNone;
    std::int32_t next = kNone;
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(kSymbols); ++i) {
      if (frequency[i] == 0) continue;
      if (rarest == kNone || frequency[i] <= frequency[rarest]) {
        next = rarest;
        rarest = i;
      } else if (next == kNone || frequency[i] <= frequency[next]) {
        next = i;
      }
    }
    if (next == kNone) return sizes;
    frequency[rarest] += frequency[next];
    frequency[next] = 0;
    std::int32_t last = rarest;
    for (++sizes[last]; others[last] != kNone; ++sizes[last]) last = others[last];
    others[last] = next;
    for (last = next; last != kNone; last = others[last]) ++sizes[last];
  }
}

// Figure K.3: pairs of codes that are too long move up; the reserved code, one of the longest,
// goes.
void limit_lengths(std::array<std::uint32_t, kSymbols + 1>& counts) {
  for (std::uint32_t i = kSymbols; i > kCodeBitsMax; --i) {
    while (counts[i] > 0) {
      std::uint32_t j = i - 2;
      while (counts[j] == 0) --j;
      counts[i] -= 2;
      ++counts[i - 1];
      counts[j + 1] += 2;
      --counts[j];
    }
  }
  std::uint32_t longest = kCodeBitsMax;
  while (counts[longest] == 0) --longest;
  --counts[longest];
}

}  // namespace

HuffmanSpec optimal_table(const Histogram& histogram) {
  EXPECTS(std::ranges::any_of(histogram, [](std::uint64_t count) { return count != 0; }));
  const CodeSizes sizes = code_sizes(histogram);
  std::array<std::uint32_t, kSymbols + 1> counts = {};
  for (const std::uint32_t size : sizes)
    if (size != 0) ++counts[size];
  limit_lengths(counts);
  HuffmanSpec spec;
  for (std::uint32_t bits = 1; bits <= kCodeBitsMax; ++bits)
    spec.counts[bits] = static_cast<std::uint8_t>(counts[bits]);
  for (std::uint32_t bits = 1; bits <= kSymbols; ++bits)  // Figure K.4
    for (std::uint32_t category = 0; category < kCategories; ++category)
      if (sizes[category] == bits) spec.values[spec.size++] = static_cast<std::uint8_t>(category);
  return spec;
}

EncodeTable encode_table(const HuffmanSpec& spec) {
  EncodeTable table;
  std::uint32_t code = 0;
  std::uint32_t index = 0;
  for (std::uint8_t bits = 1; bits <= kCodeBitsMax; ++bits, code <<= 1) {
    for (std::uint32_t i = 0; i < spec.counts[bits]; ++i, ++code) {
      const std::uint8_t category = spec.values[index++];
      table.codes[category] = static_cast<std::uint16_t>(code);
      table.lengths[category] = bits;
    }
  }
  for (std::size_t i = 0; i < table.low.size(); ++i) {
    table.low[i] = static_cast<std::uint8_t>(table.codes[i]);
    table.high[i] = static_cast<std::uint8_t>(table.codes[i] >> 8);
  }
  return table;
}

std::uint64_t coded_bits(const Histogram& histogram, const HuffmanSpec& spec) {
  const EncodeTable table = encode_table(spec);
  std::uint64_t bits = 0;
  for (std::uint32_t category = 0; category < kCategories; ++category) {
    const std::uint32_t further = category == kCategoryMax ? 0 : category;
    bits += histogram[category] * (table.lengths[category] + further);
  }
  return bits;
}

}  // namespace slipring::codecs::jpeg_lossless

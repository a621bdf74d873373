#include "codecs/htj2k/block/decode/look_up.h"

#include <span>

#include "codecs/htj2k/block/decode/parse.h"

namespace slipring::codecs::htj2k {
namespace {

constexpr std::uint32_t context_of_next(std::uint32_t rho, bool is_first_row) {
  const std::uint32_t right = (rho >> 2 | rho >> 3) & 1;
  if (!is_first_row) return right << 1;
  return ((rho | rho >> 1) & 1) | (rho >> 2 & 1) << 1 | (rho >> 3 & 1) << 2;
}

constexpr CodeTable code_table(std::span<const CodeRow> rows, bool is_first_row) {
  CodeTable table = {};
  for (const CodeRow& row : rows) {
    const bool is_several = (row.rho & (row.rho - 1)) != 0;
    const std::uint32_t pattern = row.rho | row.e_k * 16U | row.e_1 * 256U;
    const std::uint32_t entry = row.length |
                                context_of_next(row.rho, is_first_row) << kContextShift |
                                row.u_off * (kFirstUOff | kSecondUOff) | pattern << kPatternShift |
                                (is_several ? kSeveral : 0U);
    for (std::uint32_t bits = row.codeword; bits <= kCodeMask; bits += 1U << row.length)
      table[std::size_t{row.context} << kContextShift | bits] = entry;
  }
  return table;
}

constexpr const UvlcPrefix& prefix_of(std::uint64_t bits) {
  for (const UvlcPrefix& prefix : kUvlcPrefixes)
    if ((bits & ((1U << prefix.length) - 1)) == prefix.codeword) return prefix;
  return kUvlcPrefixes.back();
}

constexpr PairOfU read(std::uint64_t bits, bool first, bool second, std::uint32_t bias,
                       bool is_short) {
  PairOfU pair = {};
  const auto take = [&](std::uint32_t count) {
    const auto value = static_cast<std::uint32_t>(bits & ((1U << count) - 1));
    bits >>= count;
    pair.length += count;
    return value;
  };
  UvlcPrefix prefixes[2] = {};
  if (first) {
    prefixes[0] = prefix_of(bits);
    take(prefixes[0].length);
  }
  if (second && is_short && prefixes[0].value > 2) {
    prefixes[1].value = static_cast<std::uint8_t>(1 + take(1));
  } else if (second) {
    prefixes[1] = prefix_of(bits);
    take(prefixes[1].length);
  }
  std::uint32_t suffixes[2] = {};
  for (int i = 0; i < 2; ++i) suffixes[i] = take(prefixes[i].suffix_length);
  for (int i = 0; i < 2; ++i) {
    if (prefixes[i].value == 0) continue;
    const bool extended = suffixes[i] >= kUvlcExtendedSuffix;
    pair.u[i] = bias + prefixes[i].value + suffixes[i];
    if (extended) pair.u[i] += 4 * take(kUvlcExtensionBits);
  }
  return pair;
}

constexpr UvlcTable uvlc_table() {
  UvlcTable table = {};
  for (std::uint32_t index = 0; index < table.size(); ++index) {
    const PairOfU pair =
        read(index & kUvlcMask, (index & 1024) != 0, (index & 2048) != 0, 0, false);
    const std::uint32_t bounds = (pair.u[0] + 1) | (pair.u[1] + 1) << 8;
    table[index] = pair.length <= 10 ? pair.length | bounds << kBoundShift : kLongUvlc;
  }
  return table;
}

}  // namespace

constinit const CodeTable kFirstRowTable = code_table(kFirstRowCodes, true);
constinit const CodeTable kOtherRowTable = code_table(kOtherRowCodes, false);
constinit const UvlcTable kUvlcTable = uvlc_table();

PairOfU read_pair(std::uint64_t bits, bool first, bool second, std::uint32_t bias, bool is_short) {
  return read(bits, first, second, bias, is_short);
}

}  // namespace slipring::codecs::htj2k

#include "codecs/htj2k/block/encode/tables.h"

#include <algorithm>
#include <bit>
#include <span>

#include "codecs/htj2k/block/tables.h"

namespace slipring::codecs::htj2k::encode {
namespace {

// Of the rows that say what is true, the one that tells the most exponent bits, as each saves a
// bit of MagSgn; the last of equals.
VlcCode best_code(std::span<const CodeRow> rows, std::uint32_t context, std::uint32_t rho,
                  std::uint32_t epsilon) {
  VlcCode best;
  for (const CodeRow& row : rows) {
    if (row.context != context || row.rho != rho) continue;
    if ((row.u_off != 0) != (epsilon != 0) || (epsilon & row.e_k) != row.e_1) continue;
    if (best.length != 0 && std::popcount(row.e_k) < std::popcount(best.e_k)) continue;
    best = {row.codeword, row.length, row.e_k};
  }
  return best;
}

VlcCodes build(std::span<const CodeRow> rows) {
  VlcCodes codes{};
  for (std::uint32_t index = 0; index < kVlcIndices; ++index) {
    const std::uint32_t rho = index >> 4 & 15;
    const std::uint32_t epsilon = index & 15;
    if ((epsilon & rho) == epsilon) codes[index] = best_code(rows, index >> 8, rho, epsilon);
  }
  return codes;
}

// Bits behind those that are there already.
void append(UvlcCode& code, std::uint32_t bits, std::uint32_t length) {
  code.bits |= bits << code.length;
  code.length += length;
}

// Table 3, for u of 1 and more.
struct Parts {
  std::uint32_t prefix = 0, prefix_length = 0;
  std::uint32_t suffix = 0, suffix_length = 0;
  std::uint32_t extension = 0, extension_length = 0;
};

Parts parts_of(std::uint32_t u) {
  if (u == 0) return {};
  const UvlcPrefix& prefix = kUvlcPrefixes[u < 3 ? u - 1 : u < 5 ? 2 : 3];
  Parts parts{prefix.codeword, prefix.length, u - prefix.value, prefix.suffix_length, 0, 0};
  if (prefix.suffix_length > 1 && parts.suffix >= kUvlcExtendedSuffix) {
    const std::uint32_t over = parts.suffix - kUvlcExtendedSuffix;
    parts.suffix = kUvlcExtendedSuffix + over % 4;
    parts.extension = over / 4;
    parts.extension_length = kUvlcExtensionBits;
  }
  return parts;
}

}  // namespace

const EncodeTables& encode_tables() {
  static const EncodeTables tables{build(kFirstRowCodes), build(kOtherRowCodes)};
  return tables;
}

UvlcCode uvlc_code(std::uint32_t u0, std::uint32_t u1, bool biased) {
  const bool both_above = biased && std::min(u0, u1) > kUvlcPairBias;
  const std::uint32_t bias = both_above ? kUvlcPairBias : 0;
  const Parts first = parts_of(u0 - bias);
  Parts second = parts_of(u1 - bias);
  if (biased && !both_above && u0 > kUvlcPairBias) {
    second = {};
    second.prefix = u1 - 1;
    second.prefix_length = 1;
  }
  UvlcCode code;
  append(code, first.prefix, first.prefix_length);
  append(code, second.prefix, second.prefix_length);
  append(code, first.suffix, first.suffix_length);
  append(code, second.suffix, second.suffix_length);
  append(code, first.extension, first.extension_length);
  append(code, second.extension, second.extension_length);
  return code;
}

const std::array<FastEncodeTable, 2>& fast_encode_tables() {
  static const std::array<FastEncodeTable, 2> tables = [] {
    std::array<FastEncodeTable, 2> fast{};
    const std::array<const VlcCodes*, 2> rows = {&encode_tables().first_row,
                                                 &encode_tables().other_rows};
    for (std::size_t row = 0; row < 2; ++row) {
      for (std::uint32_t i = 0; i < kVlcIndices; ++i) {
        const VlcCode& code = (*rows[row])[i];
        fast[row].vlc[i] =
            static_cast<std::uint16_t>(code.codeword | code.e_k << 8 | code.length << 12);
      }
      for (std::uint32_t i = 0; i < kFastU * kFastU; ++i) {
        const std::uint32_t u0 = i % kFastU;
        const std::uint32_t u1 = i / kFastU;
        const UvlcCode code = uvlc_code(u0, u1, row == 0 && u0 != 0 && u1 != 0);
        fast[row].uvlc[i] = code.bits | code.length << 16;
      }
    }
    return fast;
  }();
  return tables;
}

}  // namespace slipring::codecs::htj2k::encode

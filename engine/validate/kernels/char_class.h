// Does every byte of a value belong to the repertoire of its VR (PS3.5 6.2, Table 6.2-1)? A batch
// of values in one call, 16 to 64 bytes a step. "Yes" is the answer for nearly every value there
// is; what says "no" is looked at again byte by byte by engine/validate/grammar, which knows why.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "codecs/base/bytes.h"
#include "engine/validate/kernels/number_list.h"

namespace slipring::validate::kernels {

// Backslash, which separates values, belongs to every class but those of single values.
enum class CharClass : std::uint8_t {
  Text,           // 20-7E: AE, LO, PN, SH, UC
  MultilineText,  // and TAB, LF, FF, CR: LT, ST, UT
  Code,           // CS: A-Z 0-9 space underscore
  Uid,            // UI: digits and dots; the shape of a UID is checked too (see below)
  Date,           // DA: digits
  Time,           // TM: digits, dot, space
  DateTime,       // DT: digits, dot, sign, space
  Age,            // AS: digits, D W M Y
  Decimal,        // DS: digits, signs, dot, E e, space
  Integer,        // IS: digits, signs, space
  Uri,            // UR: RFC 3986 2, trailing space
};
inline constexpr int kCharClassCount = static_cast<int>(CharClass::Uri) + 1;

struct ClassTest {
  std::uint64_t offset = 0;  // of the value's bytes, without its padding byte
  std::uint32_t length_bytes = 0;
  CharClass cls = CharClass::Text;
  bool clean = false;  // the answer
  // Decimal, Integer: how far the values are plain (number_list.h).
  std::uint32_t plain_bytes = 0;
};

[[nodiscard]] constexpr std::optional<NumberForm> number_form(CharClass cls) {
  if (cls == CharClass::Decimal) return NumberForm::Decimal;
  if (cls == CharClass::Integer) return NumberForm::Integer;
  return std::nullopt;
}

// Sets the answers of each test. offset + length_bytes must lie within `bytes`; nothing outside is
// read. Uid: clean means also that no component is empty or has a leading zero, and at most 64
// bytes in all (several values of 64 bytes may be right and are not clean).
void classify(Bytes bytes, std::span<ClassTest> tests);

// The definition of right.
void classify_scalar(Bytes bytes, std::span<ClassTest> tests);

[[nodiscard]] bool in_class(CharClass cls, std::uint8_t byte);

// For the vector code: byte b is in the class when low[b & 15] has bit (b >> 4) and b < 0x80.
using NibbleTable = std::array<std::uint8_t, 16>;
[[nodiscard]] const NibbleTable& low_nibble_table(CharClass cls);

// The shape of a UID list of at most 64 bytes, a bit a byte: no component empty, none with a
// leading zero but "0" itself (PS3.5 9.1).
[[nodiscard]] constexpr bool uid_shape_is_good(std::uint64_t separators, std::uint64_t zeros,
                                               unsigned length_bytes) {
  if (length_bytes == 0) return true;
  const std::uint64_t used =
      length_bytes == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << length_bytes) - 1;
  const std::uint64_t starts = ((separators << 1) | 1U) & used;
  const std::uint64_t digits = ~separators & used;
  const bool ends_in_separator = ((separators >> (length_bytes - 1)) & 1U) != 0;
  return (starts & separators) == 0 && !ends_in_separator && (starts & zeros & (digits >> 1)) == 0;
}

}  // namespace slipring::validate::kernels

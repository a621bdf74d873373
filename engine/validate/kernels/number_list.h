// Lists of numbers as text, DS and IS (PS3.5 6.2): which of them are written so plainly that
// nothing can be wrong with them? Contours and plans have a million values, all of them plain.
// Whatever is not is looked at again, one by one, by engine/validate/values/grammar, which knows
// why.
#pragma once

#include <cstddef>
#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::validate::kernels {

enum class NumberForm : std::uint8_t { Decimal, Integer };

// A plain value is empty, or nothing but spaces, or has between leading and trailing spaces
//   Decimal: a sign or none, digits with a point among them, before or behind them, or none; at
//   most
//            16 bytes with all spaces;
//   Integer: a sign or none and 1 to 9 digits; at most 12 bytes with all spaces.
struct PlainLimits {
  unsigned bytes_max;
  unsigned digits_max;  // in a row
  bool point;
};
[[nodiscard]] constexpr PlainLimits plain_limits(NumberForm form) {
  return form == NumberForm::Decimal ? PlainLimits{16, 16, true} : PlainLimits{12, 9, false};
}

// Where the first value begins that is not plain, in the list of values between backslashes that
// the first `length` bytes are; `length` when there is none. Nothing outside `bytes` is read; those
// behind the list do not count.
[[nodiscard]] std::size_t plain_numbers(Bytes bytes, std::size_t length, NumberForm form);

// The definition of right.
[[nodiscard]] std::size_t plain_numbers_scalar(Bytes bytes, std::size_t length, NumberForm form);

// 64 bytes of a list, a bit a byte, from where a value begins.
struct NumberBits {
  std::uint64_t separators;  // the end of the list is one too
  std::uint64_t digits;
  std::uint64_t points;
  std::uint64_t signs;
  std::uint64_t spaces;
};

// For the vector code: bits in values that are not plain, each at or before the separator that ends
// its value. Those of the last value, which no separator ends, mean nothing.
template <NumberForm kForm>
[[nodiscard]] constexpr std::uint64_t unplain_bits(const NumberBits& bits) {
  constexpr PlainLimits kLimits = plain_limits(kForm);
  const std::uint64_t starts = (bits.separators << 1) | 1U;
  // In (a + first bits of runs of a) each such run is carried over into the bit behind it.
  const std::uint64_t leading =
      bits.spaces & ~(bits.spaces + (bits.spaces & starts));  // runs at the start of a value
  const std::uint64_t trailing = bits.spaces & ~leading;      // and others
  const std::uint64_t behind_points = bits.digits & (bits.points << 1);
  const std::uint64_t behind_fractions = (bits.digits + behind_points) & ~bits.digits;
  const std::uint64_t known =
      bits.separators | bits.digits | bits.points | bits.signs | bits.spaces;
  std::uint64_t unplain = ~known;
  unplain |= (trailing << 1) & ~(trailing | bits.separators);
  unplain |= bits.signs & ~(starts | (leading << 1));
  unplain |= (bits.signs << 1) & ~(bits.digits | bits.points);
  unplain |= bits.points & ~((bits.digits << 1) | (bits.digits >> 1));
  unplain |= bits.points & ((bits.points << 1) | behind_fractions);
  if constexpr (!kLimits.point) unplain |= bits.points;
  // Bits left of `run` are the last of so many in a row.
  const auto last_of = [](std::uint64_t run, unsigned count) {
    unsigned done = 1;
    for (; 2 * done <= count; done *= 2) run &= run << done;
    return run & (run << (count - done));
  };
  unplain |= last_of(~bits.separators, kLimits.bytes_max + 1);
  if constexpr (kLimits.digits_max < kLimits.bytes_max)
    unplain |= last_of(bits.digits, kLimits.digits_max + 1);
  return unplain;
}

}  // namespace slipring::validate::kernels

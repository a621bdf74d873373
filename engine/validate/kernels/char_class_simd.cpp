#include <bit>
#include <type_traits>

#include "engine/validate/kernels/char_class.h"
#include "engine/validate/kernels/number_list.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/validate/kernels/char_class_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace slipring::validate::kernels::HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

void ClassifyBatch(Bytes bytes, std::span<ClassTest> tests) { classify_scalar(bytes, tests); }

std::size_t PlainNumbers(Bytes bytes, std::size_t length, NumberForm form) {
  return plain_numbers_scalar(bytes, length, form);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// 64 bytes at most: the bit masks of a UID are 64 bits.
using D = hn::CappedTag<std::uint8_t, 64>;
using V = hn::Vec<D>;

// Bit h of entry h: which row of 16 characters a high nibble is. Rows 8 to 15 are not ASCII.
HWY_ALIGN constexpr std::uint8_t kRows[16] = {1, 2, 4, 8, 16, 32, 64, 128};

// The `count` bytes at `from`, zeros behind them. `readable` bytes may be read at `from`.
HWY_INLINE V LoadTail(D d, const std::uint8_t* HWY_RESTRICT from, std::size_t count,
                      std::size_t readable) {
  const std::size_t lanes = hn::Lanes(d);
  if (readable >= lanes) return hn::IfThenElseZero(hn::FirstN(d, count), hn::LoadU(d, from));
  HWY_ALIGN std::uint8_t copy[64] = {};
  for (std::size_t i = 0; i < count; ++i) copy[i] = from[i];
  return hn::Load(d, copy);
}

// A bit for each lane. It is loaded as it was stored, in one piece, and so is neither.
HWY_INLINE std::uint64_t BitsOf(D d, hn::Mask<D> mask, std::size_t at) {
  constexpr std::size_t kBytes = hn::MaxLanes(D()) / 8;
  using Bits = std::conditional_t<kBytes == 2, std::uint16_t,
                                  std::conditional_t<kBytes == 4, std::uint32_t, std::uint64_t> >;
  std::uint8_t packed[8] = {};
  hn::StoreMaskBits(d, mask, packed);
  return std::uint64_t{load_le<Bits>(packed)} << at;
}

struct ClassTables {
  V low;
  V rows;
};

HWY_INLINE hn::Mask<D> Outside(D d, const ClassTables& tables, V v) {
  const V low = hn::TableLookupBytes(tables.low, hn::And(v, hn::Set(d, std::uint8_t{15})));
  const V row = hn::TableLookupBytes(tables.rows, hn::ShiftRight<4>(v));
  return hn::Eq(hn::And(low, row), hn::Zero(d));
}

HWY_INLINE bool AllInside(D d, const ClassTables& tables, const std::uint8_t* HWY_RESTRICT from,
                          std::size_t length, std::size_t readable) {
  const std::size_t lanes = hn::Lanes(d);
  auto outside = hn::FirstN(d, 0);
  std::size_t i = 0;
  for (; i + lanes <= length; i += lanes)
    outside = hn::Or(outside, Outside(d, tables, hn::LoadU(d, from + i)));
  if (i < length) {
    const V v = LoadTail(d, from + i, length - i, readable - i);
    outside = hn::Or(outside, hn::And(hn::FirstN(d, length - i), Outside(d, tables, v)));
  }
  return hn::AllFalse(d, outside);
}

HWY_INLINE bool UidIsClean(D d, const ClassTables& tables, const std::uint8_t* HWY_RESTRICT from,
                           std::size_t length, std::size_t readable) {
  if (length > 64) return false;
  const std::size_t lanes = hn::Lanes(d);
  const V dot = hn::Set(d, std::uint8_t{'.'});
  const V backslash = hn::Set(d, std::uint8_t{'\\'});
  const V zero = hn::Set(d, std::uint8_t{'0'});
  std::uint64_t separators = 0;
  std::uint64_t zeros = 0;
  for (std::size_t i = 0; i < length; i += lanes) {
    const std::size_t count = HWY_MIN(lanes, length - i);
    const auto valid = hn::FirstN(d, count);
    const V v = LoadTail(d, from + i, count, readable - i);
    if (!hn::AllFalse(d, hn::And(valid, Outside(d, tables, v)))) return false;
    separators |= BitsOf(d, hn::Or(hn::Eq(v, dot), hn::Eq(v, backslash)), i);
    zeros |= BitsOf(d, hn::Eq(v, zero), i);
  }
  return uid_shape_is_good(separators, zeros, static_cast<unsigned>(length));
}

// 64 bytes of a list of numbers, or the `left` bytes to its end and a separator behind them.
HWY_INLINE NumberBits NumbersAt(D d, const std::uint8_t* HWY_RESTRICT from, std::size_t left,
                                std::size_t readable) {
  NumberBits bits{};
  for (std::size_t i = 0; i < 64 && i < left; i += hn::Lanes(d)) {
    const bool whole = left - i >= hn::Lanes(d);
    const V v = whole ? hn::LoadU(d, from + i) : LoadTail(d, from + i, left - i, readable - i);
    const auto is = [&](char c)
                        HWY_ATTR { return hn::Eq(v, hn::Set(d, static_cast<std::uint8_t>(c))); };
    const auto digit =
        hn::Lt(hn::Sub(v, hn::Set(d, std::uint8_t{'0'})), hn::Set(d, std::uint8_t{10}));
    bits.separators |= BitsOf(d, is('\\'), i);
    bits.digits |= BitsOf(d, digit, i);
    bits.points |= BitsOf(d, is('.'), i);
    bits.signs |= BitsOf(d, hn::Or(is('-'), is('+')), i);
    bits.spaces |= BitsOf(d, is(' '), i);
  }
  if (left < 64) bits.separators |= std::uint64_t{1} << left;
  return bits;
}

template <NumberForm kForm>
HWY_INLINE std::size_t PlainNumbersOf(Bytes bytes, std::size_t length) {
  const D d;
  std::size_t at = 0;
  while (at < length) {
    const NumberBits bits = NumbersAt(d, bytes.data() + at, length - at, bytes.size() - at);
    // No separator: the value is too long.
    if (bits.separators == 0) return at;
    const unsigned last = 63 - static_cast<unsigned>(std::countl_zero(bits.separators));
    const std::uint64_t ended = ~std::uint64_t{0} >> (63 - last);
    const std::uint64_t unplain = unplain_bits<kForm>(bits) & ended;
    if (unplain != 0) {
      const std::uint64_t before = bits.separators & ((unplain & -unplain) - 1);
      return at + static_cast<std::size_t>(64 - std::countl_zero(before));
    }
    at += last + 1;
  }
  return length;
}

std::size_t PlainNumbers(Bytes bytes, std::size_t length, NumberForm form) {
  return form == NumberForm::Decimal ? PlainNumbersOf<NumberForm::Decimal>(bytes, length)
                                     : PlainNumbersOf<NumberForm::Integer>(bytes, length);
}

void ClassifyBatch(Bytes bytes, std::span<ClassTest> tests) {
  const D d;
  const V rows = hn::LoadDup128(d, kRows);
  for (ClassTest& test : tests) {
    const ClassTables tables{hn::LoadDup128(d, low_nibble_table(test.cls).data()), rows};
    const std::uint8_t* from = bytes.data() + test.offset;
    const std::size_t readable = bytes.size() - test.offset;
    if (const auto form = number_form(test.cls)) {
      test.plain_bytes = static_cast<std::uint32_t>(
          PlainNumbers(bytes.subspan(test.offset), test.length_bytes, *form));
      test.clean = test.plain_bytes == test.length_bytes;
      if (test.clean) continue;
    }
    test.clean = test.cls == CharClass::Uid
                     ? UidIsClean(d, tables, from, test.length_bytes, readable)
                     : AllInside(d, tables, from, test.length_bytes, readable);
  }
}

#endif

}  // namespace slipring::validate::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::validate::kernels {
HWY_EXPORT(ClassifyBatch);
HWY_EXPORT(PlainNumbers);
void classify(Bytes bytes, std::span<ClassTest> tests) {
  if (!tests.empty()) HWY_DYNAMIC_DISPATCH(ClassifyBatch)(bytes, tests);
}
std::size_t plain_numbers(Bytes bytes, std::size_t length, NumberForm form) {
  return HWY_DYNAMIC_DISPATCH(PlainNumbers)(bytes, length, form);
}
}  // namespace slipring::validate::kernels
#endif

#include "codecs/agreement.h"

#include <type_traits>

namespace slipring::codecs {

namespace {

template <class Unsigned>
void sign_extend_as(MutableBytes samples, std::uint32_t precision_bits) {
  using Signed = std::make_signed_t<Unsigned>;
  constexpr std::uint32_t kBits = sizeof(Unsigned) * 8;
  if (precision_bits == 0 || precision_bits >= kBits) return;
  const int shift = static_cast<int>(kBits - precision_bits);
  for (std::size_t at = 0; at + sizeof(Unsigned) <= samples.size(); at += sizeof(Unsigned)) {
    const auto top = static_cast<Unsigned>(load_le<Unsigned>(&samples[at]) << shift);
    store_le(&samples[at],
             static_cast<Unsigned>(static_cast<Signed>(static_cast<Signed>(top) >> shift)));
  }
}

template <class From, class To>
void widen_as(Bytes from, MutableBytes to) {
  const std::size_t count = from.size() / sizeof(From);
  for (std::size_t i = 0; i < count; ++i)
    store_le(&to[i * sizeof(To)], static_cast<To>(load_le<From>(&from[i * sizeof(From)])));
}

}  // namespace

Result<void> agree(const CodestreamInfo& info, const pixel::Layout& layout, Quirks& quirks) {
  if (info.rows != layout.rows)
    return fail(ErrorCode::DimensionMismatch, 0, "the codestream's rows are not the data set's",
                layout.rows, info.rows);
  if (info.columns != layout.columns)
    return fail(ErrorCode::DimensionMismatch, 0, "the codestream's columns are not the data set's",
                layout.columns, info.columns);
  if (info.components != layout.samples_per_pixel)
    return fail(ErrorCode::DimensionMismatch, 0,
                "the codestream's components are not the data set's samples per pixel",
                layout.samples_per_pixel, info.components);
  const std::uint32_t room = layout.bits_allocated == 1 ? 8 : layout.bits_allocated;
  if (info.precision_bits > room)
    return fail(ErrorCode::OutOfRange, 0, "the codestream's samples are wider than bits allocated",
                layout.bits_allocated, info.precision_bits);
  if (info.precision_bits != layout.bits_stored) quirks.add(Quirk::WrongPrecision);
  if (info.sign_known && info.is_signed != layout.is_signed) quirks.add(Quirk::WrongSign);
  return {};
}

void sign_extend(MutableBytes samples, std::uint32_t sample_bytes, std::uint32_t precision_bits) {
  switch (sample_bytes) {
    case 1:
      return sign_extend_as<std::uint8_t>(samples, precision_bits);
    case 2:
      return sign_extend_as<std::uint16_t>(samples, precision_bits);
    case 4:
      return sign_extend_as<std::uint32_t>(samples, precision_bits);
    case 8:
      return sign_extend_as<std::uint64_t>(samples, precision_bits);
    default:
      EXPECTS(false);
  }
}

void widen(Bytes from, std::uint32_t from_bytes, MutableBytes to, std::uint32_t to_bytes) {
  EXPECTS(from_bytes == 1 || from_bytes == 2);
  EXPECTS(from.size() / from_bytes * to_bytes == to.size());
  const bool bytes = from_bytes == 1;
  switch (to_bytes) {
    case 1:
      EXPECTS(bytes);
      return widen_as<std::uint8_t, std::uint8_t>(from, to);
    case 2:
      return bytes ? widen_as<std::uint8_t, std::uint16_t>(from, to)
                   : widen_as<std::uint16_t, std::uint16_t>(from, to);
    case 4:
      return bytes ? widen_as<std::uint8_t, std::uint32_t>(from, to)
                   : widen_as<std::uint16_t, std::uint32_t>(from, to);
    case 8:
      return bytes ? widen_as<std::uint8_t, std::uint64_t>(from, to)
                   : widen_as<std::uint16_t, std::uint64_t>(from, to);
    default:
      EXPECTS(false);
  }
}

}  // namespace slipring::codecs

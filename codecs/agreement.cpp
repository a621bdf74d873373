#include "codecs/agreement.h"

#include "codecs/kernels/row/samples.h"

namespace slipring::codecs {

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
  if (info.precision_bits < layout.bits_stored) quirks.add(Quirk::WrongPrecision);
  if (info.sign_known && info.is_signed != layout.is_signed) quirks.add(Quirk::WrongSign);
  return {};
}

std::uint32_t precision_to_write(const pixel::Layout& layout) {
  return layout.bits_stored + 8U > layout.bits_allocated ? layout.bits_stored
                                                         : layout.bits_allocated;
}

void sign_extend(MutableBytes samples, std::uint32_t sample_bytes, std::uint32_t precision_bits) {
  if (precision_bits == 0 || precision_bits >= 8 * sample_bytes) return;
  kernels::move_samples(
      samples, samples,
      {.from_bytes = sample_bytes, .to_bytes = sample_bytes, .sign = true, .bits = precision_bits});
}

void widen(Bytes from, std::uint32_t from_bytes, MutableBytes to, std::uint32_t to_bytes) {
  EXPECTS(from_bytes <= to_bytes && from.size() / from_bytes * to_bytes == to.size());
  kernels::move_samples(from, to, {.from_bytes = from_bytes, .to_bytes = to_bytes});
}

}  // namespace slipring::codecs

// Agreement: what a codestream says against what the data set says, before anything is allocated
// for the codestream; and the last step from decoded samples to the canonical frame.
#pragma once

#include <cstdint>

#include "codecs/codec.h"

namespace slipring::codecs {

// Rows, columns and components must be the layout's; the precision must fit Bits Allocated (a 1-bit
// layout also takes samples a byte wide). Adds WrongPrecision and WrongSign. A precision from Bits
// Stored to Bits Allocated is nothing to remark on: signed samples are commonly coded with all
// their bits. Errors: DimensionMismatch (expected: the data set's), OutOfRange.
[[nodiscard]] Result<void> agree(const CodestreamInfo& info, const pixel::Layout& layout,
                                 Quirks& quirks);

// The precision that an encoder tries first: Bits Stored; or Bits Allocated where Bits Stored would
// fit a narrower sample, as GDCM 3.0.21 then gives samples of that width, whatever Bits Allocated
// says.
[[nodiscard]] std::uint32_t precision_to_write(const pixel::Layout& layout);

// Each sample becomes the sign extension of its lowest precision_bits. sample_bytes 1, 2, 4 or 8.
void sign_extend(MutableBytes samples, std::uint32_t sample_bytes, std::uint32_t precision_bits);

// 8-bit samples (from_bytes 1) or 16-bit ones (2) to wider ones, zero extended; to.size() is a
// multiple.
void widen(Bytes from, std::uint32_t from_bytes, MutableBytes to, std::uint32_t to_bytes);

}  // namespace slipring::codecs

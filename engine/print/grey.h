// Grey: from stored values to what a film shows, P-values (PS3.3 C.11.1, C.11.2; PS3.14): the
// modality transformation, then a window or VOI LUT, then so many bits. Without either, a window
// over all values of the frame. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "codecs/pixel/layout.h"
#include "engine/print/attributes.h"

namespace slipring::print {

// Of the output of the modality transformation (PS3.3 C.11.2.1.2).
struct Window {
  enum class Function : std::uint8_t { Linear, LinearExact, Sigmoid } function = Function::Linear;
  double centre = 0;
  double width = 1;

  // 0 is black, 1 is white.
  [[nodiscard]] double operator()(double value) const;
};

// The sample at `index` of a canonical frame: Bits Stored from High Bit down, signed as it says.
// Requires 1, 8, 16 or 32 Bits Allocated.
[[nodiscard]] std::int64_t stored_value(Bytes frame, const pixel::Layout& layout,
                                        std::size_t index);

class GreyScale {
 public:
  // As the object says of the frame, but `given` instead of its window or VOI LUT. Without any,
  // the values of `frame` are looked through, padding left out.
  GreyScale(const Attributes& attributes, const pixel::Layout& layout, Bytes frame,
            std::optional<Window> given);

  // 0 to 1 of a stored value.
  [[nodiscard]] double operator()(std::int64_t stored) const;

 private:
  [[nodiscard]] double modality(std::int64_t stored) const;
  void take_voi(const Attributes& attributes, bool is_signed);
  void cover(const Attributes& attributes, const pixel::Layout& layout, Bytes frame);

  double slope_ = 1;
  double intercept_ = 0;
  std::optional<Lut> modality_;
  std::optional<Window> window_;
  std::optional<Lut> voi_;
};

// All samples of a frame of one sample a pixel, as `bits` (8 or 12), of 0 to 2^bits - 1.
[[nodiscard]] std::vector<std::uint16_t> grey_values(Bytes frame, const pixel::Layout& layout,
                                                     const GreyScale& scale, unsigned bits);

}  // namespace slipring::print

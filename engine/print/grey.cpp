#include "engine/print/grey.h"

#include <algorithm>
#include <cmath>

namespace slipring::print {

using dicom::Tag;

namespace {

constexpr Tag kRescaleIntercept{0x0028, 0x1052};
constexpr Tag kRescaleSlope{0x0028, 0x1053};
constexpr Tag kModalityLutSequence{0x0028, 0x3000};
constexpr Tag kWindowCenter{0x0028, 0x1050};
constexpr Tag kWindowWidth{0x0028, 0x1051};
constexpr Tag kVoiLutFunction{0x0028, 0x1056};
constexpr Tag kVoiLutSequence{0x0028, 0x3010};
constexpr Tag kPixelPaddingValue{0x0028, 0x0120};
constexpr Tag kPixelPaddingRangeLimit{0x0028, 0x0121};

constexpr unsigned kTableBitsMax = 16;

// Whether two doubles can be worked with: a file may say anything, infinity too.
bool is_usable(double value) { return std::isfinite(value) && std::abs(value) < 1e15; }

}  // namespace

double Window::operator()(double value) const {
  double part = 0;
  switch (function) {
    case Function::Linear:
      if (width <= 1) return value <= centre - 0.5 ? 0 : 1;
      part = (value - (centre - 0.5)) / (width - 1) + 0.5;
      break;
    case Function::LinearExact:
      part = (value - centre) / width + 0.5;
      break;
    case Function::Sigmoid:
      part = 1 / (1 + std::exp(-4 * (value - centre) / width));
      break;
  }
  return std::clamp(part, 0.0, 1.0);
}

std::int64_t stored_value(Bytes frame, const pixel::Layout& layout, std::size_t index) {
  std::uint32_t raw = 0;
  switch (layout.bits_allocated) {
    case 1:
      return (frame[index / 8] >> (index % 8)) & 1;
    case 8:
      raw = frame[index];
      break;
    case 16:
      raw = load_le<std::uint16_t>(frame.data() + 2 * index);
      break;
    default:
      raw = load_le<std::uint32_t>(frame.data() + 4 * index);
  }
  const unsigned unused_above = 31U - layout.high_bit;
  const unsigned unused = 32U - layout.bits_stored;
  const std::uint32_t at_the_top = raw << unused_above;
  if (layout.is_signed) return static_cast<std::int32_t>(at_the_top) >> unused;
  return at_the_top >> unused;
}

GreyScale::GreyScale(const Attributes& attributes, const pixel::Layout& layout, Bytes frame,
                     std::optional<Window> given)
    : modality_(attributes.lut_in(kModalityLutSequence, layout.is_signed)), window_(given) {
  const auto slope = attributes.decimals(kRescaleSlope);
  const auto intercept = attributes.decimals(kRescaleIntercept);
  if (!slope.empty() && is_usable(slope[0]) && slope[0] != 0) slope_ = slope[0];
  if (!intercept.empty() && is_usable(intercept[0])) intercept_ = intercept[0];
  // A VOI LUT maps what the modality transformation gives, which is signed as an intercept may be.
  if (!window_) take_voi(attributes, !modality_ && (layout.is_signed || intercept_ < 0));
  if (!window_ && !voi_) cover(attributes, layout, frame);
}

// The first window; a VOI LUT where there is no window.
void GreyScale::take_voi(const Attributes& attributes, bool is_signed) {
  const auto centre = attributes.decimals(kWindowCenter);
  const auto width = attributes.decimals(kWindowWidth);
  const std::string_view function = attributes.text(kVoiLutFunction);
  Window window;
  if (function == "LINEAR_EXACT") window.function = Window::Function::LinearExact;
  if (function == "SIGMOID") window.function = Window::Function::Sigmoid;
  const double narrowest = window.function == Window::Function::Linear ? 1 : 1e-9;
  if (!centre.empty() && !width.empty() && is_usable(centre[0]) && is_usable(width[0]) &&
      width[0] >= narrowest) {
    window.centre = centre[0];
    window.width = width[0];
    window_ = window;
    return;
  }
  voi_ = attributes.lut_in(kVoiLutSequence, is_signed);
}

// A window from the smallest to the largest value of the frame.
void GreyScale::cover(const Attributes& attributes, const pixel::Layout& layout, Bytes frame) {
  const auto padding = attributes.integer(kPixelPaddingValue, layout.is_signed);
  const auto limit = attributes.integer(kPixelPaddingRangeLimit, layout.is_signed);
  const std::int64_t one = padding.value_or(0);
  const std::int64_t other = limit.value_or(one);
  double smallest = HUGE_VAL;
  double largest = -HUGE_VAL;
  const std::size_t samples = layout.samples_per_frame();
  for (std::size_t i = 0; i < samples; ++i) {
    const std::int64_t stored = stored_value(frame, layout, i);
    if (padding && stored >= std::min(one, other) && stored <= std::max(one, other)) continue;
    const double value = modality(stored);
    smallest = std::min(smallest, value);
    largest = std::max(largest, value);
  }
  if (smallest > largest) smallest = largest = 0;
  window_ = Window{Window::Function::LinearExact, (smallest + largest) / 2,
                   std::max(largest - smallest, 1e-9)};
}

double GreyScale::modality(std::int64_t stored) const {
  if (modality_) return modality_->at(stored);
  return static_cast<double>(stored) * slope_ + intercept_;
}

double GreyScale::operator()(std::int64_t stored) const {
  const double value = modality(stored);
  if (window_) return (*window_)(value);
  const double index = std::clamp(std::round(value), -1e9, 1e9);
  return std::min(voi_->at(static_cast<std::int64_t>(index)) / voi_->largest(), 1.0);
}

std::vector<std::uint16_t> grey_values(Bytes frame, const pixel::Layout& layout,
                                       const GreyScale& scale, unsigned bits) {
  const double largest = static_cast<double>((1U << bits) - 1);
  const auto value_of = [&](std::int64_t stored) {
    return static_cast<std::uint16_t>(std::lround(scale(stored) * largest));
  };
  const std::size_t samples = layout.samples_per_frame();
  std::vector<std::uint16_t> values(samples);
  if (layout.bits_stored > kTableBitsMax) {
    for (std::size_t i = 0; i < samples; ++i) values[i] = value_of(stored_value(frame, layout, i));
    return values;
  }
  const std::int64_t count = std::int64_t{1} << layout.bits_stored;
  const std::int64_t first = layout.is_signed && layout.bits_allocated != 1 ? -count / 2 : 0;
  std::vector<std::uint16_t> table(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) table[static_cast<std::size_t>(i)] = value_of(first + i);
  for (std::size_t i = 0; i < samples; ++i)
    values[i] = table[static_cast<std::size_t>(stored_value(frame, layout, i) - first)];
  return values;
}

}  // namespace slipring::print

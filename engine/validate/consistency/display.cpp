#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/validate/consistency/root.h"

namespace slipring::validate::consistency {

namespace {

using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;

constexpr RuleId kWidth{4, 25}, kWindows{4, 27}, kRescale{4, 28}, kExtremes{4, 29}, kPalette{4, 36},
    kShape{4, 37}, kLossy{4, 38}, kPadding{4, 48};
constexpr Tag kCenter{0x0028, 0x1050}, kWindowWidth{0x0028, 0x1051}, kFunction{0x0028, 0x1056},
    kIntercept{0x0028, 0x1052}, kSlope{0x0028, 0x1053}, kSmallest{0x0028, 0x0106},
    kLargest{0x0028, 0x0107}, kRed{0x0028, 0x1101}, kGreen{0x0028, 0x1102}, kBlue{0x0028, 0x1103},
    kPresentation{0x2050, 0x0020}, kPhotometric{0x0028, 0x0004}, kRatio{0x0028, 0x2112},
    kMethod{0x0028, 0x2114}, kPaddingValue{0x0028, 0x0120}, kPaddingLimit{0x0028, 0x0121};

// PS3.3 C.11.2.1.2: 1 or more where the function is LINEAR, above 0 otherwise.
void window(Root& root) {
  const Element* width = root.find(kWindowWidth);
  const Element* center = root.find(kCenter);
  if (width == nullptr || center == nullptr) return;
  const object::Values values = root.values(*width);
  const std::string_view function = root.text(kFunction);
  const double least = function.empty() || function == "LINEAR" ? 1 : 0;
  const std::size_t count = values.count();
  for (std::size_t n = 0; n < std::min(count, object::Values::kJudgedMax); ++n) {
    const auto number = values.number(n);
    if (!number || (*number > 0 && *number >= least)) continue;
    root.say(kWidth, Severity::Error, *width,
             [&] { return fmt::format("width {} is less than it can be", n + 1); });
    break;
  }
  const std::size_t centers = root.count(kCenter);
  if (centers != count)
    root.say(kWindows, Severity::Warning, *width,
             [&] { return fmt::format("{} widths and {} centers", count, centers); });
}

void rescale(Root& root) {
  const Element* intercept = root.find(kIntercept);
  const Element* slope = root.find(kSlope);
  if ((intercept == nullptr) == (slope == nullptr)) return;
  const bool no_slope = slope == nullptr;
  root.say(kRescale, Severity::Warning, no_slope ? *intercept : *slope, [&] {
    return fmt::format("Rescale {} is missing beside it", no_slope ? "Slope" : "Intercept");
  });
}

void extremes(Root& root) {
  const auto smallest = root.number(kSmallest);
  const auto largest = root.number(kLargest);
  const Element* element = root.find(kSmallest);
  if (!smallest || !largest || *smallest <= *largest) return;
  // One of them read as US and the other as SS cannot be compared.
  if (element->vr() != root.find(kLargest)->vr()) return;
  root.say(kExtremes, Severity::Warning, *element,
           [] { return std::string("the smallest pixel value is greater than the largest"); });
}

// PS3.3 C.7.6.3.1.5: red, green and blue have as many entries, beginning at the same value.
void palette(Root& root) {
  const Element* red = root.find(kRed);
  if (red == nullptr) return;
  static constexpr std::array<Wanted, 2> kOthers = {kGreen, kBlue};
  for (const Wanted& table : kOthers) {
    const Element* other = root.find(table);
    if (other == nullptr || root.count(kRed) < 3 || root.count(table) < 3) continue;
    if (root.number(kRed, 0) == root.number(table, 0) &&
        root.number(kRed, 1) == root.number(table, 1))
      continue;
    root.say(kPalette, Severity::Error, *other,
             [] { return std::string("its table differs from red's in entries or first value"); });
  }
}

// PS3.3 C.8.11.3.1.1: what is shown inverted says so in both attributes.
void shape(Root& root) {
  const Element* element = root.find(kPresentation);
  if (element == nullptr) return;
  const std::string_view photometric = root.text(kPhotometric);
  const std::string_view shape_word = root.text(kPresentation);
  const bool wrong = (photometric == "MONOCHROME1" && shape_word == "IDENTITY") ||
                     (photometric == "MONOCHROME2" && shape_word == "INVERSE");
  if (!wrong) return;
  root.say(kShape, Severity::Error, *element,
           [&] { return fmt::format("{} of {} pixels", shape_word, photometric); });
}

void lossy(Root& root) {
  const Element* ratio = root.find(kRatio);
  if (ratio == nullptr || root.find(kMethod) == nullptr) return;
  const std::size_t ratios = root.count(kRatio);
  const std::size_t methods = root.count(kMethod);
  if (ratios == methods || methods == 0) return;
  root.say(kLossy, Severity::Warning, *ratio, [&] {
    return fmt::format("{} ratios for {} methods of lossy compression", ratios, methods);
  });
}

void padding(Root& root) {
  const Element* limit = root.find(kPaddingLimit);
  if (limit == nullptr || root.find(kPaddingValue) != nullptr) return;
  root.say(kPadding, Severity::Warning, *limit,
           [] { return std::string("Pixel Padding Value is missing beside its limit"); });
}

}  // namespace

void check_display(Root& root) {
  window(root);
  rescale(root);
  extremes(root);
  palette(root);
  shape(root);
  lossy(root);
  padding(root);
}

}  // namespace slipring::validate::consistency

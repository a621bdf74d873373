#include <fmt/format.h>

#include <array>
#include <cmath>

#include "engine/dicom/dictionary.h"
#include "engine/validate/consistency/root.h"

namespace slipring::validate::consistency {

namespace {

using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;

constexpr RuleId kPositive{4, 17}, kZero{4, 18}, kUnitVectors{4, 19}, kPlacement{4, 20},
    kAspect{4, 35}, kCalibration{4, 49}, kNoFrame{4, 51};
constexpr Tag kPosition{0x0020, 0x0032}, kOrientation{0x0020, 0x0037},
    kPixelSpacing{0x0028, 0x0030}, kAspectRatio{0x0028, 0x0034}, kSlope{0x0028, 0x1053},
    kDetectorSpacing{0x0018, 0x1164}, kCalibrationType{0x0028, 0x0A02},
    kFrameOfReference{0x0020, 0x0052};

// Sizes in the world: zero or less is none (PS3.3 10.7, C.7.6.2.1).
constexpr std::array<Wanted, 3> kSizes = {kDetectorSpacing, Tag(0x00182010), kPixelSpacing};
// Zero is possible to write and impossible to have been.
constexpr std::array<Wanted, 9> kNeverZero = {Tag(0x00101020), Tag(0x00101030), Tag(0x00180050),
                                              Tag(0x00180060), Tag(0x00180080), Tag(0x00180081),
                                              Tag(0x00180087), Tag(0x00181110), Tag(0x00181111)};

void sizes(Root& root) {
  for (const Wanted& size : kSizes) {
    const Element* element = root.find(size);
    if (element == nullptr) continue;
    const object::Values values = root.values(*element);
    const std::size_t count = values.judged_count();
    for (std::size_t n = 0; n < count; ++n) {
      const auto number = values.number(n);
      if (!number || *number > 0) continue;
      root.say(kPositive, Severity::Error, *element, [&] {
        return fmt::format("{} value {} is not greater than 0", dicom::keyword(size.tag), n + 1);
      });
      break;
    }
  }
  const Element* slope = root.find(kSlope);
  if (slope != nullptr && root.number(kSlope) == 0.0)
    root.say(kPositive, Severity::Error, *slope,
             [] { return std::string("RescaleSlope is 0: all pixels mean the same"); });
}

void zeros(Root& root) {
  for (const Wanted& quantity : kNeverZero) {
    const Element* element = root.find(quantity);
    if (element != nullptr && root.number(quantity) == 0.0)
      root.say(kZero, Severity::Warning, *element,
               [&] { return fmt::format("{} is 0", dicom::keyword(quantity.tag)); });
  }
}

// Row and column directions: two unit vectors at a right angle (PS3.3 C.7.6.2.1.1).
void orientation(Root& root) {
  constexpr double kTolerance = 1e-3;
  const Element* element = root.find(kOrientation);
  if (element == nullptr) return;
  const object::Values values = root.values(*element);
  std::array<double, 6> v{};
  for (std::size_t n = 0; n < v.size(); ++n) {
    const auto number = values.number(n);
    if (!number) return;  // L2-20 or L3-03 says so
    v[n] = *number;
  }
  const double row = std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  const double column = std::sqrt(v[3] * v[3] + v[4] * v[4] + v[5] * v[5]);
  const double dot = v[0] * v[3] + v[1] * v[4] + v[2] * v[5];
  if (std::abs(row - 1) > kTolerance || std::abs(column - 1) > kTolerance)
    root.say(kUnitVectors, Severity::Warning, *element, [&] {
      return fmt::format("directions have lengths {:.4f} and {:.4f}, not 1", row, column);
    });
  else if (std::abs(dot) > kTolerance)
    root.say(kUnitVectors, Severity::Warning, *element, [&] {
      return fmt::format("directions are not at a right angle: product {:.4f}", dot);
    });
}

void placement(Root& root) {
  const Element* position = root.place(kPosition);
  const Element* directions = root.place(kOrientation);
  if ((position == nullptr) == (directions == nullptr)) return;
  const bool no_position = position == nullptr;
  root.say(kPlacement, Severity::Warning, no_position ? *directions : *position, [&] {
    return fmt::format("Image {} (Patient) is missing beside it",
                       no_position ? "Position" : "Orientation");
  });
}

// Pixel Spacing is row, column; Pixel Aspect Ratio is vertical, horizontal size (C.7.6.3.1.7).
void aspect(Root& root) {
  const Element* element = root.find(kAspectRatio);
  if (element == nullptr) return;
  const auto row = root.number(kPixelSpacing, 0);
  const auto column = root.number(kPixelSpacing, 1);
  const auto vertical = root.number(kAspectRatio, 0);
  const auto horizontal = root.number(kAspectRatio, 1);
  if (!row || !column || !vertical || !horizontal) return;
  if (*column <= 0 || *horizontal <= 0) return;
  const double spacing = *row / *column;
  const double ratio = *vertical / *horizontal;
  if (std::abs(spacing - ratio) <= 0.01 * std::max(spacing, ratio)) return;
  root.say(kAspect, Severity::Warning, *element, [&] {
    return fmt::format("aspect ratio {:.4f}, Pixel Spacing has {:.4f}", ratio, spacing);
  });
}

// PS3.3 10.7.1.3: a spacing that is not the detector's was calibrated, and its type says by what.
void calibration(Root& root) {
  const Element* spacing = root.find(kPixelSpacing);
  if (spacing == nullptr || root.find(kDetectorSpacing) == nullptr) return;
  if (root.find(kCalibrationType) != nullptr) return;
  const auto differ = [&](std::size_t n) {
    const auto here = root.number(kPixelSpacing, n);
    const auto detector = root.number(kDetectorSpacing, n);
    return here && detector && std::abs(*here - *detector) > 0.001 * std::abs(*detector);
  };
  if (!differ(0) && !differ(1)) return;
  root.say(kCalibration, Severity::Info, *spacing,
           [] { return std::string("differs from Imager Pixel Spacing, not said why"); });
}

// A position is one in a frame of reference (PS3.3 C.7.6.2.1.1, C.7.4.1).
void frame_of_reference(Root& root) {
  const Element* position = root.place(kPosition);
  if (position == nullptr || !root.text(kFrameOfReference).empty()) return;
  root.say(kNoFrame, Severity::Warning, *position,
           [] { return std::string("no Frame of Reference UID says in which space"); });
}

}  // namespace

void check_geometry(Root& root) {
  sizes(root);
  zeros(root);
  orientation(root);
  placement(root);
  aspect(root);
  calibration(root);
  frame_of_reference(root);
}

}  // namespace slipring::validate::consistency

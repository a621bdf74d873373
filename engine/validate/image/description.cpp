#include "engine/validate/image/description.h"

#include <fmt/format.h>

namespace slipring::validate::image {

namespace {

namespace tags = dicom::tags;
using dicom::Severity;
using dicom::Tag;

constexpr dicom::RuleId kDescription{5, 1};

class DescriptionCheck {
 public:
  DescriptionCheck(const Attributes& attributes, PixelKind kind, std::size_t pixel_index,
                   catalogue::Reporter& reporter)
      : attributes_(attributes), kind_(kind), pixel_index_(pixel_index), reporter_(reporter) {}

  void run() {
    at_least_one(tags::Rows, "Rows");
    at_least_one(tags::Columns, "Columns");
    samples();
    frames();
    if (kind_ == PixelKind::Integer)
      bits();
    else
      float_bits();
  }

 private:
  template <class Message>
  void say(Severity severity, Tag tag, Message message) {
    const std::size_t index = attributes_.find(tag).value_or(pixel_index_);
    const auto& data_set = attributes_.data_set();
    reporter_.add(kDescription, severity,
                  {&data_set, index, data_set.tape()[index].header_offset()}, message);
  }

  // Says so when a required number is missing.
  std::optional<std::int64_t> required(Tag tag, std::string_view name) {
    const auto number = attributes_.number(tag);
    if (!number)
      say(Severity::Error, tag, [&] {
        return fmt::format("{} {} is {}", name, dicom::to_string(tag),
                           attributes_.has(tag) ? "not a number" : "missing");
      });
    return number;
  }

  std::optional<std::int64_t> at_least_one(Tag tag, std::string_view name) {
    const auto number = required(tag, name);
    if (number && *number < 1)
      say(Severity::Error, tag, [&] { return fmt::format("{} is {}", name, *number); });
    return number;
  }

  void samples() {
    const auto samples = at_least_one(tags::SamplesPerPixel, "Samples per Pixel");
    const std::string_view photometric = attributes_.text(tags::PhotometricInterpretation);
    if (photometric.empty()) {
      say(Severity::Error, tags::PhotometricInterpretation,
          [] { return std::string("Photometric Interpretation (0028,0004) is missing"); });
    } else if (const unsigned implied = samples_of(photometric); implied == 0) {
      say(Severity::Warning, tags::PhotometricInterpretation,
          [] { return std::string("Photometric Interpretation is not a defined term"); });
    } else if (samples && *samples != implied) {
      say(Severity::Error, tags::PhotometricInterpretation, [&] {
        return fmt::format("{} has {} samples a pixel, Samples per Pixel is {}", photometric,
                           implied, *samples);
      });
    }
    if (!samples || *samples <= 1) return;
    const auto planar = attributes_.number(tags::PlanarConfiguration);
    if (!planar)
      say(Severity::Warning, tags::PlanarConfiguration,
          [] { return std::string("Planar Configuration (0028,0006) is missing"); });
    else if (*planar != 0 && *planar != 1)
      say(Severity::Warning, tags::PlanarConfiguration,
          [&] { return fmt::format("Planar Configuration is {}", *planar); });
  }

  void frames() {
    if (!attributes_.has(tags::NumberOfFrames) ||
        attributes_.length_bytes(tags::NumberOfFrames) == 0)
      return;
    const auto frames = attributes_.number(tags::NumberOfFrames);
    if (frames && *frames >= 1) return;
    say(Severity::Warning, tags::NumberOfFrames,
        [] { return std::string("Number of Frames is not a number from 1 on; read as 1"); });
  }

  void bits() {
    const auto allocated = required(tags::BitsAllocated, "Bits Allocated");
    if (allocated && *allocated != 1 && (*allocated < 8 || *allocated % 8 != 0))
      say(Severity::Error, tags::BitsAllocated, [&] {
        return fmt::format("Bits Allocated is {}, neither 1 nor whole bytes", *allocated);
      });
    const auto stored = at_least_one(tags::BitsStored, "Bits Stored");
    if (allocated && stored && *stored > *allocated)
      say(Severity::Error, tags::BitsStored, [&] {
        return fmt::format("Bits Stored is {}, Bits Allocated is {}", *stored, *allocated);
      });
    const auto high = required(tags::HighBit, "High Bit");
    if (stored && high && *high != *stored - 1)
      say(Severity::Warning, tags::HighBit,
          [&] { return fmt::format("High Bit is {}, Bits Stored is {}", *high, *stored); });
    const auto sign = required(tags::PixelRepresentation, "Pixel Representation");
    if (sign && *sign != 0 && *sign != 1)
      say(Severity::Error, tags::PixelRepresentation,
          [&] { return fmt::format("Pixel Representation is {}", *sign); });
  }

  void float_bits() {
    const int wanted = kind_ == PixelKind::Float ? 32 : 64;  // PS3.3 C.7.6.24, C.7.6.25
    const auto allocated = required(tags::BitsAllocated, "Bits Allocated");
    if (allocated && *allocated != wanted)
      say(Severity::Error, tags::BitsAllocated, [&] {
        return fmt::format("Bits Allocated is {}, the pixels have {}", *allocated, wanted);
      });
  }

  const Attributes& attributes_;
  PixelKind kind_;
  std::size_t pixel_index_;
  catalogue::Reporter& reporter_;
};

}  // namespace

unsigned samples_of(std::string_view photometric) {
  struct Row {
    std::string_view term;
    unsigned samples;
  };
  static constexpr Row kRows[] = {{"MONOCHROME1", 1},
                                  {"MONOCHROME2", 1},
                                  {"PALETTE COLOR", 1},
                                  {"RGB", 3},
                                  {"YBR_FULL", 3},
                                  {"YBR_FULL_422", 3},
                                  {"YBR_PARTIAL_420", 3},
                                  {"YBR_PARTIAL_422", 3},
                                  {"YBR_ICT", 3},
                                  {"YBR_RCT", 3},
                                  {"XYB", 3},
                                  {"HSV", 3},
                                  {"ARGB", 4},
                                  {"CMYK", 4}};
  for (const Row& row : kRows)
    if (row.term == photometric) return row.samples;
  return 0;
}

void check_description(const Attributes& attributes, PixelKind kind, std::size_t pixel_index,
                       catalogue::Reporter& reporter) {
  DescriptionCheck(attributes, kind, pixel_index, reporter).run();
}

}  // namespace slipring::validate::image

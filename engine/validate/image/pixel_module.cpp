#include "engine/validate/image/pixel_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace slipring::validate::image {

namespace {

namespace tags = dicom::tags;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;

constexpr RuleId kProfile{5, 22}, kOddColumns{5, 23}, kRetiredColour{5, 24}, kRleFragments{5, 25},
    kEmptyFragment{5, 26}, kMethod{5, 27}, kPlanar{5, 28}, kPadding{5, 29}, kOverlayBits{5, 30};
constexpr Tag kIccProfile{0x0028, 0x2000}, kPaddingValue{0x0028, 0x0120};

// Formats whose loss has a name in (0028,2114) (PS3.3 C.7.6.1.1.5.1).
std::string_view method_of(pixel::Format format) {
  switch (format) {
    case pixel::Format::Jpeg:
      return "ISO_10918_1";
    case pixel::Format::JpegLs:
      return "ISO_14495_1";
    case pixel::Format::Jpeg2000:
      return "ISO_15444_1";
    case pixel::Format::Htj2k:
      return "ISO_15444_15";
    default:
      return "";
  }
}

class ModuleCheck {
 public:
  ModuleCheck(const dicom::Scanned& scanned, const Attributes& attributes, std::size_t pixel_index,
              catalogue::Reporter& reporter)
      : syntax_(*scanned.actual),
        attributes_(attributes),
        data_set_(attributes.data_set()),
        pixel_index_(pixel_index),
        reporter_(reporter) {}

  void run() {
    profile();
    colour();
    if (syntax_.encapsulated) fragments();
    method();
    padding();
    overlays();
  }

 private:
  template <class Message>
  void say(RuleId rule, Severity severity, Tag tag, Message message) {
    const auto index = attributes_.find(tag);
    say_at(rule, severity, index ? *index : pixel_index_, message);
  }
  template <class Message>
  void say_at(RuleId rule, Severity severity, std::size_t index, Message message) {
    reporter_.add(rule, severity, {&data_set_, index, data_set_.tape()[index].offset}, message);
  }

  // ICC.1 7.2: 128 bytes of header that begin with the profile's size and have "acsp" at byte 36.
  void profile() {
    constexpr std::size_t kHeaderBytes = 128;
    const auto index = attributes_.find(kIccProfile);
    if (!index) return;
    const Bytes bytes = data_set_.value(data_set_.tape()[*index]);
    if (bytes.empty()) return;
    const bool is_profile = bytes.size() >= kHeaderBytes && as_text(bytes.subspan(36, 4)) == "acsp";
    if (!is_profile)
      return say(kProfile, Severity::Warning, kIccProfile,
                 [] { return std::string("not an ICC profile"); });
    const std::uint64_t size = load_be<std::uint32_t>(bytes.data());
    if (size != bytes.size() && size + 1 != bytes.size())
      say(kProfile, Severity::Warning, kIccProfile,
          [&] { return fmt::format("a profile of {} bytes in {}", size, bytes.size()); });
  }

  void colour() {
    constexpr std::array<std::string_view, 6> kRetired = {
        "ARGB", "CMYK", "HSV", "YBR_PARTIAL_420", "YBR_PARTIAL_422", "YIQ"};
    const std::string_view photometric = attributes_.text(tags::PhotometricInterpretation);
    if (std::ranges::find(kRetired, photometric) != kRetired.end())
      say(kRetiredColour, Severity::Warning, tags::PhotometricInterpretation,
          [&] { return fmt::format("{} is retired", photometric); });
    if (photometric == "YBR_FULL_422" && !syntax_.encapsulated &&
        attributes_.number(tags::Columns).value_or(0) % 2 != 0)
      say(kOddColumns, Severity::Error, tags::Columns,
          [] { return std::string("an odd number of columns shares chrominance in pairs"); });
    const bool own_order = syntax_.format == pixel::Format::JpegLs ||
                           syntax_.format == pixel::Format::Jpeg2000 ||
                           syntax_.format == pixel::Format::Htj2k;
    if (own_order && attributes_.number(tags::PlanarConfiguration).value_or(0) != 0)
      say(kPlanar, Severity::Warning, tags::PlanarConfiguration,
          [] { return std::string("the codestream orders its samples itself: it must be 0"); });
  }

  // Behind the offset table, which may be empty.
  void fragments() {
    const auto tape = data_set_.tape();
    const unsigned depth = tape[pixel_index_].depth;
    std::uint64_t count = 0;
    bool table = true;
    for (std::size_t i = pixel_index_ + 1; i < tape.size() && tape[i].depth > depth; ++i) {
      if (!tape[i].is_item()) continue;
      if (!table && ++count != 0 && tape[i].length == 0)
        say_at(kEmptyFragment, Severity::Error, i,
               [] { return std::string("a fragment of no bytes"); });
      table = false;
    }
    const auto frames = static_cast<std::uint64_t>(std::clamp<std::int64_t>(
        attributes_.number(tags::NumberOfFrames).value_or(1), 1, 0x7FFFFFFF));
    if (syntax_.format == pixel::Format::Rle && count > frames)
      say(kRleFragments, Severity::Error, tags::PixelData, [&] {
        return fmt::format("{} fragments for {} RLE frames, which have one each", count, frames);
      });
  }

  void method() {
    const std::string_view wanted = method_of(syntax_.format);
    const std::string_view methods = attributes_.text(tags::LossyImageCompressionMethod);
    const bool lossy_syntax =
        syntax_.loss == dicom::Loss::Lossy || syntax_.loss == dicom::Loss::Either;
    if (wanted.empty() || methods.empty() || !lossy_syntax) return;
    if (attributes_.text(tags::LossyImageCompression) != "01") return;
    if (methods.find(wanted) != std::string_view::npos) return;
    say(kMethod, Severity::Warning, tags::LossyImageCompressionMethod,
        [&] { return fmt::format("{} is not among the methods", wanted); });
  }

  void padding() {
    const auto value = attributes_.number(kPaddingValue);
    const auto stored = attributes_.number(tags::BitsStored);
    const auto sign = attributes_.number(tags::PixelRepresentation);
    if (!value || !stored || !sign || *stored < 1 || *stored > 16) return;
    const std::int64_t span = std::int64_t{1} << *stored;
    // Written as US of signed pixels, or the reverse, it still means the same bits.
    const bool fits = *value < span && *value >= -(span / 2);
    if (fits) return;
    say(kPadding, Severity::Warning, kPaddingValue,
        [&] { return fmt::format("no sample of {} bits has this value", *stored); });
  }

  void overlays() {
    for (const std::size_t index : attributes_.indices()) {
      const Tag tag = data_set_.tape()[index].tag;
      if ((tag.group() & 0xFF00U) != 0x6000 || tag.element() != 0x0100) continue;
      const std::int64_t bits = attributes_.number(tag).value_or(1);
      if (bits == 1) continue;
      say_at(kOverlayBits, Severity::Warning, index, [&] {
        return fmt::format("overlay of {} bits allocated: it lies among the pixels' bits", bits);
      });
    }
  }

  const dicom::TransferSyntax& syntax_;
  const Attributes& attributes_;
  const dicom::DataSet& data_set_;
  std::size_t pixel_index_;
  catalogue::Reporter& reporter_;
};

}  // namespace

void check_pixel_module(const dicom::Scanned& scanned, const Attributes& attributes,
                        std::size_t pixel_index, catalogue::Reporter& reporter) {
  if (scanned.actual == nullptr) return;
  ModuleCheck(scanned, attributes, pixel_index, reporter).run();
}

}  // namespace slipring::validate::image

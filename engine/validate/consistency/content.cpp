#include <fmt/format.h>

#include "engine/validate/consistency/root.h"

namespace slipring::validate::consistency {

namespace {

using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;
namespace tags = dicom::tags;

constexpr RuleId kItself{4, 32}, kMime{4, 40}, kDocumentLength{4, 41}, kWaveform{4, 42},
    kContour{4, 43}, kSegments{4, 45};
constexpr Tag kDocument{0x0042, 0x0011}, kMimeType{0x0042, 0x0012}, kLength{0x0042, 0x0015};
constexpr std::string_view kSegmentation = "1.2.840.10008.5.1.4.1.1.66.4";

void document(Root& root) {
  const Element* element = root.find(kDocument);
  if (element == nullptr) return;
  const std::string_view bytes = as_text(root.data_set().value(*element));
  const std::string_view type = root.text(kMimeType);
  if (type == "application/pdf" && !bytes.starts_with("%PDF"))
    root.say(kMime, Severity::Error, *element,
             [] { return std::string("application/pdf that does not begin with %PDF"); });
  const auto length = root.number(kLength);
  if (!length || element->undefined_length()) return;
  const auto padded = static_cast<std::uint64_t>(*length) + static_cast<std::uint64_t>(*length) % 2;
  if (*length >= 0 && padded == element->length) return;
  root.say(kDocumentLength, Severity::Error, *root.find(kLength),
           [&] { return fmt::format("{} bytes stated, {} are there", *length, element->length); });
}

// What stands in items, one after the other.
class ItemWalk {
 public:
  explicit ItemWalk(Root& root)
      : root_(root), segments_(root.text(tags::SOPClassUID) == kSegmentation) {}

  void run() {
    for (const std::uint32_t entry : root_.in_items()) take(root_.data_set().tape()[entry]);
  }

 private:
  void take(const Element& element) {
    switch (element.tag.value) {
      case 0x00081155:
        return reference(element);
      case 0x00620004:
        return segment(element);
      case 0x003A0005:
        channels_ = number(element);
        return;
      case 0x003A0010:
        samples_ = number(element);
        return;
      case 0x54001004:
        bits_ = number(element);
        return;
      case 0x54001010:
        return waveform(element);
      case 0x30060046:
        points_ = number(element);
        points_depth_ = element.depth;
        return;
      case 0x30060050:
        return contour(element);
      default:
        return;
    }
  }

  [[nodiscard]] std::optional<double> number(const Element& element) const {
    return root_.values(element).number(0);
  }

  void reference(const Element& element) {
    if (!own_uid_) own_uid_ = root_.text(tags::SOPInstanceUID);
    if (own_uid_->empty() || root_.values(element).text(0) != *own_uid_) return;
    root_.say(kItself, Severity::Error, element,
              [] { return std::string("refers to the object it stands in"); });
  }

  // PS3.3 C.8.20.2: from 1, ascending by 1.
  void segment(const Element& element) {
    if (!segments_ || element.depth != 2) return;
    ++segment_count_;
    if (number(element) == static_cast<double>(segment_count_)) return;
    root_.say(kSegments, Severity::Error, element,
              [&] { return fmt::format("segment {} has another number", segment_count_); });
  }

  void waveform(const Element& element) {
    if (!channels_ || !samples_ || !bits_ || element.undefined_length()) return;
    const double wanted = *channels_ * *samples_ * *bits_ / 8;
    root_.note(element);
    const double length = element.length;
    if (length == wanted || length == wanted + 1) return;
    root_.say(kWaveform, Severity::Error, element, [&] {
      return fmt::format("{} bytes; channels, samples and bits give {}", length, wanted);
    });
  }

  void contour(const Element& element) {
    if (!points_ || points_depth_ != element.depth) return;
    const auto count = static_cast<double>(root_.values(element).count());
    const double points = *points_;
    points_.reset();
    if (count == points * 3) return;
    root_.say(kContour, Severity::Error, element,
              [&] { return fmt::format("{} coordinates for {} points", count, points); });
  }

  Root& root_;
  std::optional<std::string_view> own_uid_;  // when a reference asks for it
  bool segments_;
  std::uint64_t segment_count_ = 0;
  std::optional<double> channels_;
  std::optional<double> samples_;
  std::optional<double> bits_;
  std::optional<double> points_;
  unsigned points_depth_ = 0;
};

}  // namespace

void check_content(Root& root) {
  document(root);
  ItemWalk(root).run();
}

}  // namespace slipring::validate::consistency

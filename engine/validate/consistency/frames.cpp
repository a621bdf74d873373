#include <fmt/format.h>

#include <algorithm>

#include "engine/dicom/dictionary.h"
#include "engine/validate/consistency/root.h"
#include "engine/validate/standard/object_definition.h"
#include "engine/validate/standard/uids.h"

namespace slipring::validate::consistency {

namespace {

using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;
namespace tags = dicom::tags;

constexpr RuleId kSingleFrame{4, 24}, kPointer{4, 30}, kTimes{4, 31}, kGrid{4, 44};
constexpr Tag kIncrement{0x0028, 0x0009}, kTimeVector{0x0018, 0x1065}, kGridOffsets{0x3004, 0x000C};

// An object of a class without a multi-frame module has one frame.
void single_frame(Root& root, double frames) {
  const standard::Uid sop_class = standard::find_uid(root.text(tags::SOPClassUID));
  const standard::Iod* iod = standard::iod(sop_class.iod);
  if (iod == nullptr || frames <= 1) return;
  const bool multi_frame = std::ranges::binary_search(
      standard::level(iod->root), tags::NumberOfFrames.value, {}, &standard::Row::tag);
  if (multi_frame) return;
  root.say(kSingleFrame, Severity::Error, *root.find(tags::NumberOfFrames), [&] {
    return fmt::format("{} frames in {}, which has one", frames, standard::text(iod->name));
  });
}

void pointer(Root& root) {
  constexpr std::size_t kPointersMax = 16;
  const Element* element = root.find(kIncrement);
  if (element == nullptr) return;
  const object::Values values = root.values(*element);
  const std::size_t count = values.count();
  for (std::size_t n = 0; n < std::min(count, kPointersMax); ++n) {
    const auto tag = values.tag(n);
    if (!tag || root.data_set().find(*tag) != nullptr) continue;
    root.say(kPointer, Severity::Error, *element, [&] {
      return fmt::format("points to {}, which is not there", dicom::to_string(*tag));
    });
  }
}

void as_many_as_frames(Root& root, Wanted vector, RuleId rule, Severity severity, double frames) {
  const Element* element = root.find(vector);
  const std::size_t count = root.count(vector);
  if (element == nullptr || count == 0 || static_cast<double>(count) == frames) return;
  root.say(rule, severity, *element, [&] {
    return fmt::format("{} has {} values for {} frames", dicom::keyword(vector.tag), count, frames);
  });
}

}  // namespace

void check_frames(Root& root) {
  pointer(root);
  const auto frames = root.number(tags::NumberOfFrames);
  if (!frames) return;
  single_frame(root, *frames);
  as_many_as_frames(root, kTimeVector, kTimes, Severity::Warning, *frames);
  as_many_as_frames(root, kGridOffsets, kGrid, Severity::Error, *frames);
}

}  // namespace slipring::validate::consistency

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/dicom/dictionary.h"
#include "engine/validate/consistency/root.h"

namespace slipring::validate::consistency {

namespace {

using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;
namespace tags = dicom::tags;

constexpr RuleId kSameUid{4, 33}, kLaterality{4, 39}, kIdentity{4, 46}, kBurnedIn{4, 47},
    kPregnancy{4, 50};
constexpr Tag kFrameOfReference{0x0020, 0x0052}, kBodyPart{0x0018, 0x0015},
    kSeriesLaterality{0x0020, 0x0060}, kImageLaterality{0x0020, 0x0062},
    kIdentityRemoved{0x0012, 0x0062}, kBurnedInAnnotation{0x0028, 0x0301},
    kSharedGroups{0x5200, 0x9229}, kSex{0x0010, 0x0040}, kPregnancyStatus{0x0010, 0x21C0};

}  // namespace

void check_uids(Root& root) {
  constexpr std::array<Wanted, 4> kNames = {tags::StudyInstanceUID, tags::SeriesInstanceUID,
                                            kFrameOfReference, tags::SOPInstanceUID};
  std::array<std::string_view, kNames.size()> uids;
  for (std::size_t i = 0; i < kNames.size(); ++i) uids[i] = root.text(kNames[i]);
  for (std::size_t i = 1; i < kNames.size(); ++i) {
    // Toolkits name the frame of reference as the study: unwise, and nothing mixes them up.
    const Severity severity =
        kNames[i].tag == kFrameOfReference ? Severity::Warning : Severity::Error;
    for (std::size_t j = 0; j < i && !uids[i].empty(); ++j)
      if (uids[j] == uids[i])
        root.say(kSameUid, severity, *root.find(kNames[i]), [&] {
          return fmt::format("{} is also {}", dicom::keyword(kNames[i].tag),
                             dicom::keyword(kNames[j].tag));
        });
  }
}

namespace {

// Body parts people have two of (PS3.16 annex L).
constexpr std::array<std::string_view, 31> kPaired = {
    "ANKLE",    "ARM",    "BREAST", "CALCANEUS", "CALF",  "CLAVICLE", "EAR",    "ELBOW",
    "EYE",      "FEMUR",  "FIBULA", "FINGER",    "FOOT",  "FOREARM",  "HAND",   "HIP",
    "HUMERUS",  "KIDNEY", "KNEE",   "LEG",       "ORBIT", "PATELLA",  "RADIUS", "SCAPULA",
    "SHOULDER", "THIGH",  "THUMB",  "TIBIA",     "TOE",   "ULNA",     "WRIST"};
static_assert(std::ranges::is_sorted(kPaired));

void laterality(Root& root) {
  const std::string_view part = root.text(kBodyPart);
  if (part.empty() || !std::ranges::binary_search(kPaired, part)) return;
  if (root.find(kSeriesLaterality) != nullptr || root.find(kImageLaterality) != nullptr) return;
  if (root.find(kSharedGroups) != nullptr) return;  // frames say it in their anatomy
  root.say(kLaterality, Severity::Warning, *root.find(kBodyPart),
           [] { return std::string("a paired body part, and no laterality says which"); });
}

void removed(Root& root) {
  constexpr std::array<Wanted, 7> kDirect = {Tag(0x00100032), Tag(0x00101000), Tag(0x00101001),
                                             Tag(0x00101005), Tag(0x00101040), Tag(0x00101060),
                                             Tag(0x00102154)};
  if (root.text(kIdentityRemoved) != "YES") return;
  for (const Wanted& name : kDirect) {
    const Element* element = root.find(name);
    if (element == nullptr || root.count(name) == 0) continue;
    root.say(kIdentity, Severity::Warning, *element, [&] {
      return fmt::format("{} has a value; Patient Identity Removed is YES",
                         dicom::keyword(name.tag));
    });
  }
  const Element* burned = root.find(kBurnedInAnnotation);
  if (burned != nullptr && root.text(kBurnedInAnnotation) == "YES")
    root.say(kBurnedIn, Severity::Warning, *burned, [] {
      return std::string("annotation in the pixels; Patient Identity Removed is YES");
    });
}

// PS3.3 C.7.2.3: 2 is possibly and 3 definitely pregnant.
void pregnancy(Root& root) {
  const Element* status = root.find(kPregnancyStatus);
  if (status == nullptr || root.text(kSex) != "M") return;
  const auto number = root.number(kPregnancyStatus);
  if (number != 2.0 && number != 3.0) return;
  root.say(kPregnancy, Severity::Warning, *status,
           [] { return std::string("pregnant, and Patient's Sex is M"); });
}

}  // namespace

void check_identity(Root& root) {
  laterality(root);
  removed(root);
  pregnancy(root);
}

}  // namespace slipring::validate::consistency

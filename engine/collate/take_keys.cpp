#include "engine/collate/take_keys.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

#include "engine/collate/key_taker.h"
#include "engine/collate/media_directory.h"
#include "engine/collate/roots.h"

namespace slipring::collate {

using dicom::Element;
using dicom::ObjectKey;
using dicom::ObjectReference;
namespace tags = dicom::tags;

namespace {

// Never 0 for text.
std::uint16_t hash16(std::string_view text) {
  if (text.empty()) return 0;
  const auto hash = static_cast<std::uint16_t>(dicom::key_hash(text));
  return hash == 0 ? 1 : hash;
}

std::uint32_t hash32(std::string_view text) {
  if (text.empty()) return 0;
  const auto hash = static_cast<std::uint32_t>(dicom::key_hash(text));
  return hash == 0 ? 1 : hash;
}

std::string_view first_value(std::string_view text) { return text.substr(0, text.find('\\')); }

// The tags a key is made of, ascending, and the texts of those that were found.
enum Field : std::size_t {
  ImageType,
  SopInstance,
  StudyDate,
  Modality,
  Manufacturer,
  PatientName,
  PatientID,
  Issuer,
  BirthDate,
  Sex,
  BodyPart,
  Study,
  Series,
  InstanceNumber,
  Position,
  Orientation,
  FrameOfReference,
  Laterality,
  ImagesInAcquisition,
  Spacing,
  kFieldCount
};
constexpr std::array<dicom::Tag, kFieldCount> kTags = {tags::ImageType,
                                                       tags::SOPInstanceUID,
                                                       tags::StudyDate,
                                                       tags::Modality,
                                                       tags::Manufacturer,
                                                       tags::PatientName,
                                                       tags::PatientID,
                                                       tags::IssuerOfPatientID,
                                                       tags::PatientBirthDate,
                                                       tags::PatientSex,
                                                       tags::BodyPartExamined,
                                                       tags::StudyInstanceUID,
                                                       tags::SeriesInstanceUID,
                                                       tags::InstanceNumber,
                                                       tags::ImagePositionPatient,
                                                       tags::ImageOrientationPatient,
                                                       tags::FrameOfReferenceUID,
                                                       tags::Laterality,
                                                       tags::ImagesInAcquisition,
                                                       tags::PixelSpacing};
static_assert(std::ranges::is_sorted(kTags));

std::optional<std::int32_t> integer(std::string_view text) {
  text = dicom::trim_padding(first_value(text));
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A number as nearly all are written, without an exponent and of at most 15 digits: digits and
// power of ten are exact as doubles, so that the one division rounds as from_chars does. False:
// anything else.
bool take_plain_decimal(std::string_view text, double& value) {
  constexpr std::array<double, 16> kPowers = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() >= kPowers.size()) return false;
  std::uint64_t digits = 0;
  std::size_t behind_point = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') return false;
    digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
    behind_point += point ? 1 : 0;
  }
  if (point && text.size() == 1) return false;
  value = static_cast<double>(digits) / kPowers[behind_point];
  if (negative) value = -value;
  return true;
}

// Exactly so many decimal strings; nullopt when one is none or is out of all proportion.
template <std::size_t kCount>
std::optional<std::array<double, kCount>> decimals(std::string_view text) {
  constexpr double kMax = 1e6;  // mm; and a float holds it to 1/16
  std::array<double, kCount> values{};
  for (std::size_t i = 0; i < kCount; ++i) {
    if (i != 0 && text.empty()) return std::nullopt;
    const std::string_view value = first_value(text);
    std::string_view one = dicom::trim_padding(value);
    if (!one.empty() && one.front() == '+') one.remove_prefix(1);
    if (!take_plain_decimal(one, values[i])) {
      const auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), values[i]);
      if (error != std::errc{} || end != one.data() + one.size()) return std::nullopt;
    }
    if (!(std::abs(values[i]) <= kMax)) return std::nullopt;
    text.remove_prefix(std::min(text.size(), value.size() + 1));
  }
  if (!text.empty()) return std::nullopt;
  return values;
}

// Of values to 1/1000, so that 0.5 and 0.50000 are one.
template <std::size_t kCount>
std::uint16_t hash_of(const std::array<double, kCount>& values) {
  constexpr std::size_t kDigitsMax = 20;  // of a long long, with its sign
  std::array<char, kCount*(kDigitsMax + 1)> text;
  char* end = text.data();
  for (const double value : values) {
    end = std::to_chars(end, text.data() + text.size(), std::llround(value * 1000)).ptr;
    *end++ = '\\';
  }
  return hash16({text.data(), end});
}

void set_traits(ObjectKey& key, unsigned bits, bool on) {
  key.traits = static_cast<std::uint8_t>(on ? key.traits | bits : key.traits & ~bits);
}

std::uint8_t sex_of(std::string_view text) {
  if (text == "M") return 1;
  if (text == "F") return 2;
  return text == "O" ? 3 : 0;
}

std::uint8_t laterality_of(std::string_view text) {
  if (text == "R") return 1;
  if (text == "L") return 2;
  return text.empty() ? 0 : 3;
}

// The alphabetic group without the carets and spaces that some write behind it.
std::string plain_name(std::string_view name) {
  name = name.substr(0, name.find('='));
  while (!name.empty() && (name.back() == '^' || name.back() == ' ')) name.remove_suffix(1);
  return upper_case(name);
}

// UIDs of storage classes; patients, studies and procedure steps are referred to the same way and
// are no files (PS3.4 F, and retired ones).
bool is_storage_class(std::string_view uid) {
  return uid.starts_with("1.2.840.10008.5.1.4.1.1.") || uid.starts_with("1.2.840.10008.5.1.4.34.");
}

}  // namespace

std::uint16_t day_number(std::string_view date) {
  if (date.size() != 8) return 0;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(date.data(), date.data() + date.size(), number);
  if (error != std::errc{} || end != date.data() + date.size()) return 0;
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number / 10000)),
                                        std::chrono::month(number / 100 % 100),
                                        std::chrono::day(number % 100)};
  if (!day.ok()) return 0;
  const auto since = std::chrono::sys_days(day) -
                     std::chrono::sys_days(std::chrono::year(1899) / std::chrono::December / 31);
  return since.count() < 1 || since.count() > 0xFFFF ? std::uint16_t{0}
                                                     : static_cast<std::uint16_t>(since.count());
}

KeyTaker::KeyTaker() : places_(kTags) { static_assert(kFields == kFieldCount); }

std::string_view KeyTaker::text(std::size_t field) const {
  const Element* element = places_[field];
  return element == nullptr ? std::string_view{}
                            : dicom::trim_padding(as_text(data_set_.value(*element)));
}

void KeyTaker::mark_changed(const dicom::Scanned& scanned, bool alike) {
  changed_.fill(alike ? 0 : 1);
  if (!alike) return;
  for (const dicom::Likeness::Difference& each : scanned.likeness.data_set)
    for (std::size_t field = 0; field < kFields; ++field)
      changed_[field] |= places_.entry(field) == each.entry ? 1U : 0U;
}

void KeyTaker::take_uids() {
  if (changed(SopInstance)) {
    key_.sop = dicom::key_hash(text(SopInstance));
    key_.root = hash32(uid_root(text(SopInstance)));
  }
  if (changed(Study)) key_.study = dicom::key_hash(text(Study));
  if (changed(Series)) key_.series = dicom::key_hash(text(Series));
  if (changed(FrameOfReference)) key_.frame_of_reference = hash16(text(FrameOfReference));
}

void KeyTaker::take_instance() {
  if (!changed(InstanceNumber)) return;
  const auto number = integer(text(InstanceNumber));
  key_.instance = number.value_or(0);
  set_traits(key_, ObjectKey::kHasInstance, number.has_value());
}

void KeyTaker::take_patient() {
  if (changed(PatientID) || changed(Issuer)) {
    std::string patient(text(PatientID));
    if (!patient.empty()) patient.append("\\").append(text(Issuer));
    key_.patient = hash16(patient);
  }
  if (changed(PatientName)) key_.name = hash16(plain_name(text(PatientName)));
  if (changed(BirthDate)) key_.birth = hash16(text(BirthDate));
  if (!changed(Sex)) return;
  set_traits(key_, ObjectKey::kSexMask, false);
  set_traits(key_, sex_of(text(Sex)), true);
}

void KeyTaker::take_place() {
  if (changed(Spacing)) {
    const auto spacing = decimals<2>(text(Spacing));
    key_.spacing = spacing ? hash_of(*spacing) : std::uint16_t{0};
  }
  if (changed(Orientation)) axes_ = decimals<6>(text(Orientation));
  if (!changed(Orientation) && !changed(Position) && !changed(ImageType)) return;
  const auto position = decimals<3>(text(Position));
  const bool was_there = key_.orientation != 0 && !changed(Orientation);
  key_.position = 0;
  set_traits(key_, ObjectKey::kHasPosition, false);
  if (!position || !axes_) {
    key_.orientation = 0;
    return;
  }
  if (!was_there) key_.orientation = hash_of(*axes_);
  const auto& [rx, ry, rz, cx, cy, cz] = *axes_;
  const double nx = ry * cz - rz * cy;
  const double ny = rz * cx - rx * cz;
  const double nz = rx * cy - ry * cx;
  const double along = (*position)[0] * nx + (*position)[1] * ny + (*position)[2] * nz;
  const double length = nx * nx + ny * ny + nz * nz;
  const bool localizer = text(ImageType).find("LOCALIZER") != std::string_view::npos;
  // Axes that are no pair of right-angled unit vectors are layer 4's to tell.
  if (localizer || std::abs(length - 1) > 0.01) return;
  key_.position = static_cast<float>(along);
  set_traits(key_, ObjectKey::kHasPosition, true);
}

void KeyTaker::take_rest() {
  if (changed(Modality)) key_.modality = hash16(text(Modality));
  if (changed(BodyPart)) key_.body_part = hash16(upper_case(text(BodyPart)));
  if (changed(Laterality)) {
    set_traits(key_, 3U << ObjectKey::kLateralityShift, false);
    const unsigned laterality = laterality_of(text(Laterality));
    set_traits(key_, laterality << ObjectKey::kLateralityShift, true);
  }
  if (changed(StudyDate)) key_.study_day = day_number(text(StudyDate));
  if (changed(ImagesInAcquisition)) {
    const std::int32_t images = integer(text(ImagesInAcquisition)).value_or(0);
    key_.images_in_acquisition = static_cast<std::uint16_t>(std::clamp(images, 0, 0xFFFF));
  }
  if (changed(Manufacturer)) {
    const std::string maker = upper_case(text(Manufacturer));
    key_.maker = hash16(std::string_view(maker).substr(0, maker.find_first_of(" ,._-")));
  }
}

void KeyTaker::find_references() {
  references_.clear();
  const auto tape = data_set_.tape();
  const Element* sop_class = nullptr;  // the last one seen; good for what stands in the same item
  std::size_t others = 0;
  for (std::size_t i = 0; i < tape.size() && others < dicom::ObjectKeys::kReferencesMax; ++i) {
    const Element& element = tape[i];
    if (element.depth == 0) continue;
    if (element.is_item()) sop_class = nullptr;
    if (element.tag == tags::ReferencedSOPClassUID) sop_class = &element;
    if (element.tag != tags::ReferencedSOPInstanceUID || sop_class == nullptr ||
        sop_class->depth != element.depth)
      continue;
    if (!is_storage_class(dicom::trim_padding(as_text(data_set_.value(*sop_class))))) continue;
    const std::uint64_t target =
        dicom::key_hash(dicom::trim_padding(as_text(data_set_.value(element))));
    if (target == 0) continue;
    others += target == key_.sop ? 0 : 1;
    references_.push_back({target, static_cast<std::uint32_t>(i)});
  }
  std::ranges::sort(references_, [](const Reference& a, const Reference& b) {
    return a.target != b.target ? a.target < b.target : a.entry < b.entry;
  });
  const auto repeated = std::ranges::unique(references_, {}, &Reference::target);
  references_.erase(repeated.begin(), repeated.end());
}

void KeyTaker::take_references(const dicom::Scanned& scanned, bool alike,
                               std::vector<ObjectReference>& references) {
  const auto in_item = [&](const dicom::Likeness::Difference& each) {
    return scanned.tape[each.entry].depth != 0;
  };
  if (!alike || !references_known_ || std::ranges::any_of(scanned.likeness.data_set, in_item))
    find_references();
  references.reserve(references_.size());
  for (const Reference& each : references_) {
    if (each.target == key_.sop) continue;
    const std::uint64_t offset = scanned.tape[each.entry].offset;
    references.push_back({each.target, 0,
                          offset >= ObjectReference::kOffsetUnknown
                              ? ObjectReference::kOffsetUnknown
                              : static_cast<std::uint32_t>(offset)});
  }
  references_known_ = references_.size() <= kRememberedMax;
  if (!references_known_) references_ = {};
}

void KeyTaker::take(const dicom::Scanned& scanned, std::string_view path, const Content& content,
                    dicom::ObjectKeys& keys, dicom::Findings& findings) {
  keys.references.clear();
  data_set_ = scanned.data_set();
  const bool alike = places_.find_in(scanned) && scanned.kind != dicom::FileKind::Dicomdir;
  if (!alike) {
    key_ = {};
    if (scanned.actual != nullptr)
      key_.syntax = static_cast<std::uint8_t>(dicom::key_hash(scanned.actual->uid));
  }
  if (scanned.kind == dicom::FileKind::Dicomdir) {
    key_.traits = ObjectKey::kDirectory;
    keys.object = key_;
    return take_media_directory(scanned, path, keys, findings);
  }
  mark_changed(scanned, alike);
  take_uids();
  key_.content = static_cast<std::uint32_t>(content.hash);
  set_traits(key_, ObjectKey::kWholeContent, content.whole);
  take_instance();
  take_patient();
  take_place();
  take_rest();
  take_references(scanned, alike, keys.references);
  keys.object = key_;
}

void take_keys(const dicom::Scanned& scanned, std::string_view path, const Content& content,
               dicom::ObjectKeys& keys, dicom::Findings& findings) {
  KeyTaker().take(scanned, path, content, keys, findings);
}

}  // namespace slipring::collate

#include "engine/collate/take_keys.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

#include "engine/collate/media_directory.h"
#include "engine/collate/roots.h"

namespace slipring::collate {

using dicom::DataSet;
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

class Texts {
 public:
  explicit Texts(const DataSet& data_set) : data_set_(data_set) {
    data_set.find_each(kTags, found_);
  }
  [[nodiscard]] std::string_view operator[](Field field) const {
    const Element* element = found_[field];
    return element == nullptr ? std::string_view{}
                              : dicom::trim_padding(as_text(data_set_.value(*element)));
  }

 private:
  const DataSet& data_set_;
  std::array<const Element*, kFieldCount> found_{};
};

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

void take_place(const Texts& texts, ObjectKey& key) {
  const auto position = decimals<3>(texts[Position]);
  const auto axes = decimals<6>(texts[Orientation]);
  if (const auto spacing = decimals<2>(texts[Spacing])) key.spacing = hash_of(*spacing);
  if (!position || !axes) return;
  key.orientation = hash_of(*axes);
  const auto& [rx, ry, rz, cx, cy, cz] = *axes;
  const double nx = ry * cz - rz * cy;
  const double ny = rz * cx - rx * cz;
  const double nz = rx * cy - ry * cx;
  const double along = (*position)[0] * nx + (*position)[1] * ny + (*position)[2] * nz;
  const double length = nx * nx + ny * ny + nz * nz;
  const bool localizer = texts[ImageType].find("LOCALIZER") != std::string_view::npos;
  // Axes that are no pair of right-angled unit vectors are layer 4's to tell.
  if (localizer || std::abs(length - 1) > 0.01) return;
  key.position = static_cast<float>(along);
  key.traits |= ObjectKey::kHasPosition;
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

void take_patient(const Texts& texts, ObjectKey& key) {
  if (!texts[PatientID].empty()) {
    std::string patient(texts[PatientID]);
    patient += '\\';
    patient += texts[Issuer];
    key.patient = hash16(patient);
  }
  key.name = hash16(plain_name(texts[PatientName]));
  key.birth = hash16(texts[BirthDate]);
  key.traits |= sex_of(texts[Sex]);
}

// UIDs of storage classes; patients, studies and procedure steps are referred to the same way and
// are no files (PS3.4 F, and retired ones).
bool is_storage_class(std::string_view uid) {
  return uid.starts_with("1.2.840.10008.5.1.4.1.1.") || uid.starts_with("1.2.840.10008.5.1.4.34.");
}

void take_references(const DataSet& data_set, std::uint64_t own,
                     std::vector<ObjectReference>& references) {
  const auto tape = data_set.tape();
  const Element* sop_class = nullptr;  // the last one seen; good for what stands in the same item
  for (const Element& element : tape) {
    if (element.depth == 0) continue;
    if (element.is_item()) sop_class = nullptr;
    if (element.tag == tags::ReferencedSOPClassUID) sop_class = &element;
    if (element.tag != tags::ReferencedSOPInstanceUID || sop_class == nullptr ||
        sop_class->depth != element.depth)
      continue;
    if (!is_storage_class(dicom::trim_padding(as_text(data_set.value(*sop_class))))) continue;
    const std::uint64_t target =
        dicom::key_hash(dicom::trim_padding(as_text(data_set.value(element))));
    if (target == 0 || target == own) continue;
    const bool far = element.offset >= ObjectReference::kOffsetUnknown;
    references.push_back(
        {target, 0,
         far ? ObjectReference::kOffsetUnknown : static_cast<std::uint32_t>(element.offset)});
    if (references.size() == dicom::ObjectKeys::kReferencesMax) break;
  }
  std::ranges::sort(references, [](const ObjectReference& a, const ObjectReference& b) {
    return a.target != b.target ? a.target < b.target : a.offset < b.offset;
  });
  const auto repeated = std::ranges::unique(references, {}, &ObjectReference::target);
  references.erase(repeated.begin(), repeated.end());
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

void take_keys(const dicom::Scanned& scanned, std::string_view path, const Content& content,
               dicom::ObjectKeys& keys, dicom::Findings& findings) {
  keys.references.clear();
  ObjectKey& key = keys.object;
  key = {};
  if (scanned.actual != nullptr)
    key.syntax = static_cast<std::uint8_t>(dicom::key_hash(scanned.actual->uid));
  if (scanned.kind == dicom::FileKind::Dicomdir) {
    key.traits = ObjectKey::kDirectory;
    return take_media_directory(scanned, path, keys, findings);
  }
  const DataSet data_set = scanned.data_set();
  const Texts texts(data_set);
  key.sop = dicom::key_hash(texts[SopInstance]);
  key.study = dicom::key_hash(texts[Study]);
  key.series = dicom::key_hash(texts[Series]);
  key.content = static_cast<std::uint32_t>(content.hash);
  key.root = hash32(uid_root(texts[SopInstance]));
  if (content.whole) key.traits |= ObjectKey::kWholeContent;
  if (const auto number = integer(texts[InstanceNumber])) {
    key.instance = *number;
    key.traits |= ObjectKey::kHasInstance;
  }
  take_patient(texts, key);
  take_place(texts, key);
  key.modality = hash16(texts[Modality]);
  key.body_part = hash16(upper_case(texts[BodyPart]));
  key.frame_of_reference = hash16(texts[FrameOfReference]);
  key.traits |=
      static_cast<std::uint8_t>(laterality_of(texts[Laterality]) << ObjectKey::kLateralityShift);
  key.study_day = day_number(texts[StudyDate]);
  const std::int32_t images = integer(texts[ImagesInAcquisition]).value_or(0);
  key.images_in_acquisition = static_cast<std::uint16_t>(std::clamp(images, 0, 0xFFFF));
  const std::string maker = upper_case(texts[Manufacturer]);
  key.maker = hash16(std::string_view(maker).substr(0, maker.find_first_of(" ,._-")));
  take_references(data_set, key.sop, keys.references);
}

}  // namespace slipring::collate

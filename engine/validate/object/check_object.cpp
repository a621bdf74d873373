#include "engine/validate/object/check_object.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/validate/object/object_walk.h"
#include "engine/validate/object/parts.h"
#include "engine/validate/object/values.h"
#include "engine/validate/standard/uids.h"

namespace slipring::validate::object {

namespace {

namespace tags = dicom::tags;
using dicom::DataSet;
using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using standard::Uid;
using standard::UidKind;

constexpr RuleId kSopClass{4, 1}, kModality{4, 13}, kImageType{4, 14}, kNoRows{4, 16};

class Identity {
 public:
  Identity(const dicom::Scanned& scanned, const DataSet& data_set, catalogue::Reporter& reporter)
      : scanned_(scanned), data_set_(data_set), reporter_(reporter) {}

  // What the object says it is; the definition to hold it against, or null.
  const standard::Iod* judge() {
    const Element* element = data_set_.find(tags::SOPClassUID);
    std::string_view uid = data_set_.text(tags::SOPClassUID);
    if (uid.empty()) {
      say_sop_class(element, Severity::Error, "SOP Class UID is missing or empty");
      uid = scanned_.meta().text(tags::MediaStorageSOPClassUID);
    }
    const Uid known = standard::find_uid(uid);
    if (!uid.empty()) judge_sop_class(element, uid, known);
    const standard::Iod* iod = standard::iod(known.iod);
    if (iod == nullptr)
      no_rows(uid);
    else
      judge_rows(*iod);
    judge_modality(known);
    return iod;
  }

 private:
  [[nodiscard]] catalogue::Place at(const Element* element) const {
    if (element == nullptr) return {nullptr, 0, scanned_.data_set_begin};
    return {&data_set_, static_cast<std::size_t>(element - data_set_.tape().data()),
            element->offset};
  }

  void say_sop_class(const Element* element, Severity severity, std::string_view what) {
    reporter_.add(kSopClass, severity, at(element), [&] { return std::string(what); });
  }

  void judge_sop_class(const Element* element, std::string_view uid, const Uid& known) {
    if (known.kind == UidKind::SopClass) {
      if (known.retired) say_sop_class(element, Severity::Info, "SOP class is retired");
    } else if (uid.starts_with(standard::kDicomRoot)) {
      say_sop_class(element, Severity::Warning, "SOP Class UID is not one of the standard's");
    } else {
      say_sop_class(element, Severity::Info, "SOP class is private");
    }
  }

  void no_rows(std::string_view uid) {
    reporter_.add(kNoRows, Severity::Info, {nullptr, 0, scanned_.data_set_begin}, [&] {
      return fmt::format("no object definition for {}",
                         uid.empty() ? "an object without a SOP class" : "this SOP class");
    });
  }

  void judge_rows(const standard::Iod& iod) {
    for (const standard::Module& module : standard::modules(iod)) {
      if (module.known != 0) continue;
      return reporter_.add(kNoRows, Severity::Info, {nullptr, 0, scanned_.data_set_begin}, [&] {
        return fmt::format("module {} of {} was not judged", standard::text(module.name),
                           standard::text(iod.name));
      });
    }
  }

  void judge_modality(const Uid& known) {
    const Element* element = data_set_.find(tags::Modality);
    const std::string_view modality = data_set_.text(tags::Modality);
    std::string_view rest = known.modalities;
    if (element == nullptr || modality.empty() || rest.empty()) return;
    while (!rest.empty()) {
      const std::string_view one = rest.substr(0, rest.find('\\'));
      if (one == modality) return;
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    }
    reporter_.add(kModality, Severity::Error, at(element),
                  [&] { return fmt::format("Modality is not that of {}", known.name); });
  }

  const dicom::Scanned& scanned_;
  const DataSet& data_set_;
  catalogue::Reporter& reporter_;
};

// PS3.3 C.7.6.1.1.2: two values at least, the first two of few words.
void check_image_type(const DataSet& data_set, catalogue::Reporter& reporter) {
  const Element* element = data_set.find(tags::ImageType);
  if (element == nullptr) return;
  const Values values(data_set, *element);
  const auto say = [&](std::string_view what) {
    const auto index = static_cast<std::size_t>(element - data_set.tape().data());
    reporter.add(kImageType, Severity::Warning, {&data_set, index, element->offset},
                 [&] { return std::string(what); });
  };
  const std::size_t count = values.count();
  if (count == 0) return;
  const std::string_view first = values.text(0);
  const std::string_view second = values.text(1);
  if (count < 2)
    say("Image Type has fewer than 2 values");
  else if (first != "ORIGINAL" && first != "DERIVED" && first != "MIXED")
    say("value 1 of Image Type is not ORIGINAL or DERIVED");
  else if (second != "PRIMARY" && second != "SECONDARY" && second != "MIXED")
    say("value 2 of Image Type is not PRIMARY or SECONDARY");
}

// A DICOMDIR says in its meta group alone what it is (PS3.10 8.6): it has no SOP Class UID.
void check_directory(const dicom::Scanned& scanned, catalogue::Reporter& reporter) {
  const Uid known = standard::find_uid("1.2.840.10008.1.3.10");
  const standard::Iod* iod = standard::iod(known.iod);
  if (iod != nullptr) ObjectWalk(scanned, *iod, reporter).run();
}

}  // namespace

void check_object(const dicom::Scanned& scanned, catalogue::Reporter& reporter) {
  if (scanned.kind == dicom::FileKind::Dicomdir) return check_directory(scanned, reporter);
  const DataSet data_set = scanned.data_set();
  const standard::Iod* iod = Identity(scanned, data_set, reporter).judge();
  check_image_type(data_set, reporter);
  check_exclusions(data_set, reporter);
  if (iod == nullptr) return;
  ObjectWalk walk(scanned, *iod, reporter);
  walk.run();
  check_functional_groups(scanned, *iod, walk.wanted_groups(), reporter);
  check_overlay_groups(scanned, *iod, reporter);
}

}  // namespace slipring::validate::object

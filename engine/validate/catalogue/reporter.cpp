#include "engine/validate/catalogue/reporter.h"

namespace slipring::validate::catalogue {

std::string joined(std::initializer_list<std::string_view> pieces) {
  std::size_t length = 0;
  for (const std::string_view piece : pieces) length += piece.size();
  std::string text;
  text.reserve(length);
  for (const std::string_view piece : pieces) text += piece;
  return text;
}

void Reporter::keep(dicom::RuleId rule, dicom::Severity severity, const Place& place,
                    std::string message) {
  dicom::Finding finding{rule, severity, {}, place.offset, {}, std::move(message)};
  if (place.data_set != nullptr && place.missing != dicom::Tag()) {
    finding.tag = place.missing;
    if (place.tape_index != Place::kDataSet)
      finding.path = place.data_set->path_of(place.tape_index) + '.';
    finding.path += dicom::to_string(place.missing);
  } else if (place.data_set != nullptr) {
    finding.tag = place.data_set->tape()[place.tape_index].tag;
    finding.path = place.data_set->path_of(place.tape_index);
  }
  findings_.keep(std::move(finding));
}

}  // namespace slipring::validate::catalogue

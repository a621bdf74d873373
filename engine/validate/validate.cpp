#include "engine/validate/validate.h"

#include <algorithm>

#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/consistency/check_consistency.h"
#include "engine/validate/dictionary/check_dictionary.h"
#include "engine/validate/image/check_image.h"
#include "engine/validate/object/check_object.h"
#include "engine/validate/values/check_values.h"

namespace slipring::validate {

namespace {

using dicom::Finding;
using dicom::RuleId;
using dicom::Severity;

// The rule that a reason to stop belongs to, for a scan that did not say.
RuleId rule_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::NotDicom:
      return {1, 1};
    case ErrorCode::LimitExceeded:
      return {2, 8};
    case ErrorCode::Malformed:
      return {2, 10};
    default:
      return {2, 4};
  }
}

void add_scan_error(const dicom::Scanned& scanned, dicom::Findings& findings) {
  if (!scanned.error) return;
  const bool said = std::ranges::any_of(scanned.findings.kept(), [&](const Finding& finding) {
    return finding.severity == Severity::Error && finding.offset == scanned.error->offset;
  });
  if (said) return;
  findings.add({rule_of(*scanned.error),
                Severity::Error,
                {},
                scanned.error->offset,
                {},
                std::string(scanned.error->what)});
}

}  // namespace

Answer validate(const dicom::Scanned& scanned, const Options& options, dicom::Schedule& schedule,
                dicom::Findings& findings) {
  findings.append(scanned.findings);
  add_scan_error(scanned, findings);
  Answer answer;
  if (!dicom::is_dicom(scanned.kind) || scanned.actual == nullptr) return answer;
  catalogue::Reporter reporter(findings);
  if (options.values) {
    values::check_values(scanned.meta(), reporter);
    values::check_values(scanned.data_set(), reporter);
  }
  if (options.object && !scanned.stopped_early) {
    dictionary::check_dictionary(scanned, reporter);
    object::check_object(scanned, reporter);
    consistency::check_consistency(scanned, reporter);
  }
  if (scanned.stopped_early) return answer;  // the pixel data may be behind
  const image::ImageAnswer image = image::check_image(
      scanned, {options.decode_pixels, options.digests}, options.released, schedule, reporter);
  answer.pixel_digest = image.pixel_digest;
  answer.frames = image.frames;
  return answer;
}

}  // namespace slipring::validate

#include "engine/validate/validate.h"

#include <algorithm>

#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/consistency/check_consistency.h"
#include "engine/validate/dictionary/check_dictionary.h"
#include "engine/validate/image/check_image.h"
#include "engine/validate/object/check_object.h"
#include "engine/validate/object/read_values.h"
#include "engine/validate/validate_in_series.h"
#include "engine/validate/values/check_values.h"

namespace slipring::validate {

namespace {

using dicom::Finding;
using dicom::RuleId;
using dicom::Severity;
using recall::Recall;
using recall::Sweep;

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

void check_values(const dicom::Scanned& scanned, Recall& recall, catalogue::Reporter& reporter) {
  using values::counts_for_others;
  recall.sweep(Sweep::MetaValues, counts_for_others, [&](const recall::TapeMarks& settled) {
    values::check_values(scanned.meta(), settled, reporter);
  });
  recall.sweep(Sweep::Values, counts_for_others, [&](const recall::TapeMarks& settled) {
    values::check_values(scanned.data_set(), settled, reporter);
  });
}

void check_object(const dicom::Scanned& scanned, Recall& recall, catalogue::Reporter& reporter) {
  recall.sweep(Sweep::Dictionary, dictionary::counts_for_others,
               [&](const recall::TapeMarks& settled) {
                 dictionary::check_dictionary(scanned, settled, reporter);
               });
  const auto reads = [&](const Recall::Difference& each) {
    const dicom::Element& element = scanned.tape[each.entry];
    const bool same_emptiness = (element.length == 0) == (each.length_before == 0);
    return recall.entries_read(object::reads_value_of)[each.entry] ||
           (!same_emptiness && object::asks_whether_empty(element.tag));
  };
  recall.rule(recall::Rule::Object, reads, [&] {
    object::check_object(scanned, reporter);
    return 0;
  });
  consistency::check_consistency(scanned, recall, reporter);
}

// The values that image rules may look at where no pixel is decoded and none is compressed: those
// from the first of the image's groups on, and of native pixel data its length.
class ReadByImageRules {
 public:
  ReadByImageRules(const dicom::Scanned& scanned, Recall& recall) : tape_(scanned.tape) {
    const auto first = recall.places(recall::Lookup::Image, [&](auto& places) {
      const auto found = std::ranges::find_if(tape_, is_of_image);
      places.push_back(static_cast<std::uint32_t>(found - tape_.begin()));
    });
    first_ = first.front();
  }
  bool operator()(const Recall::Difference& each) const {
    const dicom::Element& element = tape_[each.entry];
    const bool last_is_pixels =
        each.entry + 1 == tape_.size() && element.tag == dicom::tags::PixelData;
    return each.entry >= first_ && !(last_is_pixels && element.length == each.length_before);
  }

 private:
  static bool is_of_image(const dicom::Element& element) {
    const unsigned group = element.tag.group();
    return group == 0x0028 || group == 0x0088 || (group & 0xFF00U) == 0x6000 || group == 0x7FE0;
  }
  const dicom::Tape& tape_;
  std::size_t first_ = 0;
};

}  // namespace

Answer validate(const dicom::Scanned& scanned, const Options& options, dicom::Schedule& schedule,
                dicom::Findings& findings) {
  Recall none = Recall::of_nothing();
  return validate(scanned, options, none, schedule, findings);
}

Answer validate(const dicom::Scanned& scanned, const Options& options, Recall& recall,
                dicom::Schedule& schedule, dicom::Findings& findings) {
  findings.append(scanned.findings);
  add_scan_error(scanned, findings);
  Answer answer;
  if (!dicom::is_dicom(scanned.kind) || scanned.actual == nullptr) return answer;
  catalogue::Reporter reporter(findings);
  recall.begin(scanned, findings);
  if (options.values) check_values(scanned, recall, reporter);
  if (options.object && !scanned.stopped_early) check_object(scanned, recall, reporter);
  const auto image_rules = [&] {
    return image::check_image(scanned, {options.decode_pixels, options.digests, options.opened},
                              options.released, schedule, reporter);
  };
  const bool by_header = !options.decode_pixels && !scanned.actual->encapsulated;
  if (by_header && !scanned.stopped_early)  // otherwise the pixel data may be behind
    answer.frames = recall.rule(recall::Rule::Image, ReadByImageRules(scanned, recall),
                                [&] { return image_rules().frames; });
  recall.finish();
  if (by_header || scanned.stopped_early) return answer;
  const image::ImageAnswer image = image_rules();
  answer.pixel_digest = image.pixel_digest;
  answer.frames = image.frames;
  return answer;
}

}  // namespace slipring::validate

// Any bytes through scan and validate. The first byte says whether pixels are decoded.
#include <cstdlib>
#include <vector>

#include "engine/scan/scan.h"
#include "engine/validate/rules.h"
#include "engine/validate/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  if (size == 0) return 0;
  const std::vector<std::uint8_t> bytes(data + 1, data + size);
  dicom::Scanned scanned;
  scan::Options limits;
  limits.limits.inflated_bytes_max = 1 << 20;
  scan::scan(bytes, bytes.size(), limits, scanned);
  if (scanned.more_needed_bytes != 0) return 0;
  validate::Options options;
  options.decode_pixels = data[0] % 2 == 0;
  dicom::SerialSchedule schedule;
  dicom::Findings findings;
  const validate::Answer answer = validate::validate(scanned, options, schedule, findings);
  if (answer.pixel_digest && !options.decode_pixels) std::abort();
  for (const dicom::Finding& finding : findings.kept())
    if (validate::find_rule(finding.rule) == nullptr || finding.message.empty()) std::abort();
  return 0;
}

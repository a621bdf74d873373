// What a ledger keeps of a file in one value: any bytes are read or refused, and what was read is
// packed into bytes that read the same.
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/ledger/details.h"

namespace {

using namespace slipring;

void require(bool condition) {
  if (!condition) std::abort();
}

// False: the bytes are refused.
bool read(Bytes packed, dicom::Record& record, std::string& what) {
  const auto details = ledger::unpack_details(packed);
  if (!details || !ledger::unpack_findings(details->findings, record.findings)) return false;
  if (details->keys) {
    record.keys = dicom::decode_keys(*details->keys);
    if (!record.keys) return false;
  }
  record.source = details->source;
  record.frames = details->frames;
  record.sop_instance = details->sop_instance;
  record.path = "d/f";
  record.output = details->output_is_path ? std::string_view(record.path) : details->output;
  record.pixel_verified = details->pixel_verified;
  record.error = details->error;
  if (record.error) {
    what = record.error->what;
    record.error->what = what;
  }
  record.error_tag = details->error_tag;
  record.pixel_digest = details->pixel_digest;
  record.dataset_digest = details->dataset_digest;
  record.output_digest = details->output_digest;
  record.content_digest = details->content_digest;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dicom::Record record;
  std::string what;
  if (!read({data, size}, record, what)) return 0;
  std::vector<std::uint8_t> packed;
  ledger::pack_details(record, true, packed);
  dicom::Record again;
  std::string what_again;
  require(read(packed, again, what_again));
  std::vector<std::uint8_t> packed_again;
  ledger::pack_details(again, true, packed_again);
  require(packed == packed_again && what == what_again);
  require(record.findings.kept().size() == again.findings.kept().size());
  for (const auto severity :
       {dicom::Severity::Info, dicom::Severity::Warning, dicom::Severity::Error})
    require(record.findings.count(severity) == again.findings.count(severity));
  return 0;
}

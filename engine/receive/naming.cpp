#include "engine/receive/naming.h"

#include <fmt/format.h>

#include "engine/deliver/write_file.h"

namespace slipring::receive {

namespace {
constexpr std::size_t kSuffixDigits = 8;
}

std::string output_name(const dicom::Record& record, bool apart) {
  const std::string suffix =
      apart ? "-" + dicom::to_hex(record.output_digest->bytes).substr(0, kSuffixDigits) : "";
  const std::string leaf = deliver::uid_component(record.sop_instance) + suffix + ".dcm";
  if (record.study.empty() || record.series.empty()) return "unfiled/" + leaf;
  return fmt::format("{}/{}/{}", deliver::uid_component(record.study),
                     deliver::uid_component(record.series), leaf);
}

std::string refused_name(const dicom::Record& record) {
  return ".slipring/refused/" + deliver::uid_component(record.sop_instance);
}

}  // namespace slipring::receive

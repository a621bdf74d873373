#include "engine/receive/naming.h"

#include <fmt/format.h>

#include "engine/deliver/write_file.h"

namespace slipring::receive {

std::string output_name(const dicom::Record& record, std::string_view digits) {
  const std::string leaf = fmt::format("{}{}{}.dcm", deliver::uid_component(record.sop_instance),
                                       digits.empty() ? "" : "-", digits);
  if (record.study.empty() || record.series.empty()) return "unfiled/" + leaf;
  return fmt::format("{}/{}/{}", deliver::uid_component(record.study),
                     deliver::uid_component(record.series), leaf);
}

std::string refused_name(const dicom::Record& record) {
  return ".slipring/refused/" + deliver::uid_component(record.sop_instance);
}

}  // namespace slipring::receive

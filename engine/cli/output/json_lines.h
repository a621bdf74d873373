// The JSON contract (interface.md), version 1: one object a line on stdout, fixed names. Text from
// files is made valid UTF-8 (dicom/escape); no values of patient attributes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "engine/dicom/record.h"
#include "engine/ingest/observer.h"
#include "engine/ingest/summary.h"

namespace slipring::cli {

using Json = nlohmann::ordered_json;

// {"v":1,"type":...}
[[nodiscard]] Json line(std::string_view type);
[[nodiscard]] Json object_line(const dicom::Record& record);
[[nodiscard]] Json finding_line(std::string_view path, const dicom::Finding& finding);
[[nodiscard]] Json error_line(const dicom::Record& record);
[[nodiscard]] Json error_line(std::string_view path, const Error& error);
[[nodiscard]] Json progress_line(const ingest::Progress& progress);
[[nodiscard]] Json summary_line(const ingest::Summary& summary, const ingest::Exit& exit);

// Writes the line to stdout.
void print(const Json& json);

}  // namespace slipring::cli

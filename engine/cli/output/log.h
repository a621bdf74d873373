// The log: messages for people on stderr (and in a file where asked), never results.
#pragma once

#include <string>
#include <string_view>

#include "codecs/base/error.h"
#include "engine/dicom/record.h"

namespace slipring::cli {

// Throws spdlog's exception when the file cannot be opened.
void open_log(const std::string& file, int verbosity);
void log_info(std::string_view text);
void log_warning(std::string_view text);
void log_error(std::string_view text);

// "what at 0x5e0: expected 8192, found 8130", or errno's text for Io.
[[nodiscard]] std::string describe(const Error& error);
// What a person can do about it; "" when there is nothing to say.
[[nodiscard]] std::string_view hint(const Error& error);
// The same of a file's error. Requires record.error.
[[nodiscard]] std::string_view hint(const dicom::Record& record);

}  // namespace slipring::cli

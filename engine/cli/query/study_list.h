// A list of studies as sites have them: a Study Instance UID a line, or a CSV with a column of
// them. Text from outside: every bound is here.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "codecs/base/result.h"

namespace slipring::cli {

struct StudyListLimits {
  std::size_t studies_max = 50'000'000;
  std::size_t line_bytes_max = std::size_t{64} << 10;
};

// Of each line the first field that is a UID with a dot in it; each once, in order. Empty lines are
// passed over, and the first one where it is a heading: nothing in it looks like a UID, right or
// wrong. A byte order mark is no part of it.
// Errors: Malformed (a line names no study) and LimitExceeded, with the number of the line, from 1,
// as offset.
[[nodiscard]] Result<std::vector<std::string>> parse_study_list(std::istream& text,
                                                                const StudyListLimits& limits = {});
// The same of a file. Errors: also Io, with errno.
[[nodiscard]] Result<std::vector<std::string>> read_study_list(const std::string& path);

// "list.csv:7: a line of the list names no study"
[[nodiscard]] std::string study_list_message(const std::string& path, const Error& error);

}  // namespace slipring::cli

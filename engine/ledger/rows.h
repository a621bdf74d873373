// A Record to and from the row of a file. Ledger's own.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "engine/dicom/record.h"
#include "engine/ledger/sqlite.h"
#include "engine/ledger/words.h"

namespace slipring::ledger {

// Everything that rows refer to.
struct Lookups {
  Words words;
  Words directories;
  std::set<std::string, std::less<>> error_texts;  // Error::what views them: never removed
};

// "a/b/" and "c" of "a/b/c": put together they are the path again, whatever its bytes.
struct PathParts {
  std::string_view directory;
  std::string_view name;
};
[[nodiscard]] PathParts split(std::string_view path);

// The columns that bind_record() binds and read_record() reads, in order; without id, directory,
// name.
[[nodiscard]] std::string_view record_columns();

struct RowContext {
  bool done = false;
  std::int64_t job = 0;
  std::int64_t options = 0;  // id of the word
};
[[nodiscard]] Result<void> bind_record(Statement& statement, const RowContext& context,
                                       const dicom::Record& record, Lookups& lookups);

// Reads record_columns(), which start at the statement's next column. `path` is the file's.
[[nodiscard]] Result<dicom::Record> read_record(Statement& row, std::string path, Lookups& lookups);

// What read_finding() reads, in order, from the statement's next column on.
inline constexpr std::string_view kFindingColumns = "rule,severity,tag,offset,path,message";
[[nodiscard]] Result<dicom::Finding> read_finding(Statement& row);
[[nodiscard]] Result<dicom::Outcome> outcome_from(std::int64_t number);
[[nodiscard]] Result<dicom::Severity> severity_from(std::int64_t number);

[[nodiscard]] constexpr std::int64_t number_of(dicom::RuleId rule) {
  return std::int64_t{rule.layer} * 256 + rule.number;
}
[[nodiscard]] constexpr dicom::RuleId rule_from(std::int64_t number) {
  return {static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

}  // namespace slipring::ledger

// A Record to and from the row of a file. Ledger's own.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dicom/record.h"
#include "engine/ledger/details.h"
#include "engine/ledger/incoming.h"
#include "engine/ledger/shared.h"
#include "engine/ledger/sqlite.h"
#include "engine/ledger/words.h"

namespace slipring::ledger {

// Everything that rows refer to.
struct Lookups {
  Words words;
  Words directories;
  SharedRows shared;
  std::set<std::string, std::less<>> error_texts;  // Error::what views them: never removed

  [[nodiscard]] static Result<Lookups> open(Database& database, bool writable);
  // After a rollback or a deletion: what is remembered may not be there any more.
  void forget();
};

// "a/b/" and "c" of "a/b/c": put together they are the path again, whatever its bytes.
struct PathParts {
  std::string_view directory;
  std::string_view name;
};
[[nodiscard]] PathParts split(std::string_view path);

// The columns that FileRows gives and read_record() reads, in order; without id, directory, name.
[[nodiscard]] std::string_view record_columns();
// So many of them, at the front, are the same for all rows of a batch: done, job.
inline constexpr int kBatchColumns = 2;

struct RowContext {
  bool done = false;
  std::int64_t job = 0;
};

inline constexpr std::int64_t kNoId = -1;

// The ids that a record's row consists of. Views are of the record.
struct RowIds {
  std::int64_t id = kNoId;
  bool had_findings = false;
  std::int64_t directory = 0;
  std::string_view name;
  std::int64_t shared = 0;
};

// All but the rows' own ids. Makes what words, directories and shared rows there are not yet.
[[nodiscard]] Result<std::vector<RowIds>> look_up(std::span<const dicom::Record* const> records,
                                                  Lookups& lookups);

// As the table files has them: id, directory, name and the record_columns() after kBatchColumns.
class FileRows final : public IncomingRows {
 public:
  FileRows(const RowContext& context, std::span<const dicom::Record* const> records,
           std::span<const RowIds> ids)
      : context_(context), records_(records), ids_(ids) {}
  [[nodiscard]] std::size_t size() const override { return records_.size(); }
  void give(std::size_t row, int column, Cell cell) const override;

 private:
  const RowContext& context_;
  std::span<const dicom::Record* const> records_;
  std::span<const RowIds> ids_;
  mutable std::vector<std::uint8_t> details_;  // of the row that was asked for last
};

// Where rows stand by directory and name; c0 directory, c1 name.
class PathRows final : public IncomingRows {
 public:
  explicit PathRows(std::span<const RowIds> rows) : rows_(rows) {}
  [[nodiscard]] std::size_t size() const override { return rows_.size(); }
  void give(std::size_t row, int column, Cell cell) const override;

 private:
  std::span<const RowIds> rows_;
};

// As the table cross_findings has them.
class CrossRows final : public IncomingRows {
 public:
  struct Row {
    std::int64_t file;
    std::int64_t number;
    const dicom::Finding* finding;
  };
  explicit CrossRows(std::span<const Row> rows) : rows_(rows) {}
  [[nodiscard]] std::size_t size() const override { return rows_.size(); }
  void give(std::size_t row, int column, Cell cell) const override;

 private:
  std::span<const Row> rows_;
};

// Reads record_columns(), which start at the statement's next column, into a record whose path is
// the file's, over whatever it held.
enum class Read : std::uint8_t { All, NoFindings };
[[nodiscard]] Result<void> read_record(Statement& row, dicom::Record& record, Lookups& lookups,
                                       Read what);

// The parts of it: what many files share, and the details; an error's text stays a view of them.
void take_facts(const SharedFacts& facts, dicom::Record& record);
[[nodiscard]] Result<void> take_details(const Details& details, dicom::Record& record, Read what);

// What read_finding() reads, in order, from the statement's next column on.
inline constexpr std::string_view kFindingColumns = "rule,severity,tag,offset,path,message";
[[nodiscard]] Result<dicom::Finding> read_finding(Statement& row);
// `what` of an error as long as the ledger is open.
[[nodiscard]] std::string_view keep_text(std::string_view what, Lookups& lookups);
[[nodiscard]] Result<dicom::Outcome> outcome_from(std::int64_t number);
[[nodiscard]] Result<dicom::Severity> severity_from(std::int64_t number);

[[nodiscard]] constexpr std::int64_t number_of(dicom::RuleId rule) {
  return std::int64_t{rule.layer} * 256 + rule.number;
}
[[nodiscard]] constexpr dicom::RuleId rule_from(std::int64_t number) {
  return {static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

}  // namespace slipring::ledger

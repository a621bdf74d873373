// Matches of a query as people and programs read them: a table of the attributes asked for, or a
// JSON line a match. Text is UTF-8 whatever the peer's character set was, and escaped.
#pragma once

#include <string>
#include <vector>

#include "engine/cli/output/json_lines.h"
#include "engine/query/answer.h"
#include "engine/query/key.h"

namespace slipring::cli {

// Rows whose columns are as wide as the first of them need; those beyond kRowsMeasured are printed
// as they come, so that a query of any size takes the same memory.
class MatchTable {
 public:
  static constexpr std::size_t kRowsMeasured = 512;
  static constexpr std::size_t kWidthMax =
      40;  // of any column but the last; wider values stick out

  explicit MatchTable(std::vector<query::Key> columns) : columns_(std::move(columns)) {}
  void add(const query::Answer& answer);
  void finish();  // prints what is held back

 private:
  using Row = std::vector<std::string>;
  void print_rows();
  void print_row(const Row& row) const;

  std::vector<query::Key> columns_;
  std::vector<Row> rows_;  // not printed yet
  std::vector<std::size_t> widths_;
  bool measured_ = false;
};

// The data set in the DICOM JSON Model (PS3.18 Annex F), values of raw bytes left out; text is
// UTF-8, so Specific Character Set is left out too.
[[nodiscard]] Json dicom_json(const query::Answer& answer);

}  // namespace slipring::cli

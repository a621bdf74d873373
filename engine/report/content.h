// Everything a report says, as numbers and lists: what as_json and as_text both print. Report's
// own.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/ledger.h"
#include "engine/report/report.h"

namespace slipring::report {

struct Sizes {
  std::uint64_t objects = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t written = 0;           // of these objects, those with an output
  std::uint64_t bytes_in_written = 0;  // what the ratio is of
  std::uint64_t bytes_out = 0;
};

struct Content {
  static constexpr std::size_t kModalitiesMax = 256;  // names from data: the rest is counted as ""
  static constexpr std::size_t kDecades = 20;         // of 64-bit sizes

  std::string path;
  ledger::Totals totals;
  std::uint64_t unfinished = 0;  // seen, no outcome
  bool cross_hidden = false;     // findings between objects, as Ledger has it
  std::vector<ledger::RuleGroup> rules;
  std::vector<RuleTexts> rule_texts;  // one for each of `rules`
  std::vector<ledger::ReasonGroup> reasons;
  std::vector<ledger::SyntaxGroup> syntaxes;
  std::vector<ledger::Job> jobs;
  std::map<std::string, Sizes, std::less<>> by_modality;
  std::array<std::uint64_t, kDecades>
      by_decade{};  // files whose size has that many digits, less one
  std::uint64_t written = 0;
  std::uint64_t pixels_verified = 0;  // the same digest from the source and from the bytes written
  std::uint64_t pixels_lossy = 0;     // a digest of what was written, which has other pixels
  std::uint64_t pixels_digested = 0;  // a digest of the source only
  std::string rows_sha256;  // of every row's path, outcome, sizes, digests and output, in order
};

[[nodiscard]] Result<Content> collect(ledger::Ledger& ledger, const DescribeRule& describe);

// "12 = 7 converted + 5 failed"
[[nodiscard]] std::string arithmetic(const Content& content);
// What was checked and what was not, a sentence each.
[[nodiscard]] std::vector<std::string> method(const Content& content);
// What a person can do about an outcome that is no plain success; "" when nothing needs doing.
[[nodiscard]] std::string_view advice(const ledger::ReasonGroup& group);
// "j2k-lossless (1.2.840.10008.1.2.4.90)"; the UID, escaped, when unknown; "none" of "".
[[nodiscard]] std::string syntax_text(std::string_view uid);
// "the value ends beyond the file: expected 8192, found 8130"; "" without an error.
[[nodiscard]] std::string error_text(const dicom::Record& record);

}  // namespace slipring::report

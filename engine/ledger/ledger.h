// Stage 7, the ledger: every file seen, exactly one outcome. SQLite, WAL, one writer. The only door to
// SQLite. Two states of a row: PLANNED (about to be linked) and DONE; DONE implies a durable output.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codecs/base/result.h"
#include "engine/dicom/record.h"

namespace slipring::ledger {

struct Job {
  std::int64_t id = 0;
  std::string name;           // unique, sortable: "20261122T150000Z-3f2a91c4"
  std::string command;        // "convert"
  std::string arguments;      // what was typed after it, for people
  std::string option_hash;    // what must be equal for rows to be reusable: target, options, layout
  std::string source;         // roots, newline separated
  std::int64_t started_ms = 0;   // wall clock, informative only
  std::int64_t finished_ms = 0;  // 0: running or killed
  std::int32_t exit_code = -1;
  std::string exit_reason;
};

// What a run before knows of a file.
struct Known {
  dicom::FileIdentity source;
  dicom::Outcome outcome;
  bool done = false;           // false: PLANNED only
  std::string option_hash;
};

struct Totals {
  std::uint64_t seen = 0;
  std::array<std::uint64_t, dicom::kOutcomeCount> by_outcome{};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::array<std::uint64_t, 3> findings{};  // by Severity
};

class Ledger {
 public:
  enum class Mode : std::uint8_t { Write, Read };
  // Write: creates what is missing, locks (a second writer gets Error{Io, actual = EWOULDBLOCK}), checks the
  // schema version. Errors: Io, Malformed (damaged; `what` says what to do), Unsupported (newer schema).
  [[nodiscard]] static Result<std::unique_ptr<Ledger>> open(const std::string& path, Mode mode);
  ~Ledger();

  [[nodiscard]] Result<Job> start_job(Job job);     // fills id, name, started_ms
  [[nodiscard]] Result<void> finish_job(const Job& job);
  [[nodiscard]] Result<void> forget_all();          // --fresh: rows, findings; jobs stay as history

  // One transaction each. A record replaces the row of the same path. Findings are stored with DONE.
  [[nodiscard]] Result<void> plan(const Job& job, std::span<const dicom::Record* const> records);
  [[nodiscard]] Result<void> done(const Job& job, std::span<const dicom::Record* const> records);

  // Resume: what is known of a path; nullopt when nothing is. Any thread? No: the writer's only.
  [[nodiscard]] Result<std::optional<Known>> known(std::string_view path);
  // For resume, in one go: calls for every row. For duplicates: every written row that has a SOP instance.
  [[nodiscard]] Result<void> each_known(const std::function<void(std::string_view path, const Known&)>& take);
  [[nodiscard]] Result<void> each_record(const std::function<void(const dicom::Record&)>& take,
                                         bool with_findings = false);  // in order of sequence, then path
  struct FindingFilter {
    std::string rule;      // "" any
    std::string severity;  // "" any; "E" "W" "I"
    std::string path;      // "" any; exact
  };
  [[nodiscard]] Result<void> each_finding(const FindingFilter& filter,
      const std::function<void(std::string_view path, const dicom::Finding&)>& take);

  [[nodiscard]] Result<Totals> totals();
  [[nodiscard]] Result<std::vector<Job>> jobs();
  [[nodiscard]] const std::string& path() const;

 private:
  Ledger();
  struct State;
  std::unique_ptr<State> state_;
};

// Where a command without an output tree keeps its ledger:
// $XDG_STATE_HOME/slipring/<last component>-<8 hex of the source roots>.db
[[nodiscard]] std::string state_path(std::span<const std::string> roots);

}  // namespace slipring::ledger

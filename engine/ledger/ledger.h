// Stage 7, the ledger: every file seen, exactly one outcome. SQLite, WAL, one writer. The only door
// to SQLite. Two states of a row: PLANNED (about to be linked) and DONE; DONE implies a durable
// output.
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
#include "engine/ledger/read_rows.h"

namespace slipring::ledger {

struct Job {
  std::int64_t id = 0;
  std::string name;         // unique, sortable: "20261122T150000Z-3f2a91c4"
  std::string command;      // "convert"
  std::string arguments;    // what was typed after it, for people
  std::string option_hash;  // what must be equal for rows to be reusable: target, options, layout
  std::string source;       // roots, newline separated
  std::int64_t started_ms = 0;   // wall clock, informative only
  std::int64_t finished_ms = 0;  // 0: running or killed
  bool running = false;          // given by jobs(): it has not ended, and its program is there
  std::int32_t exit_code = -1;
  std::string exit_reason;
  // Of all that layer 6 was judged by, where it found nothing. Not given by jobs().
  std::optional<dicom::Xxh128Digest> nothing_between;
};

// What a run before knows of a file. Views are good during the call.
struct Known {
  dicom::FileIdentity source;
  dicom::Outcome outcome;
  bool done = false;             // false: PLANNED only
  std::string_view option_hash;  // good as long as the ledger is open
  std::int64_t job = 0;          // that wrote the row: the last to read the file
  std::optional<ErrorCode> error;
  std::string_view sop_class;
  std::uint32_t held = HeldRows::kNone;  // the row's number where each_known() was to hold rows
};

// The books. They balance when seen is the sum over by_outcome: a file that is only PLANNED is seen
// and has no outcome yet.
struct Totals {
  std::uint64_t seen = 0;
  std::array<std::uint64_t, dicom::kOutcomeCount> by_outcome{};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::array<std::uint64_t, 3> findings{};  // by Severity

  [[nodiscard]] bool balanced() const;
};

// Groups of DONE rows, for reports; each with its first example in order of sequence.
struct RuleGroup {
  dicom::RuleId rule;
  dicom::Severity severity = dicom::Severity::Warning;
  std::uint64_t objects = 0;
  std::uint64_t findings = 0;
  std::string example_path;
  dicom::Finding example;
};
struct ReasonGroup {
  dicom::Outcome outcome = dicom::Outcome::Failed;
  std::string reason;  // not empty
  std::uint64_t objects = 0;
  std::uint64_t bytes_in = 0;
  dicom::Record example;  // without findings
};
struct SyntaxGroup {
  std::string from;  // transfer syntax UIDs; "" is none
  std::string to;
  std::uint64_t objects = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

// What is handed out by reference or view is good during the call, except Error::what of a record,
// which is good as long as the ledger is open.
class Ledger {
 public:
  enum class Mode : std::uint8_t { Write, Read };
  // Write: creates what is missing, locks (a second writer gets Error{Io, actual = EWOULDBLOCK}),
  // checks the schema version. Errors: Io, Malformed (damaged; `what` says what to do), Unsupported
  // (newer schema).
  [[nodiscard]] static Result<std::unique_ptr<Ledger>> open(const std::string& path, Mode mode);
  ~Ledger();

  [[nodiscard]] Result<Job> start_job(Job job);  // fills id, name, started_ms
  [[nodiscard]] Result<void> finish_job(const Job& job);
  [[nodiscard]] Result<void> forget_all();  // --fresh: rows, findings; jobs stay as history

  // One transaction each. A record replaces the row of the same path. Findings are stored with
  // DONE.
  [[nodiscard]] Result<void> plan(const Job& job, std::span<const dicom::Record* const> records);
  [[nodiscard]] Result<void> done(const Job& job, std::span<const dicom::Record* const> records);
  // The same in a transaction that stays open: the rows are in the ledger with the next commit(),
  // or with the next call of another kind. Where one fails, none since the last commit() is.
  [[nodiscard]] Result<void> add_done(const Job& job,
                                      std::span<const dicom::Record* const> records);
  [[nodiscard]] Result<void> commit();
  // The numbers of the rows that the last of plan(), done() and add_done() wrote, in the order of
  // its records, by which row_at() has them; none where it failed.
  [[nodiscard]] std::span<const std::int64_t> rows_written() const;

  // Resume: what is known of a path; nullopt when nothing is. Any thread? No: the writer's only.
  [[nodiscard]] Result<std::optional<Known>> known(std::string_view path);
  // The whole row with its findings, content digest and keys; nullopt when there is none that is
  // DONE. The writer's thread only.
  [[nodiscard]] Result<std::optional<dicom::Record>> record_of(std::string_view path);
  // The same of many paths at once, in their order. Without findings between objects, which are
  // judged anew; without any where they are not wanted. The writer's thread only.
  enum class With : std::uint8_t { Findings, NoFindings };
  [[nodiscard]] Result<std::vector<std::optional<dicom::Record>>> records_of(
      std::span<const std::string_view> paths, With with);
  // For resume, in one go: calls for every row, PLANNED or DONE. `take` must not call the ledger.
  // Rows that are DONE without an error are kept in `held`, if there is one, while it has room.
  [[nodiscard]] Result<void> each_known(
      const std::function<void(std::string_view path, const Known&)>& take,
      HeldRows* held = nullptr);
  [[nodiscard]] Result<void> each_record(
      const std::function<void(const dicom::Record&)>& take,
      bool with_findings = false);  // DONE rows, in order of sequence
  // Of every row that is DONE and has the digest of what it wrote: its number, by which row_at()
  // has it, the name of what it wrote, and the file's outcome. In no order; `take` must not call
  // the ledger.
  [[nodiscard]] Result<void> each_output(
      const std::function<void(std::int64_t row, std::string_view output, dicom::Outcome outcome)>&
          take);
  // The same of every row that is DONE and wrote something that has a SOP Instance UID, in the
  // order in which files came into the ledger.
  [[nodiscard]] Result<void> each_instance(
      const std::function<void(std::int64_t row, std::string_view sop_instance)>& take);
  // Beyond those of all rows that are DONE.
  [[nodiscard]] Result<std::uint64_t> next_sequence();
  // Without findings; nullopt when it is not there any more.
  [[nodiscard]] Result<std::optional<dicom::Record>> row_at(std::int64_t row);
  // Rows and findings of these paths, as if they had never been seen. One transaction.
  [[nodiscard]] Result<void> forget(std::span<const std::string> paths);

  // Findings between objects (layer 6) come when all files are done, and are judged anew in every
  // run: after begin_cross(), add_cross() adds to their files' rows what does not stand there yet,
  // and end_cross() drops what stood there and did not come again. forget_cross() drops those of
  // all files. What is added is committed by end_cross(), or when it is much. Paths that have no
  // row are passed over. While a validation writes, and after one that was killed, rows hold such
  // findings of two runs or lack them: whoever opens the ledger then to read sees none, in totals
  // and groups neither.
  struct CrossFinding {
    std::string path;
    dicom::Finding finding;
  };
  [[nodiscard]] Result<void> forget_cross();
  // Whether a job that ended found nothing between objects by what has this digest.
  [[nodiscard]] Result<bool> found_nothing_between(const dicom::Xxh128Digest& digest);
  [[nodiscard]] Result<void> begin_cross();
  [[nodiscard]] Result<void> add_cross(std::span<const CrossFinding> findings);
  [[nodiscard]] Result<void> end_cross();

  struct FindingFilter {
    std::string rule;      // "" any
    std::string severity;  // "" any; "E" "W" "I"
    std::string path;      // "" any; exact
  };
  [[nodiscard]] Result<void> each_finding(
      const FindingFilter& filter,
      const std::function<void(std::string_view path, const dicom::Finding&)>& take);

  [[nodiscard]] Result<Totals> totals();
  [[nodiscard]] Result<std::vector<RuleGroup>> rule_groups();      // by severity, then rule
  [[nodiscard]] Result<std::vector<ReasonGroup>> reason_groups();  // by outcome, then most objects
  [[nodiscard]] Result<std::vector<SyntaxGroup>> syntax_groups();  // most objects first
  [[nodiscard]] Result<std::vector<Job>> jobs();
  // Files that have their outcome by this job, and no later one.
  [[nodiscard]] Result<std::uint64_t> files_of(const Job& job);
  [[nodiscard]] const std::string& path() const;
  // Whether findings between objects are left out, because the last validation did not end.
  [[nodiscard]] bool cross_hidden() const;

 private:
  friend class Deliveries;  // the same database, for what was sent to a peer
  Ledger();
  struct State;
  std::unique_ptr<State> state_;
};

// Where a command without an output tree keeps its ledger:
// $XDG_STATE_HOME/slipring/<last component>-<8 hex of the source roots>.db
[[nodiscard]] std::string state_path(std::span<const std::string> roots);

}  // namespace slipring::ledger

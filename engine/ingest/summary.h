// Summary: the books of a job. Counted file by file where outcomes become final.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "engine/dicom/record.h"
#include "engine/dicom/scanned.h"

namespace slipring::ingest {

struct Progress {
  double seconds = 0;
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // found so far
  bool total_final = false;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t failed = 0;
};

struct Tally {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

// Of one rule and severity: objects that break it, with the first as an example. A rule that is an
// error of one object may be a note of another.
struct RuleKind {
  dicom::RuleId rule;
  dicom::Severity severity = dicom::Severity::Info;
  friend constexpr auto operator<=>(const RuleKind&, const RuleKind&) = default;
};
struct RuleTally {
  std::uint64_t objects = 0;
  std::uint64_t findings = 0;
  std::string example_path;
  dicom::Finding example;
};

// Counts the one finding of that rule that an object has.
void tally(std::string_view path, const dicom::Finding& finding,
           std::map<RuleKind, RuleTally>& rules);

struct Summary {
  std::uint64_t discovered = 0;  // names discovery gave
  std::uint64_t seen = 0;        // outcomes recorded
  std::array<std::uint64_t, dicom::kOutcomeCount> by_outcome{};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::array<std::uint64_t, 3> findings{};  // by Severity
  // With a baseline: of those, the ones it does not have.
  std::optional<std::array<std::uint64_t, 3>> new_findings;
  std::map<RuleKind, RuleTally> rules;
  std::uint64_t resumed = 0;        // outcomes taken over from a run before
  std::uint64_t resumed_bytes = 0;  // in files that were not read for them
  std::uint64_t read_again = 0;     // files read although nothing of them changed
  std::uint64_t rotten = 0;         // files whose bytes changed and nothing else
  std::uint64_t vanished = 0;       // files of a run before that are not there
  bool between_judged = false;      // layer 6 was judged: all files were seen
  std::uint64_t dicom_files = 0;
  std::uint64_t pixels_verified = 0;
  std::map<dicom::FileKind, Tally> kinds;
  std::map<std::string, Tally> syntaxes;                       // by UID of `from`
  std::map<std::pair<std::string, std::string>, Tally> moves;  // from -> to
  std::map<std::string, Tally> reasons;                        // of outcomes that have one
  std::unordered_set<std::uint64_t> studies;                   // hashes
  std::uint64_t unreadable = 0;                                // Io, Vanished, Changed
  bool interrupted = false;
  bool window_ended = false;         // --until or --max-duration, before all files were seen
  bool stopped_on_error = false;     // --on-error stop
  std::optional<Error> destination;  // the first error of the output's disk
  std::optional<Error> ledger;       // the first error of the ledger
  double seconds = 0;

  void count(const dicom::Record& record, dicom::FileKind kind);
  void count_between(std::string_view path, const dicom::Finding& finding);
  // Every name discovered has exactly one outcome, and the outcomes add up.
  [[nodiscard]] bool balanced() const;
};

// How a command ended: its exit code, and the word for it in --json, in a job's row and at the end
// on the terminal.
struct Exit {
  int code = 0;
  std::string_view reason;  // static
};

// All there are: the exit codes of interface.md, and the reasons of each.
namespace exits {
inline constexpr Exit kOk{0, "ok"};
inline constexpr Exit kObjectsFailed{1, "objects-failed"};
inline constexpr Exit kFindings{1, "findings"};
inline constexpr Exit kBooksDoNotBalance{1, "books-do-not-balance"};
inline constexpr Exit kOutputDiffers{1, "output-differs"};
inline constexpr Exit kExtraFiles{1, "extra-files"};
inline constexpr Exit kCodecFailed{1, "codec-failed"};
inline constexpr Exit kNotCommitted{1, "not-committed"};
inline constexpr Exit kUsage{2, "usage"};
inline constexpr Exit kSourceUnreadable{3, "source-unreadable"};
inline constexpr Exit kOutputUnreadable{3, "output-unreadable"};
inline constexpr Exit kNoDicomFound{4, "no-dicom-found"};
inline constexpr Exit kNothingInTheLedger{4, "nothing-in-the-ledger"};
inline constexpr Exit kNothingToMeasure{4, "nothing-to-measure"};
inline constexpr Exit kNothingToDo{4, "nothing-to-do"};
inline constexpr Exit kDestinationFailed{5, "destination-failed"};
inline constexpr Exit kPeerFailed{5, "peer-failed"};
inline constexpr Exit kLedgerFailed{6, "ledger-failed"};
inline constexpr Exit kInterrupted{130, "interrupted"};
inline constexpr Exit kWindowEnded{130, "window-ended"};
inline constexpr Exit kTimeIsUp{130, "time-is-up"};
}  // namespace exits

// The worst of what happened.
[[nodiscard]] Exit exit_of(const Summary& summary, std::optional<dicom::Severity> fail_on);

}  // namespace slipring::ingest

// ReceiveOutput: what `slipring receive` prints: a line an association on the terminal, an event an
// object with --json (for whose reader no association waits), and the books at the end.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "engine/cli/commands.h"
#include "engine/cli/output/line_writer.h"
#include "engine/ingest/summary.h"
#include "engine/receive/receiver.h"

namespace slipring::cli {

class ReceiveOutput {
 public:
  explicit ReceiveOutput(const Context& context)
      : context_(context), lines_(context.json ? std::make_unique<LineWriter>() : nullptr) {}

  void listening(const receive::IntakeOptions& options, const std::string& ae_title,
                 std::uint16_t port, const std::string& job);
  // One at a time.
  void object(const receive::Arrived& arrived);
  // From any thread.
  void association(const dimse::Ended& ended, const receive::AssociationTally& tally);
  // What came until now, for who asked (SIGUSR1). From any thread.
  void so_far(bool discards, double seconds);
  void finished(const receive::IntakeOptions& options, double seconds, const ingest::Exit& exit);

  // Call when nothing is received any more.
  [[nodiscard]] ingest::Exit exit(bool ledger_failed) const;

 private:
  [[nodiscard]] std::uint64_t of(dicom::Outcome outcome) const;
  [[nodiscard]] std::string totals_text(bool discards) const;

  const Context& context_;
  std::unique_ptr<LineWriter> lines_;  // of --json
  mutable std::mutex mutex_;
  ingest::Summary summary_;
  std::uint64_t apart_ = 0;
  std::uint64_t unfortunate_ = 0;  // failed for our sake
  std::uint64_t associations_ = 0;
  std::uint64_t failures_shown_ = 0;
};

}  // namespace slipring::cli

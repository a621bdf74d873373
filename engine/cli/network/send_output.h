// What `slipring send` prints: a line an object, progress, the table of statuses at the end; text
// or JSON (interface.md).
#pragma once

#include <string>

#include "engine/cli/commands.h"
#include "engine/cli/output/progress_display.h"
#include "engine/ingest/send/send.h"
#include "engine/ingest/send/survey.h"

namespace slipring::cli {

class SendOutput final : public ingest::send::Observer {
 public:
  SendOutput(const Context& context, std::string peer);
  void started(const ingest::send::Options& options, const ledger::Job& job) override;
  void object(const ingest::send::Report& report) override;
  void progress(const ingest::send::Progress& progress) override;
  void finished(const ingest::send::Options& options, const ingest::send::Summary& summary,
                const ingest::Exit& exit);
  // --dry-run
  void surveyed(const ingest::send::Survey& survey);

 private:
  const Context& context_;
  ProgressDisplay display_;
  std::string peer_;  // for people
  std::uint64_t failures_shown_ = 0;
};

}  // namespace slipring::cli

// What `slipring send` prints: a line an object, progress, the table of statuses at the end; text
// or JSON (interface.md).
#pragma once

#include <chrono>
#include <string>

#include "engine/cli/commands.h"
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
  void clear_bar();
  const Context& context_;
  std::string peer_;  // for people
  bool bar_ = false;
  bool plain_ = false;
  bool bar_shown_ = false;
  std::uint64_t failures_shown_ = 0;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

}  // namespace slipring::cli

// JobOutput: what scan, validate and convert show while they run and at the end: JSON lines, or a
// progress line on stderr, a line per failure, and a summary on stdout.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/cli/commands.h"
#include "engine/cli/export/finding_file.h"
#include "engine/cli/output/progress_display.h"
#include "engine/ingest/observer.h"
#include "engine/ingest/options.h"
#include "engine/ingest/summary.h"

namespace slipring::cli {

class JobOutput final : public ingest::Observer {
 public:
  JobOutput(const Context& context, std::string command);

  void started(const ingest::Options& options, const ledger::Job& job) override;
  void object(const dicom::Record& record, dicom::FileKind kind) override;
  void between(std::string_view path, const dicom::Finding& finding, bool known) override;
  void progress(const ingest::Progress& progress) override;
  // Findings go there too.
  void add_file(std::string path, std::unique_ptr<FindingFile> file) {
    files_.push_back({std::move(path), std::move(file)});
  }
  // False when one could not be written; says which on stderr.
  [[nodiscard]] bool close_files();
  // The last word: the summary, where the ledger is, what to do next, the exit code.
  void finished(const ingest::Options& options, const ingest::Summary& summary,
                const ingest::Exit& exit);

 private:
  void object_text(const dicom::Record& record);

  struct NamedFile {
    std::string path;
    std::unique_ptr<FindingFile> file;
  };

  const Context& context_;
  ProgressDisplay display_;
  std::shared_ptr<const ingest::Judgement> judgement_;
  std::vector<NamedFile> files_;
  std::string command_;
  std::uint64_t failures_shown_ = 0;
};

}  // namespace slipring::cli

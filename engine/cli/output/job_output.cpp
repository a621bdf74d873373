#include "engine/cli/output/job_output.h"

#include <fmt/format.h>

#include <cstdio>

#include "engine/cli/output/amounts.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/summary_text.h"
#include "engine/dicom/escape.h"

namespace slipring::cli {

using dicom::Outcome;
using dicom::terminal_text;

namespace {

constexpr std::uint64_t kFailuresShown = 50;  // the rest is in the ledger

}  // namespace

JobOutput::JobOutput(const Context& context, std::string command)
    : context_(context), display_(context), command_(std::move(command)) {}

void JobOutput::started(const ingest::Options& options, const ledger::Job& job) {
  judgement_ = options.judgement;
  if (context_.json) {
    Json json = line("start");
    json["cmd"] = command_;
    json["job"] = job.name;
    json["ledger"] = dicom::json_text(options.ledger);
    json["threads"] = options.threads;
    json["version"] = SLIPRING_VERSION;
    print(json);
  }
}

bool JobOutput::close_files() {
  bool all = true;
  for (NamedFile& each : files_) {
    const auto closed = each.file->close();
    if (closed) continue;
    all = false;
    log_error(fmt::format("slipring: {}: {}", each.path, describe(closed.error())));
  }
  files_.clear();
  return all;
}

void JobOutput::between(std::string_view path, const dicom::Finding& finding, bool known) {
  for (NamedFile& each : files_) each.file->add(path, finding, known);
  if (context_.json) return print(finding_line(path, finding));
  if (context_.verbosity < 2) return;
  display_.clear();
  log_info(fmt::format("{}: {} {} {} {}", terminal_text(path), dicom::to_string(finding.rule),
                       dicom::letter(finding.severity), finding.path,
                       terminal_text(finding.message)));
}

void JobOutput::object(const dicom::Record& record, dicom::FileKind) {
  if (!files_.empty())
    for (const dicom::Finding& finding : record.findings.kept()) {
      const bool known = judgement_ != nullptr && judgement_->baseline &&
                         judgement_->baseline->has(record.path, finding);
      for (NamedFile& each : files_) each.file->add(record.path, finding, known);
    }
  if (context_.json) {
    for (const dicom::Finding& finding : record.findings.kept())
      print(finding_line(record.path, finding));
    if (record.error) print(error_line(record));
    print(object_line(record));
    return;
  }
  object_text(record);
}

void JobOutput::object_text(const dicom::Record& record) {
  const bool failed = record.outcome == Outcome::Failed || record.outcome == Outcome::Quarantined;
  const bool remarkable = !record.reason.empty();
  if (failed ? context_.verbosity < 1 && failures_shown_++ >= kFailuresShown
             : context_.verbosity < 1 || !remarkable)
    return;
  display_.clear();
  std::string text = fmt::format("{}: {}", terminal_text(record.path), dicom::name(record.outcome));
  if (record.error)
    text += ": " + describe(*record.error);
  else if (remarkable)
    text += ": " + terminal_text(record.reason);
  if (!record.error_tag.empty()) text += " in " + record.error_tag;
  if (record.error && !hint(record).empty()) text += fmt::format(" ({})", hint(record));
  failed ? log_error(text) : log_info(text);
  if (context_.verbosity < 2) return;
  for (const dicom::Finding& finding : record.findings.kept())
    log_info(fmt::format("  {} {} {} {}", dicom::to_string(finding.rule),
                         dicom::letter(finding.severity), finding.path,
                         terminal_text(finding.message)));
}

void JobOutput::progress(const ingest::Progress& progress) {
  display_.show([&] { return progress_line(progress); },
                [&] { return progress_text(progress, command_); });
}

void JobOutput::finished(const ingest::Options& options, const ingest::Summary& summary,
                         const ingest::Exit& exit) {
  display_.clear();
  if (context_.json) {
    print(summary_line(summary, exit));
  } else {
    if (failures_shown_ > kFailuresShown && context_.verbosity < 1)
      log_error(fmt::format("... and {} more; all are in the ledger",
                            count_text(failures_shown_ - kFailuresShown)));
    std::fputs(summary_text(options, summary, exit).c_str(), stdout);
  }
  std::fflush(stdout);
}

}  // namespace slipring::cli

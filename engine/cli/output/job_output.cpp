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

std::string bar_text(const ingest::Progress& progress, std::string_view command) {
  constexpr int kWidth = 24;
  const double seconds = progress.seconds > 0 ? progress.seconds : 1e-9;
  const double files_rate = static_cast<double>(progress.done) / seconds;
  const auto bytes_rate =
      static_cast<std::uint64_t>(static_cast<double>(progress.bytes_in) / seconds);
  const double part = progress.total == 0 ? 0
                                          : static_cast<double>(progress.done) /
                                                static_cast<double>(progress.total);
  std::string bar;
  for (int i = 0; i < kWidth; ++i) bar += i < static_cast<int>(part * kWidth) ? "█" : "░";
  std::string text =
      fmt::format("{} {} {:3.0f}%  {} files  {} files/s  {}/s", command, bar, part * 100,
                  count_text(progress.done), count_text(static_cast<std::uint64_t>(files_rate)),
                  bytes_text(bytes_rate));
  if (progress.failed > 0) text += fmt::format("  failed {}", count_text(progress.failed));
  if (progress.total_final && files_rate > 0)
    text +=
        "  ETA " + seconds_text(static_cast<double>(progress.total - progress.done) / files_rate);
  return text;
}

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
  if (record.error && !hint(*record.error).empty())
    text += fmt::format(" ({})", hint(*record.error));
  failed ? log_error(text) : log_info(text);
  if (context_.verbosity < 2) return;
  for (const dicom::Finding& finding : record.findings.kept())
    log_info(fmt::format("  {} {} {} {}", dicom::to_string(finding.rule),
                         dicom::letter(finding.severity), finding.path,
                         terminal_text(finding.message)));
}

void JobOutput::progress(const ingest::Progress& progress) {
  display_.show([&] { return progress_line(progress); },
                [&] { return bar_text(progress, command_); });
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

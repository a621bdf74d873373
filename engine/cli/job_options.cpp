#include "engine/cli/job_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>

#include "engine/cli/export/finding_file.h"
#include "engine/cli/nightly/metrics.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/job_output.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/signals.h"
#include "engine/ingest/ingest.h"

namespace slipring::cli {

std::uint64_t parse_size(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (unit.ends_with('B') || unit.ends_with('b')) unit.remove_suffix(1);
  if (unit.ends_with('i')) unit.remove_suffix(1);
  constexpr std::string_view kUnits = "KMGT";
  const std::size_t power =
      unit.empty() ? 0 : kUnits.find(static_cast<char>(std::toupper(unit[0])));
  const unsigned shift = unit.empty() ? 0 : static_cast<unsigned>(10 * (power + 1));
  if (error != std::errc{} || unit.size() > 1 || power == std::string_view::npos ||
      (number >> (63 - shift)) != 0)
    throw UsageError("size", fmt::format("'{}' is not a size such as 512M or 4G", text));
  return number << shift;
}

void add_job_options(Command& command, JobOptions& options) {
  ingest::Options& ingest = options.ingest;
  command.add_option("--files-from", ingest.files_from,
                     "read paths from this file, one a line; - is stdin");
  command.add_flag("-0,--null", ingest.null_separated, "paths in --files-from end with NUL");
  command.add_option("-j,--threads", ingest.threads, "worker threads; 0 is one per processor")
      .envname("SLIPRING_THREADS");
  command
      .add_option_function(
          "--memory",
          [&ingest](const std::string& text) { ingest.memory_bytes = parse_size(text); },
          "bytes in flight at most (512M, 4G); a quarter of the machine's by default")
      .envname("SLIPRING_MEMORY");
  command.add_option("--ledger", ingest.ledger, "where the ledger is kept");
  command.add_flag("--drop-cache", ingest.drop_cache, "leave the page cache as it was");
  command.add_option("--fail-on", options.fail_on, "exit 1 for findings of this severity")
      .one_of({"error", "warning", "info", "never"});
  command.add_flag_callback("--no-halt", [] {}, "accepted: errors never stop a run unless asked");
}

void add_fsync_option(Command& command, deliver::Fsync& fsync, const std::string& help) {
  static const std::map<std::string, deliver::Fsync> kFsync = {{"none", deliver::Fsync::None},
                                                               {"batch", deliver::Fsync::Batch},
                                                               {"file", deliver::Fsync::File}};
  command.add_choice("--fsync", fsync, kFsync, help);
}

namespace {

std::optional<dicom::Severity> severity_of(const std::string& word) {
  if (word == "error") return dicom::Severity::Error;
  if (word == "warning") return dicom::Severity::Warning;
  if (word == "info") return dicom::Severity::Info;
  return std::nullopt;
}

// What keeps a job from starting at all.
int refuse(const Context& context, const Error& error, const ingest::Options& options) {
  const bool is_ledger =
      error.code == ErrorCode::Malformed || error.code == ErrorCode::Unsupported ||
      (error.code == ErrorCode::Io && error.what.find("ledger") != std::string_view::npos);
  const std::string path = is_ledger ? options.ledger : options.output;
  if (context.json) print(error_line(path, error));
  const bool elsewhere = is_ledger && error.code == ErrorCode::Io && error.actual != EWOULDBLOCK;
  log_error(fmt::format("slipring: {}: {}{}", path, describe(error),
                        elsewhere ? "; --ledger FILE keeps it elsewhere" : ""));
  return is_ledger ? kExitLedger : kExitDestination;
}

// Files that findings go to beside the terminal; false when one cannot be made.
bool open_files(const JobOptions& options, JobOutput& output) {
  struct Wanted {
    const std::string& path;
    Result<std::unique_ptr<FindingFile>> (*open)(const std::string& path);
  };
  for (const Wanted& wanted : {Wanted{options.sarif, open_sarif}, Wanted{options.csv, open_csv}}) {
    if (wanted.path.empty()) continue;
    auto file = wanted.open(wanted.path);
    if (!file) {
      log_error(fmt::format("slipring: {}: {}", wanted.path, describe(file.error())));
      return false;
    }
    output.add_file(wanted.path, *std::move(file));
  }
  return true;
}

// What is written when all is known; an exit code says when it could not be.
ingest::Exit write_files(const JobOptions& options, const ingest::Summary& summary,
                         ingest::Exit exit, JobOutput& output) {
  bool written = output.close_files();
  if (!options.metrics_file.empty()) {
    const std::int64_t now_s = ingest::system_clock().wall_ms() / 1000;
    const auto metrics = write_metrics(options.metrics_file, summary, exit, now_s);
    if (!metrics) {
      log_error(fmt::format("slipring: {}: {}", options.metrics_file, describe(metrics.error())));
      written = false;
    }
  }
  if (!written && exit.code != kExitLedger) exit = ingest::exits::kDestinationFailed;
  return exit;
}

}  // namespace

int run_job(const Context& context, const std::string& command, JobOptions options) {
  if (options.ingest.sources.empty() && options.ingest.files_from.empty()) {
    log_error("slipring: name a file or a directory, or give --files-from");
    return kExitUsage;
  }
  if (std::ranges::find(options.ingest.sources, "") != options.ingest.sources.end()) {
    log_error("slipring: a source is '': the name of nothing");
    return kExitUsage;
  }
  catch_interrupts();
  options.ingest.arguments = context.arguments;
  JobOutput output(context, command);
  ingest::settle(options.ingest);
  if (!open_files(options, output)) return kExitDestination;
  const auto summary = ingest::run(options.ingest, output);
  if (!summary) return refuse(context, summary.error(), options.ingest);
  const ingest::Exit exit = write_files(
      options, *summary, ingest::exit_of(*summary, severity_of(options.fail_on)), output);
  output.finished(options.ingest, *summary, exit);
  return exit.code;
}

}  // namespace slipring::cli

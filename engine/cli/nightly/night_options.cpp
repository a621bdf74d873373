#include "engine/cli/nightly/night_options.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "engine/cli/nightly/amounts_of_time.h"
#include "engine/cli/nightly/severities.h"

namespace slipring::cli {

namespace {

constexpr double kEveryDays = 90;

void add_rescan_options(Command& command, ingest::Options& ingest) {
  command.add_flag("--only-changed", ingest.only_changed,
                   "read new and changed files only; what a run before found of the others stays");
  command.add_option_function(
      "--rescan-budget",
      [&ingest](const std::string& text) { ingest.rescan_bytes_per_second = parse_rate(text); },
      "with --only-changed: read unchanged files again too, the longest unread first, at this rate "
      "at most (200M/s)");
  command.add_option_function(
      "--every",
      [&ingest](const std::string& text) { ingest.rescan_every_days = parse_days(text); },
      "so that no file stays unread for longer (90d, which is what --rescan-budget alone means)");
}

void add_window_options(Command& command, JobOptions& options) {
  ingest::Options& ingest = options.ingest;
  command.add_option_function(
      "--until",
      [&options](const std::string& text) {
        static_cast<void>(seconds_until(text, std::tm{}));
        options.until = text;
      },
      "begin no file after this time of day (06:00)");
  command.add_option_function(
      "--max-duration",
      [&ingest](const std::string& text) { ingest.window_seconds = parse_span(text); },
      "begin no file after so long (4h)");
  command.add_option_function(
      "--bwlimit",
      [&ingest](const std::string& text) { ingest.bytes_per_second = parse_rate(text); },
      "read no faster (500M)");
  command.add_option("--io-priority", options.io_priority, "idle: only when nobody else reads")
      .one_of({"normal", "idle"});
}

void be_idle() {
  // ioprio_set(2). <linux/ioprio.h> says the same, but newer ones are no C++: `class` is a name.
  constexpr int kWhoProcess = 1;
  constexpr int kClassIdle = 3;
  constexpr int kClassShift = 13;
  // Threads that are started later inherit it.
  const long set = ::syscall(SYS_ioprio_set, kWhoProcess, 0, kClassIdle << kClassShift);
  if (set != 0)
    throw std::runtime_error(
        fmt::format("--io-priority: {}", std::generic_category().message(errno)));
}

double until_seconds(const std::string& until) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return seconds_until(until, local);
}

}  // namespace

void add_night_options(Command& command, JobOptions& options) {
  add_rescan_options(command, options.ingest);
  add_window_options(command, options);
  command.add_option("--profile", options.profile,
                     "archive, migration, strict, or a TOML file that sets severities of rules");
  command.add_option(
      "--baseline", options.baseline,
      "findings that are known, as 'slipring findings LEDGER --json' writes them: only "
      "new ones count for --fail-on");
  command.add_option("--sarif", options.sarif, "all findings in this file, as SARIF 2.1.0");
  command.add_option("--csv", options.csv, "all findings in this file, a line each");
  command.add_option("--metrics-file", options.metrics_file,
                     "what the run was, for node_exporter's textfile collector (NAME.prom)");
}

void prepare_night(JobOptions& options) {
  ingest::Options& ingest = options.ingest;
  const bool rescans = ingest.rescan_bytes_per_second != 0 || ingest.rescan_every_days > 0;
  if (rescans && !ingest.only_changed)
    throw std::runtime_error("--rescan-budget and --every go with --only-changed");
  if (rescans && ingest.rescan_every_days <= 0) ingest.rescan_every_days = kEveryDays;
  auto judgement = std::make_shared<ingest::Judgement>();
  if (!options.profile.empty()) judgement->profile = read_profile(options.profile);
  if (!options.baseline.empty()) judgement->baseline = read_baseline(options.baseline);
  ingest.judgement = std::move(judgement);
  if (!options.until.empty()) {
    const double left = until_seconds(options.until);
    ingest.window_seconds =
        ingest.window_seconds > 0 ? std::min(ingest.window_seconds, left) : left;
  }
  if (options.io_priority == "idle") be_idle();
}

}  // namespace slipring::cli

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/cli/commands.h"
#include "engine/cli/ledger_place.h"
#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"
#include "engine/ledger/deliveries.h"

namespace slipring::cli {

namespace {

constexpr std::size_t kArgumentsShown = 120;  // bytes; all are in --json

std::string state_of(const ledger::Job& job) {
  if (job.finished_ms == 0) return job.running ? "running" : "killed";
  return job.exit_code == 0 ? "done" : fmt::format("exit {} ({})", job.exit_code, job.exit_reason);
}

std::string time_of(std::int64_t ms) {
  return ms == 0 ? ""
                 : fmt::format("{:%Y-%m-%d %H:%M:%S}",
                               fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

// Until its end, or until now while it runs; how long one ran that was killed nobody knows.
double seconds_of(const ledger::Job& job) {
  using namespace std::chrono;
  const std::int64_t now =
      duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  const std::int64_t end = job.running ? now : std::max(job.finished_ms, job.started_ms);
  return static_cast<double>(std::max(end - job.started_ms, std::int64_t{0})) / 1000;
}

void print_job(const ledger::Job& job, const std::string& path) {
  Json json = line("job");
  json["job"] = job.name;
  json["cmd"] = job.command;
  json["arguments"] = dicom::json_text(job.arguments);
  json["state"] = state_of(job);
  json["started"] = time_of(job.started_ms);
  json["finished"] = time_of(job.finished_ms);
  json["seconds"] = seconds_of(job);
  json["exit_code"] = job.exit_code;
  json["ledger"] = dicom::json_text(path);
  print(json);
}

// "12 files in the ledger: 10 converted, 2 failed"; `of(i)` is how many there are of name_of(i).
template <class Count, class Name>
std::string counts_text(std::uint64_t all, std::string_view what, int kinds, Count of,
                        Name name_of) {
  std::string text = fmt::format("{} {}", count_text(all), what);
  std::string_view before = ": ";
  for (int i = 0; i < kinds; ++i) {
    if (of(i) == 0) continue;
    text += fmt::format("{}{} {}", before, count_text(of(i)), name_of(i));
    before = ", ";
  }
  return text;
}

std::string files_text(const ledger::Totals& totals) {
  return counts_text(
             totals.seen, "files in the ledger", dicom::kOutcomeCount,
             [&](int i) { return totals.by_outcome[static_cast<std::size_t>(i)]; },
             [](int i) { return dicom::name(static_cast<dicom::Outcome>(i)); }) +
         fmt::format("; {} in, {} out\n", bytes_text(totals.bytes_in),
                     bytes_text(totals.bytes_out));
}

std::string deliveries_text(const ledger::DeliveryTotals& totals) {
  return counts_text(
             totals.seen, "objects for peers", ledger::kDeliveryStates,
             [&](int i) { return totals.by_state[i]; },
             [](int i) { return ledger::name(static_cast<ledger::DeliveryState>(i)); }) +
         fmt::format("; {} stored\n", bytes_text(totals.bytes));
}

std::string arguments_text(const ledger::Job& job) {
  if (job.arguments.size() <= kArgumentsShown) return dicom::terminal_text(job.arguments);
  return dicom::terminal_text(std::string_view(job.arguments).substr(0, kArgumentsShown)) + " ...";
}

Result<std::string> text_of(ledger::Ledger& ledger, std::span<const ledger::Job> jobs) {
  std::string text;
  for (const ledger::Job& job : jobs) {
    const bool killed = job.finished_ms == 0 && !job.running;
    text += fmt::format("{}  {:<9} {:<28} started {} UTC{}  {}\n", job.name, job.command,
                        state_of(job), time_of(job.started_ms),
                        killed ? "" : ", " + seconds_text(seconds_of(job)), arguments_text(job));
    if (!job.running) continue;
    TRY_ASSIGN(const std::uint64_t files, ledger.files_of(job));
    if (files > 0)
      text += fmt::format("  so far {} files, {:.0f} files/s\n", count_text(files),
                          static_cast<double>(files) / std::max(seconds_of(job), 0.001));
  }
  TRY_ASSIGN(const ledger::Totals totals, ledger.totals());
  TRY_ASSIGN(const ledger::DeliveryTotals deliveries, ledger::Deliveries::totals_of_all(ledger));
  if (totals.seen > 0 || deliveries.seen == 0) text += files_text(totals);
  if (deliveries.seen > 0) text += deliveries_text(deliveries);
  return text + fmt::format("ledger {}\n", dicom::terminal_text(ledger.path()));
}

int status_of(const Context& context, const std::string& named) {
  int exit_code = kExitOk;
  const auto ledger = open_ledger(named, exit_code);
  if (ledger == nullptr) return exit_code;
  const auto jobs = ledger->jobs();
  if (jobs && context.json) {
    for (const ledger::Job& job : *jobs) print_job(job, ledger->path());
    return kExitOk;
  }
  const auto text = jobs ? text_of(*ledger, *jobs) : std::unexpected(jobs.error());
  if (!text) {
    log_error(fmt::format("slipring: {}: {}", dicom::terminal_text(ledger->path()),
                          describe(text.error())));
    return kExitLedger;
  }
  fmt::print("{}", *text);
  return kExitOk;
}

// The ledgers below the state directory, the one that was written last at the end.
std::vector<std::string> known_ledgers(const std::filesystem::path& folder) {
  std::vector<std::pair<std::filesystem::file_time_type, std::string>> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".db")
      found.emplace_back(entry.last_write_time(ignored), entry.path().string());
  std::ranges::sort(found);
  std::vector<std::string> paths;
  paths.reserve(found.size());
  for (auto& [time, path] : found) paths.push_back(std::move(path));
  return paths;
}

// Without a name: all of them, whatever becomes of one.
int status(const Context& context, const std::string& named) {
  if (!named.empty()) return status_of(context, named);
  const std::filesystem::path folder = std::filesystem::path(ledger::state_path({})).parent_path();
  const std::vector<std::string> paths = known_ledgers(folder);
  if (paths.empty()) {
    log_info(fmt::format("no ledgers under {}; name one: slipring status OUT", folder.string()));
    return kExitNothing;
  }
  int exit_code = kExitOk;
  for (const std::string& path : paths) exit_code = worse_of(exit_code, status_of(context, path));
  return exit_code;
}

}  // namespace

void add_status(Command& app, Context& context) {
  auto named = std::make_shared<std::string>();
  Command command = add_command(app, context, "status", "running and past jobs, from their ledgers",
                                [named, &context] { return status(context, *named); });
  command.add_option("ledger", *named,
                     "a ledger or an output directory; without one, all that are known");
}

}  // namespace slipring::cli

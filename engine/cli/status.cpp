#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>

#include "engine/cli/commands.h"
#include "engine/cli/ledger_place.h"
#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"

namespace slipring::cli {

namespace {

std::string state_of(const ledger::Job& job) {
  if (job.finished_ms == 0) return "running or killed";
  return job.exit_code == 0 ? "done" : fmt::format("exit {} ({})", job.exit_code, job.exit_reason);
}

std::string time_of(std::int64_t ms) {
  return ms == 0 ? ""
                 : fmt::format("{:%Y-%m-%d %H:%M:%S}",
                               fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

int status_of(const Context& context, const std::string& named) {
  int exit_code = kExitOk;
  const auto ledger = open_ledger(named, exit_code);
  if (ledger == nullptr) return exit_code;
  const auto jobs = ledger->jobs();
  const auto totals = ledger->totals();
  if (!jobs || !totals) {
    log_error("slipring: " + describe(jobs ? totals.error() : jobs.error()));
    return kExitLedger;
  }
  for (const ledger::Job& job : *jobs) {
    if (context.json) {
      Json json = line("job");
      json["job"] = job.name;
      json["cmd"] = job.command;
      json["arguments"] = dicom::json_text(job.arguments);
      json["state"] = state_of(job);
      json["started"] = time_of(job.started_ms);
      json["finished"] = time_of(job.finished_ms);
      json["exit_code"] = job.exit_code;
      json["ledger"] = dicom::json_text(ledger->path());
      print(json);
    } else {
      fmt::print("{}  {:<9} {:<28} started {} UTC  {}\n", job.name, job.command, state_of(job),
                 time_of(job.started_ms), dicom::terminal_text(job.arguments));
    }
  }
  if (!context.json)
    fmt::print("{} files in the ledger, {} in, {} out\nledger {}\n", count_text(totals->seen),
               bytes_text(totals->bytes_in), bytes_text(totals->bytes_out),
               dicom::terminal_text(ledger->path()));
  return kExitOk;
}

// Without a name: every ledger under the state directory.
int status(const Context& context, const std::string& named) {
  if (!named.empty()) return status_of(context, named);
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(ledger::state_path({})).parent_path();
  bool any = false;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".db") continue;
    any = true;
    if (const int code = status_of(context, entry.path().string()); code != kExitOk) return code;
  }
  if (!any)
    log_info(fmt::format("no ledgers under {}; name one: slipring status OUT", folder.string()));
  return any ? kExitOk : kExitNothing;
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

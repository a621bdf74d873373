// The options scan, validate and convert share, and how such a job is run.
#pragma once

#include <optional>
#include <string>

#include "engine/cli/commands.h"
#include "engine/dicom/finding.h"
#include "engine/ingest/options.h"

namespace slipring::cli {

struct JobOptions {
  ingest::Options ingest;
  std::string fail_on = "error";  // error, warning, info, never
  bool no_ledger = false;

  // validate; see nightly/night_options.h
  std::string until;  // "06:00"
  std::string io_priority = "normal";
  std::string profile;
  std::string baseline;
  std::string sarif;
  std::string csv;
  std::string metrics_file;
};

void add_job_options(Command& command, JobOptions& options);

// --fsync, of commands that write files; `help` names none, batch and file.
void add_fsync_option(Command& command, deliver::Fsync& fsync, const std::string& help);

// "512M", "4G", "1000000": bytes; throws UsageError.
[[nodiscard]] std::uint64_t parse_size(const std::string& text);

// Runs the job, prints what it gives, returns the exit code.
[[nodiscard]] int run_job(const Context& context, const std::string& command, JobOptions options);

}  // namespace slipring::cli

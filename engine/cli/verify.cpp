#include "engine/ingest/verify.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "engine/cli/commands.h"
#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/progress_display.h"
#include "engine/cli/output/signals.h"
#include "engine/cli/output/summary_text.h"
#include "engine/dicom/escape.h"

namespace slipring::cli {

namespace {

void print_start(const ingest::VerifyOptions& options) {
  Json json = line("start");
  json["cmd"] = "verify";
  json["job"] = "";
  json["ledger"] = dicom::json_text(options.ledger);
  json["threads"] = options.threads;
  json["version"] = SLIPRING_VERSION;
  print(json);
}

void print_record(const Context& context, const dicom::Record& record) {
  if (context.json) {
    for (const dicom::Finding& finding : record.findings.kept())
      print(finding_line(record.path, finding));
    if (record.error) print(error_line(record));
    return print(object_line(record));
  }
  if (record.outcome == dicom::Outcome::Ok) return;
  std::string text = fmt::format("{}: {}", dicom::terminal_text(record.path), record.reason);
  if (record.error) text += ": " + describe(*record.error);
  log_error(text);
}

void print_summary(const Context& context, const ingest::VerifySummary& summary,
                   const ingest::Exit& exit) {
  const std::uint64_t failed = summary.damaged + summary.missing + summary.unreadable;
  if (context.json) {
    Json json = line("summary");
    json["seen"] = summary.outputs + summary.extra;
    json["ok"] = summary.intact;
    json["failed"] = failed;
    json["skipped"] = summary.extra;
    json["damaged"] = summary.damaged;
    json["missing"] = summary.missing;
    json["extra"] = summary.extra;
    json["bytes_in"] = summary.bytes;
    json["bytes_out"] = 0;
    json["findings"] = {{"E", summary.damaged}, {"W", 0}, {"I", 0}};
    json["balanced"] = summary.intact + failed == summary.outputs;
    json["seconds"] = summary.seconds;
    json["exit_code"] = exit.code;
    json["exit_reason"] = exit.reason;
    return print(json);
  }
  fmt::print(
      "verified {} outputs, {}, in {}: {} intact, {} damaged, {} missing, {} unreadable, {} "
      "extra\n",
      count_text(summary.outputs), bytes_text(summary.bytes), seconds_text(summary.seconds),
      count_text(summary.intact), count_text(summary.damaged), count_text(summary.missing),
      count_text(summary.unreadable), count_text(summary.extra));
  if (exit.code != 0) fmt::print("exit {}: {}\n", exit.code, exit.reason);
}

int verify(const Context& context, ingest::VerifyOptions options) {
  catch_interrupts();
  if (options.ledger.empty()) options.ledger = options.output + "/.slipring/ledger.db";
  if (context.json) print_start(options);
  ProgressDisplay display(context);
  const ingest::VerifyListener listener{
      .take =
          [&](const dicom::Record& record) {
            if (record.outcome != dicom::Outcome::Ok) display.clear();
            print_record(context, record);
          },
      .progress =
          [&](const ingest::Progress& progress) {
            display.show([&] { return progress_line(progress); },
                         [&] { return progress_text(progress, "verify"); });
          }};
  const auto summary = ingest::verify(options, listener);
  display.clear();
  if (!summary) {
    if (context.json) print(error_line(options.ledger, summary.error()));
    log_error(fmt::format("slipring: {}: {}", options.ledger, describe(summary.error())));
    return kExitLedger;
  }
  const ingest::Exit exit = ingest::exit_of(*summary);
  print_summary(context, *summary, exit);
  return exit.code;
}

}  // namespace

void add_verify(Command& app, Context& context) {
  auto options = std::make_shared<ingest::VerifyOptions>();
  Command command = add_command(
      app, context, "verify", "re-reads an output tree against its ledger: bit rot, missing, extra",
      [options, &context] { return verify(context, *options); });
  command.add_option("output", options->output, "the output directory of a convert").required();
  command.add_option("--ledger", options->ledger,
                     "its ledger, where it is not in OUTPUT/.slipring");
  command.add_flag("--decode", options->decode, "decode pixels too and compare their digests");
  command.add_option("-j,--threads", options->threads, "worker threads; 0 is one per processor");
}

}  // namespace slipring::cli

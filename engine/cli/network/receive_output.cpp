#include "engine/cli/network/receive_output.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::cli {

using dicom::json_text;
using dicom::Outcome;
using dicom::terminal_text;
using receive::Fate;

namespace {

constexpr std::uint64_t kFailuresShown = 50;  // the rest is in the ledger

std::string how_it_ended(const Result<void>& outcome) {
  return outcome ? "released" : dimse::describe_peer_error(outcome.error());
}

std::string association_text(const dimse::Ended& ended, const receive::AssociationTally& tally) {
  std::string text = fmt::format("{} {}: {} stored", terminal_text(ended.peer),
                                 terminal_text(ended.calling_ae), count_text(tally.stored));
  if (tally.duplicates > 0) text += fmt::format(", {} duplicates", count_text(tally.duplicates));
  if (tally.failed > 0) text += fmt::format(", {} not stored", count_text(tally.failed));
  text += fmt::format(", {} in {}", bytes_text(tally.bytes), seconds_text(tally.seconds));
  if (tally.bytes > 0 && tally.seconds > 0)
    text += fmt::format(
        " ({}/s)",
        bytes_text(static_cast<std::uint64_t>(static_cast<double>(tally.bytes) / tally.seconds)));
  return text + "; " + how_it_ended(ended.outcome);
}

}  // namespace

void ReceiveOutput::listening(const receive::IntakeOptions& options, const std::string& ae_title,
                              std::uint16_t port, const std::string& job) {
  if (context_.json) {
    Json json = line("start");
    json["cmd"] = "receive";
    json["job"] = job;
    json["ledger"] = json_text(options.ingest.ledger);
    json["threads"] = options.ingest.threads;
    json["version"] = SLIPRING_VERSION;
    json["port"] = port;
    json["ae_title"] = json_text(ae_title);
    lines_->put(std::move(json));
  } else if (context_.verbosity >= 0) {
    fmt::print(
        "listening on port {} as {}, {}; Ctrl-C to stop\n", port, terminal_text(ae_title),
        options.discard ? "keeping nothing" : "into " + terminal_text(options.ingest.output));
  }
  std::fflush(stdout);
}

void ReceiveOutput::object(const receive::Arrived& arrived) {
  const std::lock_guard lock(mutex_);
  const dicom::Record& record = arrived.parcel.record;
  ++summary_.discovered;
  summary_.count(record, arrived.parcel.kind);
  if (arrived.verdict.fate == Fate::Apart) ++apart_;
  if (arrived.verdict.fate == Fate::Unfortunate) ++unfortunate_;
  if (context_.json) {
    Json json = object_line(record);
    json["status"] = fmt::format("{:04X}", arrived.verdict.status);
    json["peer"] = json_text(arrived.announced.peer);
    json["calling_ae"] = json_text(arrived.announced.source_ae);
    return lines_->put(std::move(json));
  }
  const bool failed = record.outcome == Outcome::Failed;
  if (!failed && arrived.verdict.fate != Fate::Apart) return;
  if (context_.verbosity < 1 && failures_shown_++ >= kFailuresShown) return;
  const std::string instance = terminal_text(record.sop_instance);
  const std::string peer = terminal_text(arrived.announced.peer);
  if (!failed)
    return log_warning(fmt::format("{} from {}: other content than before; kept apart as {}",
                                   instance, peer, terminal_text(arrived.verdict.output)));
  std::string text = fmt::format("{} from {}: not stored ({:04X}): {}", instance, peer,
                                 arrived.verdict.status, record.reason);
  if (record.error) text += ": " + describe(*record.error);
  log_error(text);
}

void ReceiveOutput::association(const dimse::Ended& ended, const receive::AssociationTally& tally) {
  const std::lock_guard lock(mutex_);
  ++associations_;
  if (context_.json) {
    Json json = line("association");
    json["peer"] = json_text(ended.peer);
    json["calling_ae"] = json_text(ended.calling_ae);
    json["outcome"] =
        ended.outcome ? "released" : dimse::name(dimse::fault_of(ended.outcome.error()));
    json["msg"] = json_text(how_it_ended(ended.outcome));
    json["stored"] = tally.stored;
    json["duplicates"] = tally.duplicates;
    json["failed"] = tally.failed;
    json["bytes"] = tally.bytes;
    json["seconds"] = tally.seconds;
    lines_->put(std::move(json));
  } else if (context_.verbosity >= 0) {
    fmt::print("{}\n", association_text(ended, tally));
  }
  std::fflush(stdout);
}

std::uint64_t ReceiveOutput::of(Outcome outcome) const {
  return summary_.by_outcome[static_cast<std::size_t>(outcome)];
}

std::string ReceiveOutput::totals_text(bool discards) const {
  const std::uint64_t stored =
      of(Outcome::Copied) + of(Outcome::Converted) + of(Outcome::Kept) + of(Outcome::Ok);
  return fmt::format(
      "received {} objects, {}, over {} associations: {} {}, {} of them apart, {} "
      "duplicates, {} not stored",
      count_text(summary_.seen), bytes_text(summary_.bytes_in), count_text(associations_),
      count_text(stored), discards ? "counted" : "stored", count_text(apart_),
      count_text(of(Outcome::Duplicate)), count_text(of(Outcome::Failed)));
}

void ReceiveOutput::so_far(bool discards, double seconds) {
  const std::lock_guard lock(mutex_);
  if (context_.json)
    lines_->put(progress_line({.seconds = seconds,
                               .done = summary_.seen,
                               .total = summary_.seen,
                               .bytes_in = summary_.bytes_in,
                               .bytes_out = summary_.bytes_out,
                               .failed = of(Outcome::Failed)}));
  else
    fmt::print(stderr, "{}\n", totals_text(discards));
}

ingest::Exit ReceiveOutput::exit(bool ledger_failed) const {
  const std::lock_guard lock(mutex_);
  if (ledger_failed) return ingest::exits::kLedgerFailed;
  if (unfortunate_ > 0) return ingest::exits::kDestinationFailed;
  if (of(Outcome::Failed) > 0) return ingest::exits::kObjectsFailed;
  return ingest::exits::kOk;
}

void ReceiveOutput::finished(const receive::IntakeOptions& options, double seconds,
                             const ingest::Exit& exit) {
  const std::lock_guard lock(mutex_);
  summary_.seconds = seconds;
  if (context_.json) {
    std::uint64_t dropped = 0;
    lines_->put_last([&](std::uint64_t lines) {
      Json json = summary_line(summary_, exit);
      json["apart"] = apart_;
      json["associations"] = associations_;
      json["dropped_lines"] = dropped = lines;
      return json;
    });
    if (dropped > 0)
      log_warning(
          fmt::format("slipring: {} lines of --json were left out, as nobody read them in time{}",
                      count_text(dropped), options.discard ? "" : "; the ledger has all objects"));
    lines_.reset();  // when they are all written
  } else {
    fmt::print("{}\n", totals_text(options.discard));
    if (const std::uint64_t converted = of(Outcome::Converted); converted > 0)
      fmt::print("converted {}, pixels of {} read back from what was written: identical\n",
                 count_text(converted), count_text(summary_.pixels_verified));
    if (!options.discard) fmt::print("ledger   {}\n", terminal_text(options.ingest.ledger));
    if (exit.code != kExitOk) fmt::print("exit {}: {}\n", exit.code, exit.reason);
  }
  std::fflush(stdout);
}

}  // namespace slipring::cli

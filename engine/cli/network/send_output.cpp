#include "engine/cli/network/send_output.h"

#include <fmt/format.h>

#include <cstdio>

#include "engine/cli/output/amounts.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/summary_text.h"
#include "engine/dicom/escape.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/transport/peer_error.h"
#include "engine/ingest/send/outcome.h"

namespace slipring::cli {

namespace send = ingest::send;
using dicom::json_text;
using dicom::terminal_text;
using ledger::Delivery;
using ledger::DeliveryState;

namespace {

constexpr std::uint64_t kFailuresShown = 50;  // the rest is in the ledger

// A delivery that never had its turn is a failure of this run.
std::string_view outcome_word(const send::Report& report) {
  if (report.fate == send::Report::Fate::Skipped) return "skipped";
  const bool is_final =
      ledger::is_final(report.delivery.state) || report.delivery.state == DeliveryState::Unknown;
  return ledger::name(is_final ? report.delivery.state : DeliveryState::Failed);
}

void add_text(Json& json, const char* field, const std::string& text) {
  if (!text.empty()) json[field] = json_text(text);
}

void add_syntax(Json& json, const char* field, const std::string& uid) {
  if (uid.empty()) return;
  json[field] = json_text(uid);
  if (const auto* syntax = dicom::find_transfer_syntax(uid))
    json[std::string(field) + "_name"] = syntax->name;
}

Json report_line(const send::Report& report) {
  const Delivery& delivery = report.delivery;
  Json json = line("object");
  json["path"] = json_text(delivery.path);
  json["outcome"] = outcome_word(report);
  add_text(json, "reason", delivery.reason);
  add_text(json, "sop_class", delivery.sop_class);
  add_text(json, "sop_instance", delivery.sop_instance);
  add_syntax(json, "from", delivery.from);
  add_syntax(json, "to", delivery.to);
  json["bytes_in"] = delivery.source.size_bytes;
  json["bytes_out"] = delivery.bytes;
  if (delivery.status) json["status"] = send::status_text(*delivery.status);
  json["attempts"] = delivery.attempts;
  add_text(json, "offending", delivery.offending);
  add_text(json, "comment", delivery.comment);
  if (report.proven) {
    const auto& pixels = report.proven->pixel_digest;
    if (pixels) json["pixel_sha256"] = dicom::to_hex(pixels->bytes);
    json["pixel_verified"] = pixels.has_value() && !report.proven->loss;
    json["dataset_sha256"] = dicom::to_hex(report.proven->dataset_digest.bytes);
  }
  if (report.fate == send::Report::Fate::Before) json["resumed"] = true;
  return json;
}

Json summary_json(const send::Summary& summary, const ingest::Exit& exit) {
  Json json = line("summary");
  json["seen"] = summary.seen;
  json["stored"] = summary.stored;
  json["warning"] = summary.warning;
  json["failed"] = summary.failed;
  json["unknown"] = summary.unknown;
  json["skipped"] = summary.skipped;
  json["not_sent"] = summary.not_sent;
  json["unreached"] = summary.unreached;
  json["resumed"] = summary.resumed;
  json["bytes_in"] = summary.bytes_in;
  json["bytes_out"] = summary.bytes_out;
  json["attempts"] = summary.attempts;
  json["transcoded"] = summary.transcoded;
  json["associations"] = summary.associations;
  Json statuses = Json::object();
  for (const auto& [status, count] : summary.statuses) statuses[send::status_text(status)] = count;
  json["statuses"] = statuses;
  json["response_s"] = {{"p50", summary.responses.quantile_s(0.5)},
                        {"p95", summary.responses.quantile_s(0.95)},
                        {"p99", summary.responses.quantile_s(0.99)}};
  json["findings"] = {{"E", 0}, {"W", 0}, {"I", summary.derived}};
  json["balanced"] = summary.balanced();
  json["seconds"] = summary.seconds;
  json["exit_code"] = exit.code;
  json["exit_reason"] = exit.reason;
  return json;
}

std::string rate_text(std::uint64_t amount, double seconds) {
  return seconds > 0 ? bytes_text(static_cast<std::uint64_t>(static_cast<double>(amount) / seconds))
                     : "0 B";
}

Json progress_json(const send::Progress& progress) {
  Json json = progress_line({.seconds = progress.seconds,
                             .done = progress.done,
                             .total = progress.total,
                             .bytes_in = progress.bytes,
                             .bytes_out = progress.bytes,
                             .failed = progress.failed});
  json["associations"] = progress.associations;
  return json;
}

std::string bar_text(const send::Progress& progress) {
  const double rate =
      progress.seconds > 0 ? static_cast<double>(progress.done) / progress.seconds : 0;
  std::string text = fmt::format(
      "sending {} of {}{} objects  {}/s  {:.0f} objects/s  {} assoc", count_text(progress.done),
      count_text(progress.total), progress.total_final ? "" : "+",
      rate_text(progress.bytes, progress.seconds), rate, progress.associations);
  if (progress.failed > 0) text += fmt::format("  failed {}", count_text(progress.failed));
  if (progress.total_final && rate > 0 && progress.total >= progress.done)
    text += "  ETA " + seconds_text(static_cast<double>(progress.total - progress.done) / rate);
  return text;
}

std::string status_table(const send::Summary& summary) {
  if (summary.statuses.empty()) return {};
  std::string text = "\n  status  objects  meaning\n";
  for (const auto& [status, count] : summary.statuses)
    text += fmt::format("  {}  {:>7}  {}\n", send::status_text(status), count_text(count),
                        dimse::status_name(status));
  return text;
}

std::string reason_table(const send::Summary& summary) {
  std::string text;
  for (const auto& [reason, count] : summary.reasons)
    text += fmt::format("  {:>15}  {}\n", count_text(count), terminal_text(reason));
  return text.empty() ? text : "\n          objects  reason\n" + text;
}

std::string summary_text(const send::Options& options, const send::Summary& summary,
                         const std::string& peer) {
  std::string text = fmt::format(
      "sent {} of {} objects to {}: {} in {} ({}/s, {} associations)\n",
      count_text(summary.stored + summary.warning), count_text(summary.seen - summary.skipped),
      terminal_text(peer), bytes_text(summary.bytes_out), seconds_text(summary.seconds),
      rate_text(summary.bytes_out, summary.seconds), summary.associations);
  text += fmt::format(
      "{} files = {} stored + {} stored with a warning + {} failed + {} unknown + "
      "{} skipped\n",
      count_text(summary.seen), count_text(summary.stored), count_text(summary.warning),
      count_text(summary.failed), count_text(summary.unknown), count_text(summary.skipped));
  if (summary.resumed > 0)
    text += fmt::format("{} of them are known from a run before\n", count_text(summary.resumed));
  if (summary.transcoded > 0)
    text += fmt::format("{} transcoded on the way, each read back and proven\n",
                        count_text(summary.transcoded));
  if (summary.derived > 0)
    text += fmt::format("pixels of {} of them changed: new objects\n", count_text(summary.derived));
  if (summary.unreached > 0 || !summary.all_found)
    text += fmt::format("{}{} more found and not reached: the same command goes on from there\n",
                        summary.all_found ? "" : "at least ", count_text(summary.unreached));
  text += status_table(summary) + reason_table(summary) + rules_table(summary.rules);
  if (!options.ledger.empty()) text += fmt::format("ledger {}\n", terminal_text(options.ledger));
  return text;
}

}  // namespace

SendOutput::SendOutput(const Context& context, std::string peer)
    : context_(context), display_(context), peer_(std::move(peer)) {}

void SendOutput::started(const send::Options& options, const ledger::Job& job) {
  if (!context_.json) return;
  Json json = line("start");
  json["cmd"] = options.command;
  json["job"] = job.name;
  json["ledger"] = json_text(options.ledger);
  json["threads"] = options.threads;
  json["version"] = SLIPRING_VERSION;
  json["peer"] = json_text(peer_);
  print(json);
}

void SendOutput::object(const send::Report& report) {
  if (context_.json) {
    if (report.error) print(error_line(report.delivery.path, *report.error));
    if (report.proven && report.proven->loss)
      print(finding_line(report.delivery.path, *report.proven->loss));
    return print(report_line(report));
  }
  const std::string_view outcome = outcome_word(report);
  const bool failed = outcome == "failed" || outcome == "unknown";
  if (report.fate == send::Report::Fate::NotSent && context_.verbosity < 1)
    return;  // the end says why, once
  const bool shown = failed ? context_.verbosity > 0 || failures_shown_++ < kFailuresShown
                            : context_.verbosity > 1 ||
                                  (context_.verbosity > 0 && !report.delivery.reason.empty());
  if (!shown) return;
  display_.clear();
  const Delivery& delivery = report.delivery;
  std::string text = fmt::format("{}: {}", terminal_text(delivery.path), outcome);
  if (delivery.status) text += fmt::format(" {}", send::status_text(*delivery.status));
  if (!delivery.reason.empty()) text += ": " + terminal_text(delivery.reason);
  if (report.error && report.error->offset != kNoOffset)
    text += fmt::format(" at 0x{:x}", report.error->offset);
  if (!delivery.offending.empty()) text += " " + delivery.offending;
  if (!delivery.comment.empty()) text += fmt::format(" ({})", terminal_text(delivery.comment));
  failed ? log_error(text) : log_info(text);
}

void SendOutput::progress(const send::Progress& progress) {
  display_.show([&] { return progress_json(progress); }, [&] { return bar_text(progress); });
}

void SendOutput::finished(const send::Options& options, const send::Summary& summary,
                          const ingest::Exit& exit) {
  display_.clear();
  if (summary.peer) {
    const std::string why = dimse::describe_peer_error(*summary.peer);
    if (context_.json) {
      Json json = line("error");
      json["path"] = json_text(peer_);
      json["msg"] = why;
      json["hint"] = "the same command goes on from here";
      json["fault"] = dimse::name(dimse::fault_of(*summary.peer));
      print(json);
    }
    log_error(fmt::format("slipring: {}: {}", terminal_text(peer_), why));
  }
  if (summary.ledger) {
    if (context_.json) print(error_line(options.ledger, *summary.ledger));
    log_error(fmt::format("slipring: {}: {}", options.ledger, describe(*summary.ledger)));
  }
  if (context_.json) {
    print(summary_json(summary, exit));
  } else {
    if (failures_shown_ > kFailuresShown && context_.verbosity < 1)
      log_error(fmt::format("... and {} more; all are in the ledger",
                            count_text(failures_shown_ - kFailuresShown)));
    std::fputs(summary_text(options, summary, peer_).c_str(), stdout);
    if (exit.code != 0) fmt::print("exit {}: {}\n", exit.code, exit.reason);
  }
  std::fflush(stdout);
}

void SendOutput::surveyed(const send::Survey& survey) {
  if (!context_.json) {
    fmt::print("peer    «{}» {}, max PDU {}, {} outstanding operations\n", terminal_text(peer_),
               terminal_text(survey.implementation),
               survey.peer_max_pdu_bytes == 0 ? "without limit"
                                              : count_text(survey.peer_max_pdu_bytes) + " bytes",
               survey.window.invoked == 0 ? "any number of" : count_text(survey.window.invoked));
    fmt::print("\n  {:>9}  {:>9}  {:<22} {:<28} SOP class\n", "objects", "size", "stored as",
               "the peer takes it");
  }
  for (const send::Offer& offer : survey.offers) {
    const std::string taken = offer.sent_as == nullptr ? "not at all"
                              : offer.as_it_is         ? "as it is"
                                               : fmt::format("as {}", offer.sent_as->short_name);
    if (!context_.json) {
      fmt::print("  {:>9}  {:>9}  {:<22} {:<28} {}\n", count_text(offer.objects),
                 bytes_text(offer.bytes), offer.stored->short_name, taken,
                 terminal_text(offer.sop_class));
      continue;
    }
    Json json = line("offer");
    json["sop_class"] = json_text(offer.sop_class);
    add_syntax(json, "from", std::string(offer.stored->uid));
    if (offer.sent_as != nullptr) add_syntax(json, "to", std::string(offer.sent_as->uid));
    json["objects"] = offer.objects;
    json["bytes_in"] = offer.bytes;
    json["accepted"] = offer.sent_as != nullptr;
    json["as_it_is"] = offer.as_it_is;
    print(json);
  }
  if (!context_.json)
    fmt::print("\n{} assortments of contexts; {} files are no objects, {} cannot be read\n",
               survey.assortments, count_text(survey.skipped), count_text(survey.failed));
}

}  // namespace slipring::cli

// `slipring commit`: asks peers to keep what a ledger says they stored.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>

#include "engine/cli/ledger_place.h"
#include "engine/cli/network/commitment.h"
#include "engine/cli/network/storing_commands.h"
#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/signals.h"
#include "engine/cli/output/status_answers.h"
#include "engine/commitment/data_sets.h"
#include "engine/commitment/requestor.h"
#include "engine/dicom/escape.h"
#include "engine/dimse/transport/peer_error.h"
#include "engine/ingest/ingest.h"

namespace slipring::cli {

namespace {

using commitment::RequestSummary;

struct CommitOptions {
  std::string ledger;
  std::vector<std::string> peer;
  PeerOptions options;
  CommitmentOptions commitment;
};

void complain(const Context& context, const std::string& path, const std::string& text,
              std::string_view hint) {
  if (context.json) {
    Json json = line("error");
    json["path"] = dicom::json_text(path);
    json["msg"] = text;
    json["hint"] = hint;
    print(json);
  }
  log_error(fmt::format("slipring: {}: {}", dicom::terminal_text(path), text));
}

int refuse(const Context& context, const std::string& path, const Error& error, int code) {
  const bool is_stranger = code == kExitNothing;
  complain(
      context, path, is_stranger ? std::string(error.what) : describe(error),
      is_stranger ? "name the peer by the host, port and titles that it was sent to" : hint(error));
  return code;
}

// The peer of the ledger that answers to what was named, by address and title; of several, as whom
// we called it, the one called as we are called now.
Result<ledger::PeerName> peer_in(ledger::Ledger& ledger, const ChosenPeer& chosen, bool any_title) {
  TRY_ASSIGN(const std::vector<ledger::PeerName> peers, ledger::Deliveries::peers(ledger));
  const ledger::PeerName* found = nullptr;
  for (const ledger::PeerName& peer : peers) {
    if (peer.host != chosen.peer.host || peer.port != chosen.peer.port ||
        (!any_title && peer.called_ae != chosen.proposal.called_ae))
      continue;
    if (found == nullptr || peer.calling_ae == chosen.proposal.calling_ae) found = &peer;
  }
  if (found != nullptr) return *found;
  return fail(ErrorCode::Vanished, kNoOffset, "the ledger knows of nothing sent to this peer");
}

commitment::RequestOptions request_options(const CommitmentOptions& options,
                                           const ChosenPeer& chosen, const ledger::PeerName& name) {
  commitment::RequestOptions request;
  request.peer = chosen.peer;
  request.proposal = chosen.proposal;
  request.proposal.called_ae = name.called_ae;
  request.proposal.calling_ae = name.calling_ae;
  request.timeouts = chosen.timeouts;
  request.report_wait = dimse::Milliseconds(static_cast<long long>(options.wait * 1000));
  request.attempts = options.attempts;
  if (options.listen_port == 0) return request;
  request.listener.emplace();
  request.listener->port = options.listen_port;
  request.listener->timeouts = chosen.timeouts;
  request.listener->tls = listener_tls(chosen);
  return request;
}

void print_start(const Context& context, const std::string& ledger, const ledger::Job& job) {
  if (!context.json) return;
  Json json = line("start");
  json["cmd"] = "commit";
  json["job"] = job.name;
  json["ledger"] = dicom::json_text(ledger);
  json["threads"] = 1;
  json["version"] = SLIPRING_VERSION;
  print(json);
}

// `shown` counts what was said of refusals: the rest is in the ledger.
void print_news(const Context& context, const ledger::CommitmentNews& news, unsigned& shown) {
  constexpr unsigned kRefusalsShown = 50;
  const std::string reason =
      news.reason ? fmt::format("{} ({:04X})", commitment::reason_name(*news.reason), *news.reason)
                  : "";
  if (context.json) {
    Json json = line("object");
    json["sop_instance"] = dicom::json_text(news.sop_instance);
    json["outcome"] = news.reason ? "refused" : "committed";
    json["reason"] = reason;
    json["transaction"] = news.transaction;
    print(json);
  } else if (news.reason && (context.verbosity > 0 || shown++ < kRefusalsShown)) {
    log_error(fmt::format("{}: the peer does not keep it: {}",
                          dicom::terminal_text(news.sop_instance), reason));
  }
}

// What came until now, by the thread that asks, for whoever wants to know.
struct Answers {
  std::atomic<std::uint64_t> asked = 0;
  std::atomic<std::uint64_t> committed = 0;
  std::atomic<std::uint64_t> refused = 0;

  [[nodiscard]] StatusAnswers::SoFar so_far() const {
    ingest::Progress progress;
    progress.done = committed + refused;
    progress.total = asked;
    progress.failed = refused;
    return {progress, fmt::format("commitment: asked for {}: {} committed, {} refused until now",
                                  count_text(asked), count_text(committed), count_text(refused))};
  }
};

void print_summary(const Context& context, const RequestSummary& summary, double seconds,
                   const ingest::Exit& exit) {
  if (context.json) {
    Json json = line("summary");
    json["seen"] = summary.asked;
    json["committed"] = summary.committed;
    json["refused"] = summary.refused;
    json["unanswered"] = summary.unanswered;
    json["before"] = summary.before;
    json["balanced"] = summary.asked == summary.committed + summary.refused + summary.unanswered;
    json["seconds"] = seconds;
    json["exit_code"] = exit.code;
    json["exit_reason"] = exit.reason;
    return print(json);
  }
  fmt::print(
      "commitment: asked for {} = {} committed + {} refused + {} without an answer; {} were "
      "committed before\n",
      count_text(summary.asked), count_text(summary.committed), count_text(summary.refused),
      count_text(summary.unanswered), count_text(summary.before));
  for (const auto& [number, count] : summary.reasons)
    fmt::print("  {:>10}  {:04X} {}; to be sent again\n", count_text(count), number,
               commitment::reason_name(number));
  if (summary.unanswered > 0) fmt::print("the same command asks again for what has no answer\n");
}

Result<RequestSummary> ask(const Context& context, ledger::Deliveries& deliveries,
                           const ledger::Job& job, const commitment::RequestOptions& options) {
  unsigned shown = 0;
  Answers answers;
  const StatusAnswers status(context, [&] { return answers.so_far(); });
  return commitment::request_commitment(
      deliveries, job, options, ingest::interrupt_requested,
      {.asking = [&](std::uint64_t instances) { answers.asked = instances; },
       .answered =
           [&](const ledger::CommitmentNews& news) {
             ++(news.reason ? answers.refused : answers.committed);
             print_news(context, news, shown);
           }});
}

ingest::Exit exit_of(const RequestSummary& summary, const ingest::Exit& before) {
  using namespace ingest::exits;
  const ingest::Exit exit = ingest::interrupt_requested != 0 ? kInterrupted
                            : summary.unanswered > 0         ? kPeerFailed
                            : summary.refused > 0            ? kNotCommitted
                                                             : kOk;
  return worse_of(exit.code, before.code) == exit.code ? exit : before;
}

}  // namespace

int run_commitment(const Context& context, const std::string& place, const ChosenPeer& chosen,
                   bool any_title, const CommitmentOptions& options, const ingest::Exit& before) {
  const auto began = std::chrono::steady_clock::now();
  if (std::error_code ignored; !std::filesystem::exists(place, ignored)) {  // it would be made
    complain(context, place, "there is no ledger here", "name what 'send' kept: its last line");
    return kExitLedger;
  }
  auto ledger = ledger::Ledger::open(place, ledger::Ledger::Mode::Write);
  if (!ledger) return refuse(context, place, ledger.error(), kExitLedger);
  const auto name = peer_in(**ledger, chosen, any_title);
  if (!name) return refuse(context, chosen.name, name.error(), kExitNothing);
  auto deliveries = ledger::Deliveries::open(**ledger, *name);
  ledger::Job asked;
  asked.command = "commit";
  asked.arguments = context.arguments;
  asked.source = chosen.name;
  auto job = (*ledger)->start_job(asked);
  if (!deliveries || !job)
    return refuse(context, place, deliveries ? job.error() : deliveries.error(), kExitLedger);
  catch_interrupts();
  print_start(context, place, *job);
  const auto summary = ask(context, *deliveries, *job, request_options(options, chosen, *name));
  if (!summary) return refuse(context, place, summary.error(), kExitLedger);
  if (summary->error)
    complain(context, chosen.name, dimse::describe_peer_error(*summary->error),
             "the same command asks again");
  const ingest::Exit exit = exit_of(*summary, before);
  job->exit_code = exit.code;
  job->exit_reason = exit.reason;
  if (const auto finished = (*ledger)->finish_job(*job); !finished)
    return refuse(context, place, finished.error(), kExitLedger);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  print_summary(context, *summary, seconds.count(), exit);
  return exit.code;
}

void add_commitment_options(Command& command, CommitmentOptions& options) {
  command
      .add_option("--listen", options.listen_port,
                  "take commitment reports by associations of the peer's own on this port")
      .range(1, 65535);
  command
      .add_option("--wait", options.wait,
                  "seconds for a commitment report, before it is asked for again")
      .range(0.0, 604'800.0)
      .shows_default();
  command.add_option("--attempts", options.attempts, "commitment requests for one object, at most")
      .range(1U, 100U)
      .shows_default();
}

void add_commit(Command& app, Context& context) {
  auto options = std::make_shared<CommitOptions>();
  Command command = add_command(
      app, context, "commit", "asks a peer to keep what a ledger says it stored (commitment)",
      [options, &context] {
        const ChosenPeer chosen = choose_peer(context, options->peer, options->options);
        const bool any_title = chosen.proposal.called_ae == dimse::Proposal{}.called_ae;
        return run_commitment(context, ledger_place(options->ledger), chosen, any_title,
                              options->commitment);
      });
  command.add_option("ledger", options->ledger, "a ledger, or the directory that holds it")
      .required();
  command.add_option("peer", options->peer, kPeerHelp).required().words(1, 2);
  add_commitment_options(command, options->commitment);
  add_peer_options(command, options->options);
}

}  // namespace slipring::cli

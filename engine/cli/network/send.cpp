#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <filesystem>
#include <memory>

#include "engine/cli/network/send_output.h"
#include "engine/cli/network/sending.h"
#include "engine/cli/nightly/amounts_of_time.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/signals.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::cli {

namespace send = ingest::send;

namespace {

struct SendOptions : SendWords {
  std::vector<std::string> words;  // sources, then the peer
};

constexpr std::uint16_t kOperationsOffered = 16;

bool is_port(const std::string& word) {
  std::uint16_t port = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, port);
  return error == std::errc{} && rest == end && port != 0;
}

// The last word names the peer, or the last two do: HOST PORT.
std::vector<std::string> take_peer(std::vector<std::string>& words) {
  std::error_code ignored;
  const bool two =
      words.size() >= 2 && is_port(words.back()) && !std::filesystem::exists(words.back(), ignored);
  const std::size_t count = std::min<std::size_t>(words.size(), two ? 2 : 1);
  std::vector<std::string> peer(words.end() - static_cast<std::ptrdiff_t>(count), words.end());
  words.resize(words.size() - count);
  return peer;
}

// "06:00": when the clock next shows it.
std::chrono::system_clock::time_point time_named(const std::string& text) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return std::chrono::system_clock::now() +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(
             std::chrono::duration<double>(seconds_until(text, local)));
}

// Fills what follows from the peer: whom to call, how, and where the ledger is.
void settle(SendWords& options, const ChosenPeer& chosen_by_words) {
  ChosenPeer chosen = chosen_by_words;
  if (options.peer.max_ops_invoked == 0) chosen.proposal.async_window = {kOperationsOffered, 1};
  options.send.peer = {chosen.peer.host, chosen.peer.port, chosen.proposal.called_ae,
                       chosen.proposal.calling_ae};
  options.send.connect = [chosen](std::span<const dimse::ContextWish> wishes,
                                  const dimse::Interrupt* interrupt) {
    dimse::Proposal proposal = chosen.proposal;
    proposal.contexts = dimse::plan_contexts(wishes);
    return dimse::associate(chosen.peer, proposal, chosen.timeouts, interrupt);
  };
  if (!options.bandwidth.empty()) options.send.bytes_per_second = parse_rate(options.bandwidth);
  if (!options.until.empty()) options.send.until = time_named(options.until);
  if (!options.send.ledger.empty()) return;
  std::vector<std::string> roots = options.send.sources;
  if (roots.empty()) roots.push_back(options.send.files_from);
  if (options.send.target != nullptr)  // another journey than that of the objects as they are
    roots.push_back(fmt::format("--to {}", options.send.target->uid));
  if (const transcode::Loss& loss = options.send.loss; loss.allowed())
    roots.push_back(fmt::format("loss {} {} {}", loss.ratio, loss.step, loss.error_max));
  roots.push_back(
      fmt::format("{}@{}:{}", chosen.proposal.called_ae, chosen.peer.host, chosen.peer.port));
  options.send.ledger = ledger::state_path(roots);
}

int dry_run(const Context& context, const send::Options& options, const std::string& peer) {
  SendOutput output(context, peer);
  const auto survey = send::survey(options);
  if (!survey) {
    const std::string why = dimse::describe_peer_error(survey.error());
    if (context.json) print(error_line(peer, survey.error()));
    log_error(fmt::format("slipring: {}: {}", peer, why));
    return kExitDestination;
  }
  output.surveyed(*survey);
  if (survey->offers.empty()) return kExitNothing;
  for (const send::Offer& offer : survey->offers)
    if (offer.sent_as == nullptr) return kExitObjects;
  return kExitOk;
}

// What was stored is asked for, unless there is no use in it now: the peer has failed, or a person
// or the clock said stop.
int commit_too(const Context& context, const SendWords& options, const ChosenPeer& chosen,
               const ingest::Exit& sent) {
  if (sent.code != kExitOk && sent.code != kExitObjects && sent.code != kExitSource) {
    if (sent.code != kExitNothing)
      log_warning("slipring: commitment is not asked for now; the same command goes on from here");
    return sent.code;
  }
  return run_commitment(context, options.send.ledger, chosen, false, options.commitment, sent);
}

int run_send(const Context& context, SendOptions options) {
  const std::vector<std::string> peer = take_peer(options.words);
  options.send.sources = options.words;
  if (options.send.sources.empty() && options.send.files_from.empty()) {
    log_error("slipring: send needs what and whom: slipring send SOURCE... [AET@]HOST:PORT");
    return kExitUsage;
  }
  return run_sending(context, options, peer);
}

}  // namespace

int run_sending(const Context& context, SendWords options, std::span<const std::string> peer) {
  const ChosenPeer chosen = choose_peer(context, peer, options.peer);
  const std::string& name = chosen.name;
  settle(options, chosen);
  options.send.arguments = context.arguments;
  catch_interrupts();
  if (options.dry_run) return dry_run(context, options.send, name);
  SendOutput output(context, name);
  const auto summary = send::run(options.send, output);
  if (!summary) {
    if (context.json) print(error_line(options.send.ledger, summary.error()));
    log_error(fmt::format("slipring: {}: {}", options.send.ledger, describe(summary.error())));
    return kExitLedger;
  }
  const ingest::Exit exit = send::exit_of(*summary);
  output.finished(options.send, *summary, exit);
  return options.commit ? commit_too(context, options, chosen, exit) : exit.code;
}

void add_sending_options(Command& command, SendWords& options, const char* associations) {
  send::Options& send = options.send;
  command
      .add_option(associations, send.associations,
                  "associations from the start; by default one, and more while they pay")
      .range(1U, 16U);
  command.add_option("--max-associations", send.associations_max, "how many there may be")
      .range(1U, 16U)
      .shows_default();
  command
      .add_option("--retries", send.retries,
                  "attempts beyond the first of an object, and of a connection in a row")
      .range(0U, 1000U)
      .shows_default();
  command.add_option("--bwlimit", options.bandwidth, "bytes a second at most (20M, 500M/s)");
  command.add_option("--until", options.until,
                     "finish what was begun at this time (06:00), and stop; resumable");
  command.add_flag("--commit", options.commit,
                   "then ask the peer to keep what it stored, and wait for its report");
  add_commitment_options(command, options.commitment);
  add_peer_options(command, options.peer);
}

void add_send(Command& app, Context& context) {
  auto options = std::make_shared<SendOptions>();
  Command command = add_command(app, context, "send",
                                "sends objects to a PACS (C-STORE) and records what it answered",
                                [options, &context] { return run_send(context, *options); });
  send::Options& send = options->send;
  command
      .add_option("paths", options->words,
                  std::string("files, directories and output trees of convert, then the peer: ") +
                      kPeerHelp)
      .required();
  command.add_option("--files-from", send.files_from,
                     "read paths from this file, one a line; - is stdin");
  command.add_flag("-0,--null", send.null_separated, "paths in --files-from end with NUL");
  add_sending_options(command, *options, "-j,--associations");
  command.add_option("--threads", send.threads,
                     "that transcode what the peer does not take as it is; 0 is one per processor");
  command.add_flag("--allow-lossy", send.allow_lossy,
                   "objects compressed with loss may be decoded for a peer that asks for it");
  command.add_option("--ledger", send.ledger, "where the ledger is kept");
  command.add_flag("--fresh", send.fresh, "forget what was sent to this peer before");
  command.add_flag("--retry-failed", send.retry_failed, "try again what failed before");
  command.add_flag("--dry-run", options->dry_run,
                   "asks the peer what it would take, and prints it; sends nothing");
  command.add_flag_callback("--no-halt", [] {}, "accepted: errors never stop a run");
}

}  // namespace slipring::cli

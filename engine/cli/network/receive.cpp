// `slipring receive`: options, and the life of a receiver from its port to its books.
#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <memory>

#include "engine/cli/dry_run.h"
#include "engine/cli/job_options.h"
#include "engine/cli/network/peer_options.h"
#include "engine/cli/network/receive_output.h"
#include "engine/cli/network/storing_commands.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/signals.h"
#include "engine/dicom/escape.h"
#include "engine/ingest/ingest.h"

namespace slipring::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPoll{20};
constexpr dimse::Milliseconds kDrain{30'000};   // for objects that are being received
constexpr dimse::Milliseconds kGoodbye{5'000};  // for peers to release after the last object

struct ReceiveOptions {
  receive::ReceiverOptions receiver;
  receive::IntakeOptions intake;
  std::string ae_title = "SLIPRING";
  bool check_called = false;
  std::string target;
  std::string max_pdu;
  double acse_timeout = 30;
  double dimse_timeout = 60;
  double idle_timeout = 60;
  double object_timeout = 3600;
  bool tls = false;
  dimse::TlsOptions tls_options;
  std::vector<std::string> report_to;
  std::uint64_t exit_after = 0;
  double exit_idle = 0;
};

dimse::Milliseconds milliseconds(double seconds) {
  return dimse::Milliseconds(static_cast<long long>(seconds * 1000));
}

void settle_tls(ReceiveOptions& options) {
  if (!options.tls) {
    if (!options.tls_options.key.empty() || !options.tls_options.certificate.empty() ||
        !options.tls_options.ca_file.empty())
      throw UsageError("--tls", "--key, --cert and --cafile need --tls");
    return;
  }
  auto context = dimse::TlsContext::server(options.tls_options);
  if (!context) throw UsageError("--tls", describe(context.error()));
  for (const std::string& warning : (*context)->warnings()) log_warning(warning);
  options.receiver.server.tls = *context;
}

// "AET@HOST:PORT": where that requestor's commitment reports go.
void settle_report_to(const Context& context, const std::string& word, ReceiveOptions& options) {
  PeerOptions ours;
  ours.tls = options.tls;
  ours.tls_options = options.tls_options;
  const ChosenPeer chosen = choose_peer(context, {&word, 1}, ours);
  options.receiver.commitment.report_to[chosen.proposal.called_ae] = chosen.peer;
}

void settle(const Context& context, ReceiveOptions& options) {
  dimse::Timeouts& timeouts = options.receiver.server.timeouts;
  timeouts.association = timeouts.release = milliseconds(options.acse_timeout);
  timeouts.pdu = timeouts.response = milliseconds(options.dimse_timeout);
  timeouts.idle = milliseconds(options.idle_timeout);
  timeouts.message = milliseconds(options.object_timeout);
  receive::AcceptOptions& accept = options.receiver.accept;
  accept.max_pdu_bytes = max_pdu_of(options.max_pdu);
  if (options.check_called) accept.ae_title = options.ae_title;
  if (const auto checked = dimse::check_ae_title(options.ae_title); !checked)
    throw UsageError("--aetitle", std::string(checked.error().what));
  settle_tls(options);
  accept.commitment = true;
  options.receiver.commitment.ae_title = options.ae_title;
  options.receiver.commitment.timeouts = timeouts;
  for (const std::string& word : options.report_to) settle_report_to(context, word, options);
  ingest::Options& ingest = options.intake.ingest;
  ingest.arguments = context.arguments;
  if (ingest.ledger.empty() && !options.intake.discard)
    ingest.ledger = ingest.output + "/.slipring/ledger.db";
}

// Why --to cannot be; "" when it can, and then the target is set.
std::string settle_target(ReceiveOptions& options) {
  if (options.target.empty()) return {};
  const dicom::TransferSyntax* const target = dicom::transfer_syntax_named(options.target);
  if (target == nullptr) return dicom::unknown_transfer_syntax_message(options.target);
  if (const std::string why = why_not_a_target(*target); !why.empty())
    return fmt::format("cannot write {}: {}; see 'slipring list-ts'", dicom::display(*target), why);
  options.intake.ingest.target = target;
  return {};
}

int refuse(const Context& context, const std::string& path, const Error& error, int code) {
  if (context.json) print(error_line(path, error));
  log_error(fmt::format("slipring: {}: {}", dicom::terminal_text(path), describe(error)));
  return code;
}

int refuse_intake(const Context& context, const receive::IntakeOptions& options,
                  const Error& error) {
  const bool is_ledger =
      error.code == ErrorCode::Malformed || error.code == ErrorCode::Unsupported ||
      (error.code == ErrorCode::Io && error.what.find("ledger") != std::string_view::npos);
  return is_ledger ? refuse(context, options.ingest.ledger, error, kExitLedger)
                   : refuse(context, options.ingest.output, error, kExitDestination);
}

// Until a signal, enough objects, long enough without any, or a ledger that is damaged.
void wait_for_the_end(const ReceiveOptions& options, receive::Intake& intake,
                      receive::Receiver& receiver, const std::function<void()>& tell) {
  std::uint64_t answered = 0;
  Clock::time_point quiet_since = Clock::now();
  while (ingest::interrupt_requested == 0) {
    if (intake.store() != nullptr && intake.store()->ledger_error()) return;
    if (take_status_request()) tell();
    const std::uint64_t now_answered = receiver.answered();
    if (options.exit_after != 0 && now_answered >= options.exit_after) break;
    if (now_answered != answered || receiver.associations() != 0) quiet_since = Clock::now();
    answered = now_answered;
    if (options.exit_idle > 0 && Clock::now() - quiet_since >= milliseconds(options.exit_idle))
      break;
    wait_for_signal(kPoll);
  }
  const Clock::time_point last = Clock::now();
  while (ingest::interrupt_requested == 0 && receiver.associations() != 0 &&
         Clock::now() - last < kGoodbye)
    wait_for_signal(kPoll);
}

int run_receive(const Context& context, ReceiveOptions options) {
  if (options.intake.ingest.output.empty() == !options.intake.discard) {
    log_error("slipring: receive needs either --into DIRECTORY or --discard");
    return kExitUsage;
  }
  if (const std::string why = settle_target(options); !why.empty()) {
    log_error("slipring: " + why);
    return kExitUsage;
  }
  settle(context, options);
  catch_interrupts();
  const auto begun = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - begun).count(); };
  ReceiveOutput output(context);
  options.intake.source = "associations to " + options.ae_title;
  auto intake = receive::Intake::open(
      options.intake, [&](const receive::Arrived& arrived) { output.object(arrived); });
  if (!intake) return refuse_intake(context, options.intake, intake.error());
  auto receiver = receive::Receiver::start(
      options.receiver, **intake,
      [&](const dimse::Ended& ended, const receive::AssociationTally& tally) {
        output.association(ended, tally);
      });
  if (!receiver)
    return refuse(context, fmt::format("port {}", options.receiver.server.port), receiver.error(),
                  kExitDestination);
  receive::Store* const store = (*intake)->store();
  output.listening((*intake)->options(), options.ae_title, (*receiver)->port(),
                   store == nullptr ? "" : store->job().name);
  wait_for_the_end(options, **intake, **receiver,
                   [&] { output.so_far(options.intake.discard, seconds()); });
  (*receiver)->stop(kDrain);
  const ingest::Exit exit = output.exit(store != nullptr && store->ledger_error());
  if (store != nullptr) store->close(exit);
  output.finished((*intake)->options(), seconds(), exit);
  return exit.code;
}

void add_place_options(Command& command, ReceiveOptions& options) {
  ingest::Options& ingest = options.intake.ingest;
  command.add_option("--into", ingest.output, "where objects go: study/series/instance.dcm");
  command.add_option("--to,--ts", options.target,
                     "transcode on arrival, with proof; what cannot be is kept as it came");
  command.add_flag("--recompress-lossy", ingest.recompress_lossy,
                   "with --to: lossy objects too, without further loss");
  command.add_flag("--discard", options.intake.discard, "keep nothing: receive and count");
  add_fsync_option(command, ingest.fsync,
                   "none, batch or file; success is answered after the flush");
  command.add_option("--ledger", ingest.ledger, "where the ledger is kept");
  const auto size = [&](const char* name, std::uint64_t& value, const char* help) {
    command.add_option_function(
        name, [&value](const std::string& text) { value = parse_size(text); }, help);
  };
  size("--max-object", options.intake.object_bytes_max, "the longest object taken: 64G");
  size("--min-free", options.intake.free_bytes_min,
       "space to leave free: below it objects are refused, to be sent again (A700): 64M");
}

void add_association_options(Command& command, ReceiveOptions& options) {
  dimse::ServerOptions& server = options.receiver.server;
  receive::AcceptOptions& accept = options.receiver.accept;
  command.add_option("--port", server.port, "port to listen on; 0 is any free one")
      .required()
      .range(0, 65535);
  command.add_option("--address", server.address, "listen on this address only");
  command.add_option("--aetitle", options.ae_title, "our AE title (-aet)").shows_default();
  command.add_flag("--check-called", options.check_called, "refuse callers of another AE title");
  command.add_option("--allow-calling", accept.calling_ae, "calling AE titles let in; all without");
  command.add_flag("--private-classes", accept.private_classes,
                   "take objects of SOP classes that are not the standard's");
  command.add_option("--max-associations", server.associations_max, "at a time, of all peers")
      .range(1, 10'000)
      .shows_default();
  command
      .add_option("--max-per-peer", server.associations_per_peer_max, "at a time, of one address")
      .range(1, 10'000)
      .shows_default();
  command.add_option("--max-pdu", options.max_pdu,
                     "the longest PDU we take (-pdu): 0, or 4096 to 1M");
  command
      .add_option("--max-ops-performed", accept.operations_max,
                  "requests outstanding at a time, of peers that ask for several")
      .range(1, 1024)
      .shows_default();
}

void add_commitment_options(Command& command, ReceiveOptions& options) {
  command.add_option("--report-to", options.report_to,
                     "AET@HOST:PORT: where commitment reports for that requestor go; without, they "
                     "go back by the association that asked");
}

void add_time_options(Command& command, ReceiveOptions& options) {
  const auto seconds = [&](const char* name, double& value, const char* help) {
    command.add_option(name, value, help).range(0.0, 604'800.0).shows_default();
  };
  seconds("--acse-timeout", options.acse_timeout, "seconds for association and release (-ta)");
  seconds("--dimse-timeout", options.dimse_timeout, "seconds for a whole PDU (-td)");
  seconds("--idle-timeout", options.idle_timeout, "seconds from one message to the next");
  seconds("--object-timeout", options.object_timeout, "seconds for a whole object");
  command.add_option("--exit-after", options.exit_after, "stop after so many objects");
  seconds("--exit-idle", options.exit_idle,
          "stop after so many seconds without association; 0: no");
}

}  // namespace

void add_receive(Command& app, Context& context) {
  auto options = std::make_shared<ReceiveOptions>();
  Command command =
      add_command(app, context, "receive",
                  "takes in what peers send (Storage SCP), durable before success is answered",
                  [options, &context] { return run_receive(context, *options); });
  add_association_options(command, *options);
  add_place_options(command, *options);
  add_commitment_options(command, *options);
  add_time_options(command, *options);
  command.add_flag("--tls", options->tls, "TLS 1.2 or 1.3 only; port 2762 by convention");
  command.add_option("--key", options->tls_options.key, "our key, PEM without a passphrase");
  command.add_option("--cert", options->tls_options.certificate, "our certificate, PEM");
  command.add_option("--cafile", options->tls_options.ca_file,
                     "PEM: peers must hold a certificate of these authorities");
}

}  // namespace slipring::cli

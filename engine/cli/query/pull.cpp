#include "engine/retrieve/pull.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "engine/cli/job_options.h"
#include "engine/cli/network/peer_options.h"
#include "engine/cli/network/session_output.h"
#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/signals.h"
#include "engine/cli/output/status_answers.h"
#include "engine/cli/query/query_commands.h"
#include "engine/cli/query/query_words.h"
#include "engine/cli/query/study_list.h"
#include "engine/dicom/escape.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/transport/peer_error.h"
#include "engine/ingest/ingest.h"
#include "engine/receive/receiver.h"

namespace slipring::cli {

namespace {

constexpr dimse::Milliseconds kDrain{5'000};

struct PullWords {
  std::string command;
  std::vector<std::string> peer;
  PeerOptions options;
  std::vector<std::string> keys;
  std::string studies_file;
  std::vector<std::string> studies;  // of that file
  std::string date_range;
  receive::IntakeOptions intake;
  retrieve::PullOptions pull;
  bool moves = false;
  std::uint16_t port = 0;  // of --move
  std::shared_ptr<dimse::TlsContext> listener_tls;
};

// ---------------------------------------------------------------- output

// An object line each, told by the store, and a line a study.
class PullOutput {
 public:
  explicit PullOutput(const Context& context) : context_(context) {}

  void object(const receive::Arrived& arrived) {
    const std::lock_guard lock(mutex_);
    bytes_ += arrived.parcel.record.bytes_in;
    ++objects_;
    if (arrived.parcel.record.outcome == dicom::Outcome::Failed) ++failed_;
    if (context_.json) print(object_line(arrived.parcel.record));
  }

  void study(const retrieve::StudyOutcome& outcome) {
    const std::lock_guard lock(mutex_);
    ++studies_;
    const std::string why = outcome.error         ? dimse::describe_peer_error(*outcome.error)
                            : outcome.listed == 0 ? "the peer lists nothing of it"
                            : outcome.missing != 0
                                ? fmt::format("it ended with {} ({:04X})",
                                              dimse::status_name(outcome.status), outcome.status)
                                : "";
    if (context_.json) return print_study(outcome, why);
    const std::string text = fmt::format(
        "{}: {} of {}{}{}", outcome.study, count_text(outcome.held), count_text(outcome.listed),
        outcome.before == 0 ? "" : fmt::format(", {} here before", count_text(outcome.before)),
        why.empty() ? "" : "; " + why);
    if (!why.empty())
      log_error(text);
    else if (context_.verbosity >= 0)
      fmt::print("{}\n", text);
  }

  [[nodiscard]] std::uint64_t bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

  // What came until now. From any thread.
  [[nodiscard]] StatusAnswers::SoFar so_far() const {
    const std::lock_guard lock(mutex_);
    ingest::Progress progress;
    progress.done = progress.total = objects_;
    progress.bytes_in = progress.bytes_out = bytes_;
    progress.failed = failed_;
    return {progress, fmt::format("{} studies ended; {} objects came, {}; {} not stored",
                                  count_text(studies_), count_text(objects_), bytes_text(bytes_),
                                  count_text(failed_))};
  }

 private:
  static void print_study(const retrieve::StudyOutcome& outcome, const std::string& why) {
    Json json = line("study");
    json["study"] = outcome.study;
    json["listed"] = outcome.listed;
    json["before"] = outcome.before;
    json["held"] = outcome.held;
    json["missing"] = outcome.missing;
    json["reason"] = dicom::json_text(why);
    print(json);
  }

  const Context& context_;
  mutable std::mutex mutex_;
  std::uint64_t bytes_ = 0;
  std::uint64_t objects_ = 0;
  std::uint64_t failed_ = 0;  // of these
  std::uint64_t studies_ = 0;
};

// ---------------------------------------------------------------- what to pull

// Those keys that name what lies within a study narrow the listing; the others find studies.
std::vector<query::Key> study_keys(PullWords& words) {
  std::vector<query::Key> keys;
  for (query::Key& key : parse_keys(words.keys)) {
    if (key.path.size() == 1 && key.path[0] == dicom::tags::SeriesInstanceUID)
      words.pull.series = key.value;
    else if (key.path.size() == 1 && key.path[0] == dicom::tags::SOPInstanceUID)
      words.pull.instance = key.value;
    else
      keys.push_back(std::move(key));
  }
  if (!words.date_range.empty()) keys.push_back({{dicom::tags::StudyDate}, words.date_range});
  if (keys.empty() && words.studies_file.empty())
    throw UsageError(words.command,
                     "say which studies: --studies FILE, --date-range A-B or -k StudyInstanceUID=");
  return keys;
}

Result<std::vector<std::string>> studies_of(const PullWords& words, retrieve::Pull& pull,
                                            std::span<const query::Key> keys) {
  if (!words.studies_file.empty()) return words.studies;
  return pull.find(keys);
}

// ---------------------------------------------------------------- the run

int exit_code_of(const retrieve::PullTotals& totals, std::size_t studies) {
  if (totals.ledger_failed) return kExitLedger;
  if (totals.peer_failed) return kExitDestination;
  if (ingest::interrupt_requested != 0) return kExitInterrupted;
  if (studies == 0) return kExitNothing;
  return totals.incomplete != 0 || totals.studies != studies ? kExitObjects : kExitOk;
}

void settle(const Context& context, PullWords& words, const ChosenPeer& chosen) {
  words.pull.visit.peer = chosen.peer;
  words.pull.visit.proposal = chosen.proposal;
  words.pull.visit.timeouts = chosen.timeouts;
  if (words.moves) words.listener_tls = listener_tls(chosen);
  if (words.moves) words.pull.visit.move_destination = chosen.proposal.calling_ae;
  words.intake.command = words.command;
  words.intake.source = chosen.name;
  ingest::Options& ingest = words.intake.ingest;
  ingest.arguments = context.arguments;
  if (ingest.ledger.empty()) ingest.ledger = ingest.output + "/.slipring/ledger.db";
}

// For --move: where the peer sends to. Null when C-GET is used.
Result<std::unique_ptr<receive::Receiver>> start_receiver(const PullWords& words,
                                                          receive::Intake& intake) {
  if (!words.moves) return std::unique_ptr<receive::Receiver>();
  receive::ReceiverOptions options;
  options.server.port = words.port;
  options.server.tls = words.listener_tls;
  options.accept.ae_title = words.pull.visit.move_destination;
  return receive::Receiver::start(options, intake,
                                  [](const dimse::Ended&, const receive::AssociationTally&) {});
}

int refuse(const Context& context, const std::string& name, const Error& error, int code) {
  print_peer_failure(context, name, error);
  return code;
}

int pull_into(const Context& context, const PullWords& words, receive::Intake& intake,
              PullOutput& output, std::span<const query::Key> keys, Session& session) {
  const std::string& name = words.intake.source;
  auto receiver = start_receiver(words, intake);
  if (!receiver)
    return refuse(context, fmt::format("port {}", words.port), receiver.error(), kExitDestination);
  auto pull = retrieve::Pull::open(
      words.pull, intake, [&](const retrieve::StudyOutcome& outcome) { output.study(outcome); });
  if (!pull) return refuse(context, words.intake.ingest.ledger, pull.error(), kExitLedger);
  Result<std::vector<std::string>> studies;
  retrieve::PullTotals totals;
  {
    // A signal stops the pull after the objects on their way.
    const StatusAnswers status(context, [&] { return output.so_far(); }, [&] { (*pull)->stop(); });
    studies = studies_of(words, **pull, keys);
    if (studies) totals = (*pull)->run(*studies);
  }
  if (!studies) return refuse(context, name, studies.error(), kExitDestination);
  if (*receiver != nullptr) (*receiver)->stop(kDrain);
  session.seen = totals.listed;
  session.ok = totals.listed - totals.missing;
  if (!context.json && context.verbosity >= 0)
    fmt::print("{} of {} studies, {} of {} instances, {} new bytes; {} studies incomplete\n",
               count_text(totals.studies), count_text(studies->size()), count_text(session.ok),
               count_text(session.seen), bytes_text(output.bytes()), count_text(totals.incomplete));
  return exit_code_of(totals, studies->size());
}

// Before anybody is called. False: it was said what is wrong with the list.
bool take_study_list(const Context& context, PullWords& words) {
  if (words.studies_file.empty()) return true;
  auto studies = read_study_list(words.studies_file);
  if (studies) {
    words.studies = std::move(*studies);
    return true;
  }
  const std::string text = study_list_message(words.studies_file, studies.error());
  if (context.json) {
    Json json = line("error");
    json["path"] = dicom::json_text(words.studies_file);
    json["msg"] = dicom::json_text(text);
    json["hint"] = "one Study Instance UID a line, or a CSV file with a column of them";
    print(json);
  }
  log_error("slipring: " + text);
  return false;
}

int run_pull(const Context& context, PullWords words) {
  const auto began = std::chrono::steady_clock::now();
  const std::vector<query::Key> keys = study_keys(words);
  if (!take_study_list(context, words)) return kExitUsage;
  settle(context, words, choose_peer(context, words.peer, words.options));
  catch_interrupts();
  print_session_start(context, words.command);
  PullOutput output(context);
  Session session;
  auto intake = receive::Intake::open(
      words.intake, [&](const receive::Arrived& arrived) { output.object(arrived); });
  if (!intake) {
    session.exit_code = refuse(context, words.intake.ingest.output, intake.error(), kExitLedger);
  } else {
    session.exit_code = pull_into(context, words, **intake, output, keys, session);
    (*intake)->store()->close(exit_of_session(session.exit_code));
  }
  session.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  print_session_summary(context, session);
  return session.exit_code;
}

void add_shared(Command& command, PullWords& words) {
  command.add_option("peer", words.peer, kPeerHelp).required().words(1, 2);
  command
      .add_option("--into", words.intake.ingest.output,
                  "where objects go: study/series/instance.dcm; the ledger is kept there too")
      .required();
  command.add_option("--ledger", words.intake.ingest.ledger, "where the ledger is kept");
  add_key_option(command, words.keys);
  command.add_option("--attempts", words.pull.attempts, "to fetch what is missing of a study")
      .range(1U, 100U)
      .shows_default();
  command.add_option_function(
      "--bwlimit",
      [&words](const std::string& text) { words.pull.bytes_per_second = parse_size(text); },
      "bytes a second, of all associations together: 50M");
  command.add_flag("--move", words.moves,
                   "by C-MOVE to a receiver of our own; the peer must know our AE title and port");
  command.add_option("--port", words.port, "that receiver's port").range(0, 65535);
  add_peer_options(command, words.options);
}

}  // namespace

void add_pull(Command& app, Context& context) {
  auto words = std::make_shared<PullWords>();
  words->command = "pull";
  Command command =
      add_command(app, context, "pull", "fetches studies from a peer, and proves that all came",
                  [words, &context] { return run_pull(context, *words); });
  command.add_option("--studies", words->studies_file,
                     "file with a Study Instance UID a line, or a CSV with a column of them");
  command.add_option("--date-range", words->date_range, "StudyDate: 20200101-20201231");
  command.add_option("-j,--associations", words->pull.associations, "studies at a time")
      .range(1U, 64U)
      .shows_default();
  add_shared(command, *words);
  command.footer(
      "Each study is listed down to its instances, fetched, and counted; what is missing is a row\n"
      "of the ledger. The same command again resumes. Exit 1 when something is missing.");
}

void add_get(Command& app, Context& context) {
  auto words = std::make_shared<PullWords>();
  words->command = "get";
  words->pull.associations = 1;
  Command command = add_command(app, context, "get", "fetches what matches from a peer (C-GET)",
                                [words, &context] { return run_pull(context, *words); });
  add_shared(command, *words);
  command.footer(
      "-k StudyInstanceUID=1.2.3 names the study, or other keys find several; -k "
      "SeriesInstanceUID=\n"
      "and -k SOPInstanceUID= narrow it. As pull --associations 1 does.");
}

}  // namespace slipring::cli

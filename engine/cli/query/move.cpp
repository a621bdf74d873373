#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <mutex>

#include "engine/cli/network/peer_options.h"
#include "engine/cli/network/session_output.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/status_answers.h"
#include "engine/cli/query/query_commands.h"
#include "engine/cli/query/query_words.h"
#include "engine/dicom/escape.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/service/query.h"
#include "engine/query/answer.h"

namespace slipring::cli {

namespace {

struct MoveOptions {
  std::vector<std::string> peer;
  PeerOptions options;
  QueryWords words;
  std::string destination;
};

// What the peer said last, for whoever wants to know.
class Going {
 public:
  void tell(const dimse::RetrieveOutcome& so_far) {
    const std::lock_guard lock(mutex_);
    last_ = so_far;
  }

  [[nodiscard]] StatusAnswers::SoFar so_far() const {
    const std::lock_guard lock(mutex_);
    ingest::Progress progress;
    progress.done = std::uint64_t{last_.completed} + last_.warnings + last_.failed;
    progress.total = progress.done + last_.remaining;
    progress.failed = last_.failed;
    return {progress, text_of(last_)};
  }

  [[nodiscard]] static std::string text_of(const dimse::RetrieveOutcome& so_far) {
    return fmt::format("{} done, {} failed, {} to go", so_far.completed + so_far.warnings,
                       so_far.failed, so_far.remaining);
  }

 private:
  mutable std::mutex mutex_;
  dimse::RetrieveOutcome last_;
};

struct Moved {
  dimse::RetrieveOutcome outcome;
  std::vector<std::string> failed_instances;
};

Result<Moved> move_all(const ChosenPeer& chosen, const MoveOptions& options,
                       const LevelQuery& query, std::string_view sop_class, Going& going) {
  TRY_ASSIGN(const auto association,
             dimse::associate(chosen.peer, chosen.proposal, chosen.timeouts));
  const auto asked = dimse::query_context(*association, sop_class);
  if (!asked) {
    warn_of_release(chosen.name, association->release());
    return std::unexpected(asked.error());
  }
  const dimse::Context& context = **asked;
  const Buffer identifier = identifier_of(query.keys, context.transfer_syntax);
  Moved moved;
  TRY_ASSIGN(moved.outcome,
             dimse::move(*association, context, options.destination, identifier.bytes(),
                         [&](const dimse::RetrieveOutcome& so_far) {
                           log_info(Going::text_of(so_far));
                           going.tell(so_far);
                           return true;
                         }));
  warn_of_release(chosen.name, association->release());
  // A list that cannot be read takes nothing from the counts.
  if (auto list = query::failed_instances(moved.outcome.failed_list, context.transfer_syntax))
    moved.failed_instances = std::move(*list);
  return moved;
}

// 0 all of it, 1 some of it, 5 the peer did not do it, 4 it holds nothing of the kind.
int exit_code_of(const dimse::RetrieveOutcome& outcome) {
  const std::uint64_t arrived = std::uint64_t{outcome.completed} + outcome.warnings;
  if (outcome.failed != 0 && arrived != 0) return kExitObjects;
  switch (dimse::class_of(outcome.status)) {
    case dimse::StatusClass::Success:
      if (outcome.failed != 0) return kExitObjects;
      return arrived == 0 ? kExitNothing : kExitOk;
    case dimse::StatusClass::Warning:
      return kExitObjects;
    default:
      return kExitDestination;
  }
}

void print_outcome(const Context& context, const std::string& name, const std::string& destination,
                   const Moved& moved) {
  const dimse::RetrieveOutcome& outcome = moved.outcome;
  if (context.json) {
    Json json = line("retrieve");
    json["peer"] = dicom::json_text(name);
    json["destination"] = dicom::json_text(destination);
    json["status"] = fmt::format("{:04X}", outcome.status);
    json["status_name"] = dimse::status_name(outcome.status);
    json["comment"] = dicom::json_text(outcome.comment);
    json["completed"] = outcome.completed;
    json["warnings"] = outcome.warnings;
    json["failed"] = outcome.failed;
    json["failed_instances"] = moved.failed_instances;
    return print(json);
  }
  fmt::print("{} to {}: {} ({:04X}); {} moved, {} with a warning, {} failed{}\n",
             dicom::terminal_text(name), dicom::terminal_text(destination),
             dimse::status_name(outcome.status), outcome.status, outcome.completed,
             outcome.warnings, outcome.failed,
             outcome.comment.empty() ? "" : "; " + dicom::terminal_text(outcome.comment));
  for (const std::string& instance : moved.failed_instances) fmt::print("  failed {}\n", instance);
}

int run_move(const Context& context, const MoveOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  if (const auto checked = dimse::check_ae_title(options.destination); !checked)
    throw UsageError("--destination", std::string(checked.error().what));
  const LevelQuery query = level_query(options.words, false);
  const std::string_view sop_class = query.patient_root ? dimse::query_classes::kPatientRootMove
                                                        : dimse::query_classes::kStudyRootMove;
  ChosenPeer chosen = choose_peer(context, options.peer, options.options);
  std::vector<dimse::ContextWish> wishes;
  dimse::propose_query(sop_class, wishes);
  chosen.proposal.contexts = dimse::plan_contexts(wishes);
  (void)identifier_of(query.keys, wishes.front().transfer_syntax);  // wrong keys call nobody
  print_session_start(context, "move");
  Going going;
  const auto moved = [&] {
    const StatusAnswers status(context, [&] { return going.so_far(); });
    return move_all(chosen, options, query, sop_class, going);
  }();
  int code = kExitDestination;
  Session session;
  if (moved) {
    print_outcome(context, chosen.name, options.destination, *moved);
    code = exit_code_of(moved->outcome);
    session.ok = std::uint64_t{moved->outcome.completed} + moved->outcome.warnings;
    session.seen = session.ok + moved->outcome.failed;
  } else {
    print_peer_failure(context, chosen.name, moved.error());
  }
  session.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  session.exit_code = code;
  print_session_summary(context, session);
  return code;
}

}  // namespace

void add_move(Command& app, Context& context) {
  auto options = std::make_shared<MoveOptions>();
  Command command = add_command(app, context, "move", "has a peer send objects to another (C-MOVE)",
                                [options, &context] { return run_move(context, *options); });
  command.add_option("peer", options->peer, kPeerHelp).required().words(1, 2);
  command
      .add_option("--destination", options->destination,
                  "AE title to send to (-aem); the peer must know it")
      .required();
  add_key_option(command, options->words.keys);
  add_level_options(command, options->words);
  add_peer_options(command, options->options);
  command.footer(
      "Name what to move by the unique keys of its level and those above:\n"
      "-k StudyInstanceUID=1.2.3. Exit 1 when some of it failed, 4 when the peer holds none of "
      "it.");
}

}  // namespace slipring::cli

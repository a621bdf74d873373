#include "engine/cli/query/query_run.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>

#include "engine/cli/network/session_output.h"
#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/status_answers.h"
#include "engine/cli/query/matches.h"
#include "engine/cli/query/query_words.h"
#include "engine/dicom/escape.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/service/query.h"

namespace slipring::cli {

namespace {

class Asking {
 public:
  Asking(const Context& context, ChosenPeer chosen, const QueryRun& run)
      : context_(context), chosen_(std::move(chosen)), run_(run), table_(run.columns) {}

  int operator()() {
    const auto began = std::chrono::steady_clock::now();
    std::vector<dimse::ContextWish> wishes;
    dimse::propose_query(run_.sop_class, wishes);
    chosen_.proposal.contexts = dimse::plan_contexts(wishes);
    (void)identifier_of(run_.keys, wishes.front().transfer_syntax);  // wrong keys call nobody
    print_session_start(context_, run_.command);
    const auto outcome = [&] {
      const StatusAnswers status(context_, [&] { return so_far(); });
      return ask();
    }();
    if (!context_.json) table_.finish();
    if (!outcome) print_peer_failure(context_, chosen_.name, outcome.error());
    const int code = outcome ? settle(*outcome) : kExitDestination;
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    print_session_summary(context_, {seen_.load(), seen_.load() - unreadable_, seconds, code});
    return code;
  }

 private:
  [[nodiscard]] StatusAnswers::SoFar so_far() const {
    ingest::Progress progress;
    progress.done = progress.total = seen_;
    return {progress, fmt::format("{} matches until now", count_text(seen_))};
  }

  Result<dimse::FindOutcome> ask() {
    TRY_ASSIGN(const auto association,
               dimse::associate(chosen_.peer, chosen_.proposal, chosen_.timeouts));
    const auto asked = dimse::query_context(*association, run_.sop_class);
    if (!asked) {
      warn_of_release(chosen_.name, association->release());
      return std::unexpected(asked.error());
    }
    const dimse::Context& context = **asked;
    const Buffer identifier = identifier_of(run_.keys, context.transfer_syntax);
    TRY_ASSIGN(dimse::FindOutcome outcome,
               dimse::find(*association, context, identifier.bytes(),
                           [&](const dimse::Match& match) { return take(match, context); }));
    warn_of_release(chosen_.name, association->release());
    return outcome;
  }

  Result<bool> take(const dimse::Match& match, const dimse::Context& context) {
    ++seen_;
    const auto answer = query::Answer::read(match.identifier, context.transfer_syntax);
    if (!answer)
      refuse(answer.error());
    else if (context_.json)
      print_match(*answer);
    else
      table_.add(*answer);
    if (match.optional_keys_unsupported && !warned_) {
      warned_ = true;
      log_warning("slipring: the peer does not support some of these keys, and matched without");
    }
    return run_.limit == 0 || seen_ < run_.limit;
  }

  void refuse(const Error& error) {
    ++unreadable_;
    if (context_.json) print(error_line(fmt::format("match {}", seen_.load()), error));
    log_error(fmt::format("slipring: match {} of {} cannot be read: {}", seen_.load(),
                          dicom::terminal_text(chosen_.name), describe(error)));
  }

  void print_match(const query::Answer& answer) const {
    Json json = line("match");
    json["peer"] = dicom::json_text(chosen_.name);
    json["number"] = seen_.load();
    json["attributes"] = dicom_json(answer);
    print(json);
  }

  // What the final status makes of it all.
  [[nodiscard]] int settle(const dimse::FindOutcome& outcome) const {
    const auto status_class = dimse::class_of(outcome.status);
    const bool ended = status_class == dimse::StatusClass::Success ||
                       (outcome.enough && status_class == dimse::StatusClass::Cancel);
    if (!ended) {
      const std::string text =
          fmt::format("{}: the query ended with {} ({:04X}){}", dicom::terminal_text(chosen_.name),
                      dimse::status_name(outcome.status), outcome.status,
                      outcome.comment.empty() ? "" : ": " + dicom::terminal_text(outcome.comment));
      log_error("slipring: " + text);
      if (context_.json) {
        Json json = line("error");
        json["path"] = dicom::json_text(chosen_.name);
        json["msg"] = text;
        const bool is_for_now = (outcome.status & 0xFF00) == 0xA700;  // out of resources
        json["hint"] = is_for_now ? "it may answer later"
                                  : "ask with fewer keys, or of another --level or --root";
        json["status"] = fmt::format("{:04X}", outcome.status);
        print(json);
      }
      return kExitDestination;
    }
    if (!context_.json && context_.verbosity >= 0)
      log_info(fmt::format("{} matches{}", count_text(seen_),
                           outcome.enough ? "; there may be more (--limit)" : ""));
    if (unreadable_ != 0) return kExitObjects;
    return seen_ == 0 ? kExitNothing : kExitOk;
  }

  const Context& context_;
  ChosenPeer chosen_;
  const QueryRun& run_;
  MatchTable table_;
  std::atomic<std::uint64_t> seen_ = 0;  // written by the thread that asks
  std::uint64_t unreadable_ = 0;
  bool warned_ = false;
};

}  // namespace

int run_query(const Context& context, ChosenPeer chosen, const QueryRun& run) {
  return Asking(context, std::move(chosen), run)();
}

void add_limit_option(Command& command, std::uint64_t& limit) {
  command.add_option("--limit", limit, "cancel the query after so many matches; 0: never")
      .shows_default();
}

}  // namespace slipring::cli

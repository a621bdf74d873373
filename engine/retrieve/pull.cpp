#include "engine/retrieve/pull.h"

#include <fmt/format.h>

#include <thread>
#include <unordered_set>

#include "codecs/base/contract.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::retrieve {

namespace {

// Whether another study may fare better: a peer that is gone or refuses us fails them all.
bool fails_for_all(const Error& error) {
  switch (dimse::fault_of(error)) {
    case dimse::PeerFault::Unreachable:
    case dimse::PeerFault::Rejected:
    case dimse::PeerFault::Untrusted:
      return true;
    default:
      return error.code == ErrorCode::Unsupported;
  }
}

std::string reason_of(const StudyOutcome& outcome) {
  if (outcome.error)
    return "listed by the peer, not fetched: " + dimse::describe_peer_error(*outcome.error);
  return fmt::format("listed by the peer, not sent or not stored; it ended with {} ({:04X})",
                     dimse::status_name(outcome.status), outcome.status);
}

}  // namespace

Result<std::unique_ptr<Pull>> Pull::open(const PullOptions& options, receive::Intake& intake,
                                         Told told) {
  EXPECTS(intake.store() != nullptr);
  std::unique_ptr<Pull> pull(new Pull(options, intake, std::move(told)));
  TRY_ASSIGN(pull->missing_, Missing::open(*intake.store()));
  return pull;
}

Result<std::vector<std::string>> Pull::find(std::span<const query::Key> keys) {
  Visit visit(options_.visit, intake_, throttle_, stop_, interrupt_);
  TRY_ASSIGN(dimse::Association* const association, visit.asking());
  TRY_ASSIGN(std::vector<std::string> studies, query::find_studies(*association, keys));
  visit.leave();
  return studies;
}

PullTotals Pull::run(std::span<const std::string> studies) {
  next_ = 0;
  totals_ = {};
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < options_.associations && i < studies.size(); ++i)
      threads.emplace_back([this, studies] { work(studies); });
  }
  return totals_;
}

void Pull::work(std::span<const std::string> studies) {
  Visit visit(options_.visit, intake_, throttle_, stop_, interrupt_);
  while (!stop_) {
    const std::size_t index = next_++;
    if (index >= studies.size()) break;
    StudyOutcome outcome;
    outcome.study = studies[index];
    pull(visit, outcome);
    end(outcome);
  }
  visit.leave();
}

void Pull::pull(Visit& visit, StudyOutcome& outcome) {
  auto listed = list(visit, outcome.study);
  if (!listed && dimse::worth_retrying(listed.error()) && !fails_for_all(listed.error())) {
    visit.part();
    listed = list(visit, outcome.study);  // an association kept may have ended in the meantime
  }
  if (!listed) {
    outcome.error = listed.error();
    visit.part();
    return;
  }
  outcome.listed = listed->size();
  outcome.before = listed->size() - not_held(*listed).size();
  if (const auto completed = complete(visit, outcome, *listed); !completed)
    outcome.error = completed.error();
  settle(outcome, *listed);
}

Result<std::vector<query::Instance>> Pull::list(Visit& visit, const std::string& study) {
  TRY_ASSIGN(dimse::Association* const association, visit.asking());
  TRY_ASSIGN(std::vector<query::Instance> listed, query::list_study(*association, study));
  std::erase_if(listed, [&](const query::Instance& one) {
    return (!options_.series.empty() && one.series != options_.series) ||
           (!options_.instance.empty() && one.sop_instance != options_.instance);
  });
  return listed;
}

// Fetches until nothing is missing; what is missing after one attempt is asked for by itself.
Result<void> Pull::complete(Visit& visit, StudyOutcome& outcome,
                            std::span<const query::Instance> listed) {
  std::optional<Error> last;
  const bool whole_study = options_.series.empty() && options_.instance.empty();
  for (unsigned attempt = 0; attempt < options_.attempts && !stop_; ++attempt) {
    const std::vector<query::Instance> missing = not_held(listed);
    if (missing.empty()) return {};
    const auto status =
        visit.fetch(outcome.study, missing, whole_study && missing.size() == listed.size());
    last.reset();
    if (status) {
      outcome.status = *status;
      continue;
    }
    visit.part();
    last = status.error();
    if (fails_for_all(*last) || !dimse::worth_retrying(*last)) break;
  }
  if (last && !not_held(listed).empty()) return std::unexpected(*last);
  return {};
}

// What cannot be looked up is none to rely on.
std::vector<query::Instance> Pull::not_held(std::span<const query::Instance> listed) const {
  std::vector<query::Instance> missing;
  for (const query::Instance& instance : listed) {
    const auto held = intake_.store()->inventory().of(instance.sop_instance);
    if (!held || held->empty()) missing.push_back(instance);
  }
  return missing;
}

// Rows of what is missing. A stop leaves none: the same command goes on.
void Pull::settle(StudyOutcome& outcome, std::span<const query::Instance> listed) {
  const std::vector<query::Instance> missing = not_held(listed);
  outcome.missing = missing.size();
  outcome.held = listed.size() - missing.size();
  std::unordered_set<std::string> gone;
  for (const query::Instance& instance : missing) gone.insert(instance.sop_instance);
  std::vector<query::Instance> held(listed.begin(), listed.end());
  std::erase_if(held, [&](const query::Instance& one) { return gone.contains(one.sop_instance); });
  const std::span<const query::Instance> recorded =
      stop_ ? std::span<const query::Instance>() : std::span<const query::Instance>(missing);
  if (!missing_->settle(outcome.study, recorded, held, reason_of(outcome))) {
    const std::lock_guard lock(mutex_);
    totals_.ledger_failed = true;
  }
}

void Pull::end(const StudyOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  ++totals_.studies;
  totals_.listed += outcome.listed;
  totals_.before += outcome.before;
  totals_.missing += outcome.missing;
  if (outcome.error || outcome.missing != 0 || outcome.listed == 0) ++totals_.incomplete;
  if (outcome.error && fails_for_all(*outcome.error)) {
    totals_.peer_failed = true;
    stop_ = true;
  }
  told_(outcome);
}

}  // namespace slipring::retrieve

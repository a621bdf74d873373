#include "engine/receive/commitment_answers.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "engine/dimse/message/status.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::receive {

using commitment::DataSet;
using commitment::Instance;

namespace {

constexpr std::uint16_t kInvalidArgument = 0x0115;  // PS3.7 C.5.9
constexpr std::uint16_t kNoSuchAction = 0x0123;     // PS3.7 C.5.19
constexpr std::chrono::seconds kPause{2};           // between attempts

}  // namespace

CommitmentAnswers::CommitmentAnswers(Store& store, CommitmentOptions options)
    : store_(store), options_(std::move(options)), thread_([this] { run(); }) {}

CommitmentAnswers::~CommitmentAnswers() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  stop_.raise();
  changed_.notify_all();
}

std::optional<std::uint16_t> CommitmentAnswers::why_not(const Instance& instance) const {
  const auto held = store_.inventory().of(instance.sop_instance);
  if (!held) return commitment::reasons::kProcessingFailure;
  if (held->empty()) return commitment::reasons::kNoSuchInstance;
  if (std::ranges::find(*held, instance.sop_class, &Inventory::Holding::sop_class) == held->end())
    return commitment::reasons::kClassInstanceConflict;
  const bool is_there = std::ranges::any_of(*held, [&](const Inventory::Holding& holding) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(store_.tree().root() + "/" + holding.output, ignored);
  });
  if (!is_there) return commitment::reasons::kNoSuchInstance;
  return std::nullopt;
}

Result<void> CommitmentAnswers::answer(dimse::Association& association,
                                       const dimse::Incoming& incoming) {
  TRY_ASSIGN(const Result<DataSet> request, commitment::take_data_set(association, incoming));
  const auto respond = [&](std::uint16_t status) {
    return association.send(incoming.context_id, dimse::response_to(incoming.command, status));
  };
  if (incoming.command.action_type != commitment::kRequestAction) return respond(kNoSuchAction);
  if (!request) return respond(kInvalidArgument);
  const DataSet report = commitment::report_of(
      *request, [this](const Instance& instance) { return why_not(instance); });
  const auto elsewhere = options_.report_to.find(association.negotiated().calling_ae);
  if (elsewhere == options_.report_to.end()) {
    TRY(respond(dimse::statuses::kSuccess));
    return commitment::send_report(association, report);
  }
  {
    const std::lock_guard lock(mutex_);
    if (reports_.size() == kReportsMax) return respond(commitment::reasons::kResourceLimitation);
    reports_.push_back({elsewhere->first, elsewhere->second, report});
  }
  changed_.notify_all();
  return respond(dimse::statuses::kSuccess);
}

void CommitmentAnswers::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !reports_.empty(); });
    if (closed_) return;
    const Report report = std::move(reports_.front());
    reports_.pop_front();
    for (unsigned attempt = 0; attempt < kAttempts && !closed_; ++attempt) {
      if (attempt != 0) changed_.wait_for(lock, kPause, [&] { return closed_; });
      lock.unlock();
      const auto delivered = deliver(report);
      lock.lock();
      if (delivered || !dimse::worth_retrying(delivered.error())) break;
    }
  }
}

Result<void> CommitmentAnswers::deliver(const Report& report) {
  dimse::Proposal proposal;
  proposal.calling_ae = options_.ae_title;
  proposal.called_ae = report.requestor;
  proposal.contexts = {commitment::proposed_context(1)};
  proposal.roles = {commitment::reporting_role()};
  TRY_ASSIGN(const auto association,
             dimse::associate(report.peer, proposal, options_.timeouts, &stop_));
  TRY(commitment::deliver_report(*association, report.data_set));
  return association->release();
}

}  // namespace slipring::receive

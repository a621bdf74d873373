#include "engine/retrieve/visit.h"

#include <algorithm>
#include <map>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/query.h"
#include "engine/retrieve/contexts.h"

namespace slipring::retrieve {

namespace {

constexpr dicom::Tag kLevel{0x0008, 0x0052};
constexpr std::size_t kInstancesAsked = 500;  // in one list of UIDs: below 65534 bytes of it

bool is_held(const std::unique_ptr<dimse::Association>& association) {
  return association != nullptr && association->established();
}

// What was asked for is here: a peer that cannot say goodbye takes nothing from it.
void goodbye(dimse::Association& association) {
  [[maybe_unused]] const auto released = association.release();
}

}  // namespace

Result<dimse::Association*> Visit::asking() {
  if (!is_held(asking_)) {
    dimse::Proposal proposal = options_.proposal;
    std::vector<dimse::ContextWish> wishes;
    dimse::propose_query(dimse::query_classes::kStudyRootFind, wishes);
    proposal.contexts = dimse::plan_contexts(wishes);
    TRY_ASSIGN(asking_, dimse::associate(options_.peer, proposal, options_.timeouts, &interrupt_));
  }
  return asking_.get();
}

Result<dimse::Association*> Visit::fetching(std::span<const query::Instance> wanted) {
  std::vector<std::string> classes = classes_of(wanted);
  std::ranges::sort(classes);
  const bool moves = !options_.move_destination.empty();
  if (is_held(fetching_) && (moves || std::ranges::includes(classes_, classes)))
    return fetching_.get();
  if (fetching_ != nullptr) goodbye(*fetching_);
  dimse::Proposal proposal = options_.proposal;
  if (moves) {
    std::vector<dimse::ContextWish> wishes;
    dimse::propose_query(dimse::query_classes::kStudyRootMove, wishes);
    proposal.contexts = dimse::plan_contexts(wishes);
  } else {
    propose_get(classes, proposal);
  }
  classes_ = std::move(classes);
  TRY_ASSIGN(fetching_, dimse::associate(options_.peer, proposal, options_.timeouts, &interrupt_));
  return fetching_.get();
}

Result<std::uint16_t> Visit::fetch(const std::string& study,
                                   std::span<const query::Instance> wanted, bool all) {
  TRY_ASSIGN(dimse::Association* const association, fetching(wanted));
  const query::Key of_study{{dicom::tags::StudyInstanceUID}, study};
  if (all) {
    const query::Key keys[] = {{{kLevel}, "STUDY"}, of_study};
    return fetch_one(*association, keys);
  }
  std::map<std::string, std::vector<std::string>> by_series;
  for (const query::Instance& instance : wanted)
    by_series[instance.series].push_back(instance.sop_instance);
  std::uint16_t status = dimse::statuses::kSuccess;
  for (const auto& [series, instances] : by_series) {
    for (std::size_t at = 0; at < instances.size(); at += kInstancesAsked) {
      std::string list;
      for (std::size_t i = at; i < std::min(at + kInstancesAsked, instances.size()); ++i)
        list += (list.empty() ? "" : "\\") + instances[i];
      const query::Key keys[] = {{{kLevel}, "IMAGE"},
                                 of_study,
                                 {{dicom::tags::SeriesInstanceUID}, series},
                                 {{dicom::tags::SOPInstanceUID}, list}};
      TRY_ASSIGN(const std::uint16_t last, fetch_one(*association, keys));
      if (last != dimse::statuses::kSuccess) status = last;
    }
  }
  return status;
}

Result<std::uint16_t> Visit::fetch_one(dimse::Association& association,
                                       std::span<const query::Key> keys) {
  const bool moves = !options_.move_destination.empty();
  TRY_ASSIGN(const dimse::Context* const context,
             dimse::query_context(association, moves ? dimse::query_classes::kStudyRootMove
                                                     : dimse::query_classes::kStudyRootGet));
  const dicom::TransferSyntax* const syntax = dicom::find_transfer_syntax(context->transfer_syntax);
  if (syntax == nullptr)
    return fail(ErrorCode::Unsupported, kNoOffset, "identifiers in this transfer syntax");
  Buffer identifier;
  TRY(query::append_identifier(identifier, keys, syntax->encoding));
  const auto goes_on = [&](const dimse::RetrieveOutcome&) { return !stop_.load(); };
  if (moves) {
    TRY_ASSIGN(
        const dimse::RetrieveOutcome outcome,
        dimse::move(association, *context, options_.move_destination, identifier.bytes(), goes_on));
    return outcome.status;
  }
  TRY_ASSIGN(const dimse::RetrieveOutcome outcome,
             dimse::get(
                 association, *context, identifier.bytes(),
                 [&](dimse::Association& on, const dimse::Incoming& incoming) {
                   return store(on, incoming);
                 },
                 goes_on));
  return outcome.status;
}

// Success is answered when the object is durable and its row done.
Result<void> Visit::store(dimse::Association& association, const dimse::Incoming& incoming) {
  const dimse::Context* const context = association.negotiated().context_by_id(incoming.context_id);
  auto object = intake_.begin({incoming.command.sop_class, incoming.command.sop_instance,
                               context->transfer_syntax, association.negotiated().called_ae,
                               association.peer()});
  if (context->sop_class != incoming.command.sop_class)
    object->refuse({dimse::statuses::kSopClassNotSupported, "not the context's SOP class", {}});
  TRY(association.receive_data(incoming, [&](Bytes fragment) -> Result<void> {
    object->append(fragment);
    throttle_.pay(fragment.size(), stop_);
    return {};
  }));
  const auto receipt = intake_.finish(std::move(object));
  const receive::Verdict& verdict = receipt->wait();
  dimse::Command response = dimse::response_to(incoming.command, verdict.status);
  response.error_comment = verdict.comment;
  return association.send(incoming.context_id, response);
}

void Visit::part() {
  asking_.reset();
  fetching_.reset();
}

void Visit::leave() {
  if (is_held(asking_)) goodbye(*asking_);
  if (is_held(fetching_)) goodbye(*fetching_);
  part();
}

}  // namespace slipring::retrieve

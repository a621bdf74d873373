#include "engine/dimse/association/negotiation.h"

#include <algorithm>

#include "codecs/base/contract.h"

namespace slipring::dimse {

namespace {

constexpr std::size_t kContextsMax = 128;

const RoleSelection* role_for(const std::vector<RoleSelection>& roles, std::string_view sop_class) {
  const auto found = std::ranges::find(roles, sop_class, &RoleSelection::sop_class);
  return found == roles.end() ? nullptr : &*found;
}

// 0 is without limit.
std::uint16_t smaller_window(std::uint16_t a, std::uint16_t b) {
  if (a == 0 || b == 0) return std::max(a, b);
  return std::min(a, b);
}

Negotiated::Refused refused(const ProposedContext& proposed, ContextResult result) {
  return {proposed.id, proposed.abstract_syntax, proposed.transfer_syntaxes.front(), result};
}

// Roles hold when both sides said them (PS3.7 D.3.3.4).
Context agreed(const ProposedContext& proposed, const std::string& transfer_syntax,
               const UserInformation& request, const UserInformation& accept) {
  Context context{proposed.id, proposed.abstract_syntax, transfer_syntax};
  const RoleSelection* const asked = role_for(request.roles, context.sop_class);
  const RoleSelection* const given = role_for(accept.roles, context.sop_class);
  if (asked != nullptr && given != nullptr) {
    context.requestor_is_scu = asked->scu && given->scu;
    context.requestor_is_scp = asked->scp && given->scp;
  }
  return context;
}

}  // namespace

std::vector<ProposedContext> plan_contexts(std::span<const ContextWish> wishes) {
  EXPECTS(wishes.size() <= kContextsMax);
  std::vector<ProposedContext> contexts;
  for (const ContextWish& wish : wishes)
    contexts.push_back({static_cast<std::uint8_t>(2 * contexts.size() + 1),
                        wish.sop_class,
                        {wish.transfer_syntax}});
  return contexts;
}

Result<AssociateRequest> request_of(const Proposal& proposal) {
  TRY(check_ae_title(proposal.calling_ae));
  TRY(check_ae_title(proposal.called_ae));
  if (proposal.contexts.empty() || proposal.contexts.size() > kContextsMax)
    return fail(ErrorCode::OutOfRange, kNoOffset, "an association has 1 to 128 contexts",
                kContextsMax, proposal.contexts.size());
  for (const ProposedContext& context : proposal.contexts) {
    TRY(check_uid(context.abstract_syntax));
    for (const std::string& uid : context.transfer_syntaxes) TRY(check_uid(uid));
  }
  AssociateRequest request;
  request.calling_ae = proposal.calling_ae;
  request.called_ae = proposal.called_ae;
  request.contexts = proposal.contexts;
  request.user.max_pdu_bytes = proposal.max_pdu_bytes;
  request.user.implementation_class = kImplementationClass;
  request.user.implementation_version = kImplementationVersion;
  if (proposal.async_window != AsyncWindow{}) request.user.async_window = proposal.async_window;
  request.user.roles = proposal.roles;
  request.user.extended = proposal.extended;
  request.user.common_extended = proposal.common_extended;
  request.user.identity = proposal.identity;
  return request;
}

const Context* Negotiated::context_for(std::string_view sop_class,
                                       std::string_view transfer_syntax) const {
  for (const Context& context : contexts)
    if (context.sop_class == sop_class &&
        (transfer_syntax.empty() || context.transfer_syntax == transfer_syntax))
      return &context;
  return nullptr;
}

const Context* Negotiated::context_by_id(std::uint8_t id) const {
  const auto found = std::ranges::lower_bound(contexts, id, {}, &Context::id);
  return found == contexts.end() || found->id != id ? nullptr : &*found;
}

Result<Negotiated> negotiated_as_requestor(const AssociateRequest& request,
                                           const AssociateAccept& accept) {
  Negotiated agreed_on;
  agreed_on.calling_ae = request.calling_ae;
  agreed_on.called_ae = request.called_ae;
  agreed_on.peer = accept.user;
  agreed_on.peer_max_pdu_bytes = accept.user.max_pdu_bytes;
  for (const AnsweredContext& answer : accept.contexts) {
    const auto proposed = std::ranges::find(request.contexts, answer.id, &ProposedContext::id);
    if (proposed == request.contexts.end())
      return fail(ErrorCode::Malformed, kNoOffset, "the peer accepted a context not proposed", 0,
                  answer.id);
    if (answer.result != ContextResult::Accepted) {
      agreed_on.refused.push_back(refused(*proposed, answer.result));
      continue;
    }
    if (std::ranges::find(proposed->transfer_syntaxes, answer.transfer_syntax) ==
        proposed->transfer_syntaxes.end())
      return fail(ErrorCode::Malformed, kNoOffset, "the peer chose a transfer syntax not offered",
                  0, answer.id);
    agreed_on.contexts.push_back(
        agreed(*proposed, answer.transfer_syntax, request.user, accept.user));
  }
  std::ranges::sort(agreed_on.contexts, {}, &Context::id);
  if (request.user.async_window && accept.user.async_window) {
    const AsyncWindow asked = *request.user.async_window;
    const AsyncWindow given = *accept.user.async_window;
    agreed_on.async_window = {smaller_window(asked.invoked, given.invoked),
                              smaller_window(asked.performed, given.performed)};
  }
  return agreed_on;
}

Negotiated negotiated_as_acceptor(const AssociateRequest& request, const AssociateAccept& accept) {
  Negotiated agreed_on;
  agreed_on.calling_ae = request.calling_ae;
  agreed_on.called_ae = request.called_ae;
  agreed_on.peer = request.user;
  agreed_on.peer_max_pdu_bytes = request.user.max_pdu_bytes;
  for (const ProposedContext& proposed : request.contexts) {
    const auto answer = std::ranges::find(accept.contexts, proposed.id, &AnsweredContext::id);
    if (answer != accept.contexts.end() && answer->result == ContextResult::Accepted)
      agreed_on.contexts.push_back(
          agreed(proposed, answer->transfer_syntax, request.user, accept.user));
    else
      agreed_on.refused.push_back(refused(
          proposed, answer == accept.contexts.end() ? ContextResult::NoReason : answer->result));
  }
  std::ranges::sort(agreed_on.contexts, {}, &Context::id);
  if (request.user.async_window && accept.user.async_window)
    agreed_on.async_window = *accept.user.async_window;
  return agreed_on;
}

namespace {

const AcceptedClass* rule_for(const AcceptRules& rules, std::string_view sop_class) {
  const AcceptedClass* any = nullptr;
  for (const AcceptedClass& one : rules.classes) {
    if (one.sop_class == sop_class) return &one;
    if (one.sop_class == "*") any = &one;
  }
  return any;
}

AnsweredContext answer_context(const ProposedContext& proposed, const AcceptRules& rules) {
  AnsweredContext answer{proposed.id, ContextResult::AbstractSyntaxNotSupported,
                         proposed.transfer_syntaxes.front()};
  const AcceptedClass* const rule = rule_for(rules, proposed.abstract_syntax);
  if (rule == nullptr) return answer;
  answer.result = ContextResult::TransferSyntaxesNotSupported;
  for (const std::string& ours : rule->transfer_syntaxes)
    if (std::ranges::find(proposed.transfer_syntaxes, ours) != proposed.transfer_syntaxes.end())
      return {proposed.id, ContextResult::Accepted, ours};
  return answer;
}

std::optional<AssociateReject> why_not(const AssociateRequest& request, const AcceptRules& rules) {
  constexpr std::uint8_t kPermanent = 1;
  constexpr std::uint8_t kUser = 1;
  constexpr std::uint8_t kProvider = 2;
  if ((request.protocol_version & kProtocolVersion1) == 0)
    return AssociateReject{kPermanent, kProvider, 2};
  if (request.application_context != kApplicationContext)
    return AssociateReject{kPermanent, kUser, 2};
  if (!rules.ae_title.empty() && request.called_ae != rules.ae_title)
    return AssociateReject{kPermanent, kUser, 7};
  if (!rules.calling_ae.empty() &&
      std::ranges::find(rules.calling_ae, request.calling_ae) == rules.calling_ae.end())
    return AssociateReject{kPermanent, kUser, 3};
  return std::nullopt;
}

// A title that does not fit its field is not sent back: the fields are never tested.
std::string fitting(const std::string& title) { return title.substr(0, 16); }

}  // namespace

Answer answer_by_rules(const AssociateRequest& request, const AcceptRules& rules) {
  if (const auto reject = why_not(request, rules)) return *reject;
  AssociateAccept accept;
  accept.called_ae = fitting(request.called_ae);
  accept.calling_ae = fitting(request.calling_ae);
  for (const ProposedContext& proposed : request.contexts) {
    AnsweredContext answer = answer_context(proposed, rules);
    if (!check_uid(answer.transfer_syntax)) answer.transfer_syntax = "1.2.840.10008.1.2";
    accept.contexts.push_back(std::move(answer));
  }
  accept.user.max_pdu_bytes = rules.max_pdu_bytes;
  accept.user.implementation_class = kImplementationClass;
  accept.user.implementation_version = kImplementationVersion;
  // Once a class, and of classes proposed only: an answer stays as short as its contexts.
  for (const ProposedContext& proposed : request.contexts) {
    const RoleSelection* const asked = role_for(request.user.roles, proposed.abstract_syntax);
    const AcceptedClass* const rule = rule_for(rules, proposed.abstract_syntax);
    if (asked == nullptr || rule == nullptr || !check_uid(asked->sop_class) ||
        role_for(accept.user.roles, asked->sop_class) != nullptr)
      continue;
    accept.user.roles.push_back(
        {asked->sop_class, asked->scu, asked->scp && rule->scp_role_for_requestor});
  }
  if (request.user.async_window)
    accept.user.async_window =
        AsyncWindow{smaller_window(request.user.async_window->invoked, rules.operations_max), 1};
  return accept;
}

}  // namespace slipring::dimse

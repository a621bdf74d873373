// Negotiation: what a requestor proposes and what an acceptor makes of it (PS3.8 9.3.2, PS3.7 D.3),
// as values. Pure.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/dimse/pdu/pdu.h"

namespace slipring::dimse {

// Those that files we write carry in their meta group, too.
inline constexpr std::string_view kImplementationClass =
    "2.25.302089162016990837671458847323603147964";
inline constexpr std::string_view kImplementationVersion = "SLIPRING_0_1";  // at most 16

// ---------------------------------------------------------------- the requestor's side

// (SOP class, transfer syntax): one context each, so that the peer's choice is exact.
struct ContextWish {
  std::string sop_class;
  std::string transfer_syntax;
  friend bool operator==(const ContextWish&, const ContextWish&) = default;
};

// The contexts of one association, ids 1, 3, 5 ... in the order of the wishes. Requires at most 128
// wishes: plan further associations for the rest.
[[nodiscard]] std::vector<ProposedContext> plan_contexts(std::span<const ContextWish> wishes);

// What an association is asked for with.
struct Proposal {
  std::string calling_ae = "SLIPRING";
  std::string called_ae = "ANY-SCP";
  std::vector<ProposedContext> contexts;              // 1 to 128; plan_contexts makes them
  std::uint32_t max_pdu_bytes = kMaxPduBytesDefault;  // what we take; 0: without limit
  AsyncWindow async_window;                           // {1, 1} is not proposed, being the default
  std::vector<RoleSelection> roles;
  std::vector<ExtendedNegotiation> extended;
  std::vector<RelatedClassNegotiation> common_extended;
  std::optional<UserIdentity> identity;
};
// Errors: Malformed for an AE title or UID that is none; OutOfRange for no or too many contexts.
[[nodiscard]] Result<AssociateRequest> request_of(const Proposal& proposal);

// A context both sides agreed on.
struct Context {
  std::uint8_t id = 0;
  std::string sop_class;
  std::string transfer_syntax;
  bool requestor_is_scu = true;  // the default roles (PS3.7 D.3.3.4)
  bool requestor_is_scp = false;
};

// What came of a negotiation, on either side.
struct Negotiated {
  std::string calling_ae;
  std::string called_ae;
  std::vector<Context> contexts;  // accepted ones, by ascending id
  struct Refused {
    std::uint8_t id = 0;
    std::string sop_class;
    std::string transfer_syntax;  // the first proposed
    ContextResult result = ContextResult::NoReason;
  };
  std::vector<Refused> refused;
  std::uint32_t peer_max_pdu_bytes = 0;  // what the peer takes; 0: without limit
  AsyncWindow async_window;  // as requestor: invoked is how many requests may be outstanding
  UserInformation peer;      // all the peer said of itself

  // The first context of the class (with that syntax, if one is given); null when there is none.
  [[nodiscard]] const Context* context_for(std::string_view sop_class,
                                           std::string_view transfer_syntax = {}) const;
  [[nodiscard]] const Context* context_by_id(std::uint8_t id) const;
};

// Holds an accept against the request it answers. Errors: Malformed (a context not proposed, a
// transfer syntax not offered, a window wider than proposed).
[[nodiscard]] Result<Negotiated> negotiated_as_requestor(const AssociateRequest& request,
                                                         const AssociateAccept& accept);

// ---------------------------------------------------------------- the acceptor's side

// What an acceptor takes; the first transfer syntax of `transfer_syntaxes` that a context proposes
// is chosen.
struct AcceptedClass {
  std::string sop_class;  // or "*": every class that no other row names
  std::vector<std::string> transfer_syntaxes;
  bool scp_role_for_requestor = false;  // whether a requestor may be SCP (C-GET, commitment)
};
struct AcceptRules {
  std::string ae_title;                 // "": answers to any called AE title
  std::vector<std::string> calling_ae;  // empty: from anyone
  std::vector<AcceptedClass> classes;
  std::uint32_t max_pdu_bytes = kMaxPduBytesDefault;
  std::uint16_t operations_max = 1;  // outstanding operations we are willing to perform
};

using Answer = std::variant<AssociateAccept, AssociateReject>;
using AcceptPolicy = std::function<Answer(const AssociateRequest&)>;

// The answer that the rules give: reject for another protocol version, application context, called
// or calling AE title; else an accept, context by context.
[[nodiscard]] Answer answer_by_rules(const AssociateRequest& request, const AcceptRules& rules);

[[nodiscard]] Negotiated negotiated_as_acceptor(const AssociateRequest& request,
                                                const AssociateAccept& accept);

}  // namespace slipring::dimse

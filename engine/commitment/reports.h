// Reports: the messages of Storage Commitment over an association (PS3.4 Annex J): N-ACTION asks,
// N-EVENT-REPORT tells, on the same association or on one that the other side opened with reversed
// roles. What is asked and told is data_sets.h; who asks and who answers is told elsewhere.
#pragma once

#include <functional>
#include <string>

#include "engine/commitment/data_sets.h"
#include "engine/dimse/association/association.h"

namespace slipring::commitment {

// "2.25." and a random number of 128 bits (PS3.5 B.2): no two transactions share one.
[[nodiscard]] std::string new_transaction();

// The one context to propose, and the rule by which it is accepted. Who reports over an association
// of its own is the SCP on it, and must propose that role.
[[nodiscard]] dimse::ProposedContext proposed_context(std::uint8_t id);
[[nodiscard]] dimse::AcceptedClass accepted_class();
[[nodiscard]] dimse::RoleSelection reporting_role();

// The N-ACTION-RQ for `request`, sent; its response is the caller's to wait for: a report may come
// before it. Gives its message id. Errors: Unsupported when the peer takes no commitment; those of
// the association.
Result<std::uint16_t> send_request(dimse::Association& association, const DataSet& request);

// What is kept of what was asked for: `why_not` gives the reason of an instance that is not.
using WhyNot = std::function<std::optional<std::uint16_t>(const Instance& instance)>;
[[nodiscard]] DataSet report_of(const DataSet& request, const WhyNot& why_not);

// The N-EVENT-REPORT-RQ, sent; its response is the caller's to receive, between whatever else comes
// by the association. Errors: as send_request.
Result<void> send_report(dimse::Association& association, const DataSet& report);
// The same on an association that is for nothing else: waits for the response and gives its status.
Result<std::uint16_t> deliver_report(dimse::Association& association, const DataSet& report);

// The data set of an N-ACTION-RQ or N-EVENT-REPORT-RQ. The outer error is the association's; the
// inner says that the message cannot be understood.
[[nodiscard]] Result<Result<DataSet>> take_data_set(dimse::Association& association,
                                                    const dimse::Incoming& incoming);

}  // namespace slipring::commitment

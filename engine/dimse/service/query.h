// Query and retrieve as a user of them (PS3.4 Annex C, K for worklists): C-FIND, C-MOVE and C-GET
// over an association. Identifiers go and come as encoded data sets in the context's transfer
// syntax; what they say is for engine/query. One operation at a time.
//
// Every bound a peer can run into is in QueryLimits. What breaks the protocol (a response to
// another message, matches without end, an identifier without end) aborts the association and is an
// Error of transport/peer_error.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/dimse/service/serve.h"

namespace slipring::dimse {

// The information models (PS3.4 C.6.1, C.6.2, K.6.1) by what is asked of them; the classes of
// table C.6-1.
namespace query_classes {
inline constexpr std::string_view kPatientRootFind = "1.2.840.10008.5.1.4.1.2.1.1";
inline constexpr std::string_view kPatientRootMove = "1.2.840.10008.5.1.4.1.2.1.2";
inline constexpr std::string_view kPatientRootGet = "1.2.840.10008.5.1.4.1.2.1.3";
inline constexpr std::string_view kStudyRootFind = "1.2.840.10008.5.1.4.1.2.2.1";
inline constexpr std::string_view kStudyRootMove = "1.2.840.10008.5.1.4.1.2.2.2";
inline constexpr std::string_view kStudyRootGet = "1.2.840.10008.5.1.4.1.2.2.3";
inline constexpr std::string_view kModalityWorklistFind = "1.2.840.10008.5.1.4.31";
}  // namespace query_classes

struct QueryLimits {
  std::size_t identifier_bytes_max = std::size_t{1} << 20;
  std::uint64_t matches_max = 10'000'000;   // pending responses of one C-FIND
  std::uint64_t progress_max = 10'000'000;  // pending responses of one C-MOVE or C-GET
  std::uint64_t after_cancel_max = 1'000;   // responses that may still come after a C-CANCEL
};

// Explicit and implicit VR little endian of a class, a context each, explicit first.
void propose_query(std::string_view sop_class, std::vector<ContextWish>& wishes);

// The context to ask in. Errors: Unsupported when the peer accepted none for the class.
[[nodiscard]] Result<const Context*> query_context(const Association& association,
                                                   std::string_view sop_class);

// ---------------------------------------------------------------- C-FIND (PS3.4 C.4.1)

// A match, valid during the call.
struct Match {
  Bytes identifier;
  bool optional_keys_unsupported = false;  // FF01
};
// Gives false when it has seen enough: the rest is cancelled. An error of its own aborts.
using TakeMatch = std::function<Result<bool>(const Match& match)>;

struct FindOutcome {
  std::uint16_t status = 0;   // of the final response
  std::uint64_t matches = 0;  // handed to the taker
  bool enough = false;        // cancelled because the taker had seen enough
  std::string comment;        // (0000,0902) of the final response
};

// Errors: those of Association; Mismatch (a response to another message, or no identifier in a
// pending one), LimitExceeded.
[[nodiscard]] Result<FindOutcome> find(Association& association, const Context& context,
                                       Bytes identifier, const TakeMatch& take,
                                       const QueryLimits& limits = {});

// ---------------------------------------------------------------- C-MOVE, C-GET (C.4.2, C.4.3)

struct RetrieveOutcome {
  std::uint16_t status = 0;  // of the last response; pending in what progress is told
  std::uint16_t remaining = 0;
  std::uint16_t completed = 0;
  std::uint16_t failed = 0;
  std::uint16_t warnings = 0;
  std::string comment;
  // The data set of the final response: Failed SOP Instance UID List (0008,0058); empty when there
  // is none.
  std::vector<std::uint8_t> failed_list;
};
// Told of each pending response; gives false to have the rest cancelled.
using Progress = std::function<bool(const RetrieveOutcome& so_far)>;

// The peer sends to `destination`, an AE title that it knows. Errors: as find().
[[nodiscard]] Result<RetrieveOutcome> move(Association& association, const Context& context,
                                           const std::string& destination, Bytes identifier,
                                           const Progress& progress = {},
                                           const QueryLimits& limits = {});

// The peer sends on this association: each of its C-STORE requests goes to `store`, which takes the
// data set and answers. The storage classes must have been proposed with the SCP role
// (RoleSelection). Errors: as find(), and those of `store`.
[[nodiscard]] Result<RetrieveOutcome> get(Association& association, const Context& context,
                                          Bytes identifier, const Service& store,
                                          const Progress& progress = {},
                                          const QueryLimits& limits = {});

}  // namespace slipring::dimse

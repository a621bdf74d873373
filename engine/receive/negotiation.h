// Negotiation: what a receiver accepts: verification and storage classes in every transfer syntax
// this build knows. Where a context proposes several, the first decides: if it is compressed, it is
// how the sender has its pixels; else explicit VR little endian is chosen before the other
// uncompressed ones. Pure.
#pragma once

#include <string>
#include <vector>

#include "engine/dimse/association/negotiation.h"

namespace slipring::receive {

struct AcceptOptions {
  std::string ae_title;                 // to be called by; "": by any
  std::vector<std::string> calling_ae;  // empty: from anyone
  bool private_classes = false;         // storage of classes that are not the standard's
  bool commitment = false;              // Storage Commitment Push Model too
  std::uint32_t max_pdu_bytes = dimse::kMaxPduBytesDefault;
  std::uint16_t operations_max = 16;  // outstanding operations we are willing to perform
};

[[nodiscard]] dimse::Answer answer(const dimse::AssociateRequest& request,
                                   const AcceptOptions& options);

}  // namespace slipring::receive

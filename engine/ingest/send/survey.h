// Survey: what there is to send, and what the peer says it would take: --dry-run. Looks at every
// file, calls the peer once an assortment of contexts, sends nothing.
#pragma once

#include "engine/dicom/transfer_syntax.h"
#include "engine/ingest/send/send.h"

namespace slipring::ingest::send {

// Objects of one SOP class in one transfer syntax, and how they would go.
struct Offer {
  std::string sop_class;
  const dicom::TransferSyntax* stored = nullptr;
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;                         // of their files
  const dicom::TransferSyntax* sent_as = nullptr;  // null: not at all
  bool as_it_is = false;
};

struct Survey {
  std::vector<Offer> offers;  // most bytes first
  std::uint64_t skipped = 0;
  std::uint64_t failed = 0;  // damaged, unreadable
  std::size_t assortments = 0;
  std::uint32_t peer_max_pdu_bytes = 0;
  dimse::AsyncWindow window;
  std::string implementation;
};

// Errors: those of the sources' ledgers, and of calling the peer.
[[nodiscard]] Result<Survey> survey(const Options& options);

}  // namespace slipring::ingest::send

// Deliveries: what became of each object on its way to one peer (C-STORE), a row a peer and path:
//
//     Queued -> Attempt (n) -> Stored(status) | Warning(status) | Failed(status, reason) | Unknown
//
// Unknown: the connection was lost after the last byte of the object, before its answer. A killed
// job leaves Queued, Attempt and Unknown: all of them are sent again, under the same SOP Instance
// UID. Only Storage Commitment says that a peer keeps what it stored; that is a column of its own,
// and a new attempt takes it back. Part of stage 7; knows no socket.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/ledger.h"

namespace slipring::ledger {

enum class DeliveryState : std::uint8_t { Queued, Attempt, Stored, Warning, Failed, Unknown };
inline constexpr int kDeliveryStates = static_cast<int>(DeliveryState::Unknown) + 1;
[[nodiscard]] std::string_view name(DeliveryState state);  // "stored"
// Whether nothing is to be done any more unless a person asks for it.
[[nodiscard]] constexpr bool is_final(DeliveryState state) {
  return state == DeliveryState::Stored || state == DeliveryState::Warning ||
         state == DeliveryState::Failed;
}

// What the peer has promised (PS3.4 Annex J).
enum class Commitment : std::uint8_t {
  None,
  Requested,  // asked for under `transaction`, no report yet
  Committed,  // reported as committed
  Refused,    // reported as failed, with a reason (0112H ...)
};

// Whom a delivery is for. The title we call from is part of it: a PACS may route by it.
struct PeerName {
  std::string host;
  std::uint16_t port = 0;
  std::string called_ae;
  std::string calling_ae;
  friend bool operator==(const PeerName&, const PeerName&) = default;
};

struct Delivery {
  std::uint64_t sequence = 0;  // discovery order
  std::string path;            // as in Record: relative to its source root
  dicom::FileIdentity source;
  std::string sop_class;
  std::string sop_instance;
  std::string study;
  std::string from;         // transfer syntax UID as stored here
  std::string to;           // as sent; "" before the first attempt
  std::uint64_t bytes = 0;  // of the data set sent, by the last attempt
  DeliveryState state = DeliveryState::Queued;
  std::uint32_t attempts = 0;
  std::optional<std::uint16_t> status;  // of the last response
  std::string reason;                   // "" for a plain success
  std::string offending;                // offending elements as the response names them
  std::string comment;                  // its error comment
  Commitment commitment = Commitment::None;
  std::string transaction;                         // UID; "" when none was requested
  std::optional<std::uint16_t> commitment_reason;  // of Refused
};

// What a commitment request or report says of one instance.
struct CommitmentNews {
  std::string sop_instance;
  Commitment commitment = Commitment::None;
  std::string transaction;
  std::optional<std::uint16_t> reason;
};

struct DeliveryTotals {
  std::uint64_t seen = 0;
  std::uint64_t bytes = 0;  // of those stored
  std::uint64_t committed = 0;
  std::uint64_t by_state[kDeliveryStates] = {};
  [[nodiscard]] std::uint64_t of(DeliveryState state) const {
    return by_state[static_cast<std::size_t>(state)];
  }
};

// The deliveries to one peer. One thread at a time, the ledger's; must not outlive it.
class Deliveries {
 public:
  // Makes the peer's row where the ledger is open for writing. Errors: the ledger's; Vanished when
  // it is open for reading and never saw that peer.
  [[nodiscard]] static Result<Deliveries> open(Ledger& ledger, const PeerName& peer);
  // Every peer that a ledger has deliveries for, in order of first use.
  [[nodiscard]] static Result<std::vector<PeerName>> peers(Ledger& ledger);
  // Of all peers together.
  [[nodiscard]] static Result<DeliveryTotals> totals_of_all(Ledger& ledger);
  ~Deliveries();
  Deliveries(Deliveries&&) noexcept;
  Deliveries& operator=(Deliveries&&) noexcept;

  // One transaction. A delivery replaces the row of the same path.
  [[nodiscard]] Result<void> record(const Job& job, std::span<const Delivery* const> deliveries);
  // One transaction: rows of these instances; those that are not there are passed over.
  [[nodiscard]] Result<void> commit(std::span<const CommitmentNews> news);
  [[nodiscard]] Result<void> forget_all();

  [[nodiscard]] Result<std::optional<Delivery>> find(std::string_view path);
  // In order of sequence; `take` must not call the ledger.
  [[nodiscard]] Result<void> each(const std::function<void(const Delivery&)>& take);
  [[nodiscard]] Result<DeliveryTotals> totals();

  // For commitment, by number, so that tens of millions fit into memory: what is stored and neither
  // committed nor refused, in order of number, of one SOP instance the first.
  [[nodiscard]] Result<void> each_open(const std::function<void(std::int64_t number)>& take);
  [[nodiscard]] Result<std::optional<Delivery>> at(std::int64_t number);
  // In order.
  [[nodiscard]] Result<std::vector<std::int64_t>> numbers_of(std::string_view sop_instance);
  // Under which commitment was asked for, by any run.
  [[nodiscard]] Result<std::vector<std::string>> transactions();

 private:
  struct State;
  explicit Deliveries(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace slipring::ledger

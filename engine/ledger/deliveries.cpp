#include "engine/ledger/deliveries.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "engine/ledger/rows.h"
#include "engine/ledger/state.h"

namespace slipring::ledger {

namespace {

constexpr std::string_view kColumns =
    "sequence,job,device,inode,size,mtime_ns,ctime_ns,sop_class,sop_instance,study,from_syntax,"
    "to_syntax,bytes,state,attempts,status,reason,offending,comment,commitment,transaction_uid,"
    "commitment_reason";

// ?2 and ?3 are the states in which the peer has it, ?4 the last commitment that is no answer.
constexpr std::string_view kOpen =
    "SELECT id FROM deliveries d WHERE peer=?1 AND state IN (?2,?3) AND commitment<=?4 AND NOT"
    " EXISTS (SELECT 1 FROM deliveries e WHERE e.peer=?1 AND e.sop_instance=d.sop_instance AND"
    " e.id<d.id AND e.state IN (?2,?3) AND e.commitment<=?4) ORDER BY id";

constexpr std::string_view kNeverSeen = "the ledger knows nothing of this peer";
constexpr std::string_view kUnknownState =
    "the ledger holds an unknown state of a delivery: move it aside";

void bind_status(Statement& statement, const std::optional<std::uint16_t>& status) {
  if (status)
    statement.bind(std::int64_t{*status});
  else
    statement.bind_null();
}

std::optional<std::uint16_t> read_status(Statement& row) {
  if (!row.next_is_null()) return static_cast<std::uint16_t>(row.integer());
  row.skip();
  return std::nullopt;
}

Result<void> bind_words(Statement& statement, std::initializer_list<std::string_view> texts,
                        Words& words) {
  for (const std::string_view text : texts) {
    TRY_ASSIGN(const std::int64_t id, words.id_of(text));
    statement.bind(id);
  }
  return {};
}

Result<void> bind_delivery(Statement& statement, const Job& job, const Delivery& delivery,
                           Words& words) {
  const dicom::FileIdentity& source = delivery.source;
  statement.bind(delivery.sequence).bind(job.id).bind(source.device).bind(source.inode);
  statement.bind(source.size_bytes).bind(source.mtime_ns).bind(source.ctime_ns);
  TRY(bind_words(statement, {delivery.sop_class}, words));
  statement.bind(std::string_view(delivery.sop_instance));
  TRY(bind_words(statement, {delivery.study, delivery.from, delivery.to}, words));
  statement.bind(delivery.bytes).bind(static_cast<std::int64_t>(delivery.state));
  statement.bind(std::int64_t{delivery.attempts});
  bind_status(statement, delivery.status);
  TRY(bind_words(statement, {delivery.reason}, words));
  statement.bind(std::string_view(delivery.offending)).bind(std::string_view(delivery.comment));
  statement.bind(static_cast<std::int64_t>(delivery.commitment));
  TRY(bind_words(statement, {delivery.transaction}, words));
  bind_status(statement, delivery.commitment_reason);
  return {};
}

Result<void> read_word(Statement& row, std::string& into, Words& words) {
  TRY_ASSIGN(into, words.text_of(row.integer()));
  return {};
}

// Reads kColumns, which start at the statement's next column.
Result<Delivery> read_delivery(Statement& row, std::string path, Words& words) {
  Delivery delivery;
  delivery.path = std::move(path);
  delivery.sequence = row.natural();
  row.skip();
  delivery.source = {row.natural(), row.natural(), row.natural(), row.integer(), row.integer()};
  TRY(read_word(row, delivery.sop_class, words));
  delivery.sop_instance = row.text();
  for (std::string* text : {&delivery.study, &delivery.from, &delivery.to})
    TRY(read_word(row, *text, words));
  delivery.bytes = row.natural();
  const std::int64_t state = row.integer();
  if (state < 0 || state >= kDeliveryStates)
    return fail(ErrorCode::Malformed, kNoOffset, kUnknownState);
  delivery.state = static_cast<DeliveryState>(state);
  delivery.attempts = static_cast<std::uint32_t>(row.integer());
  delivery.status = read_status(row);
  TRY(read_word(row, delivery.reason, words));
  delivery.offending = row.text();
  delivery.comment = row.text();
  const std::int64_t commitment = row.integer();
  if (commitment < 0 || commitment > static_cast<std::int64_t>(Commitment::Refused))
    return fail(ErrorCode::Malformed, kNoOffset, kUnknownState);
  delivery.commitment = static_cast<Commitment>(commitment);
  TRY(read_word(row, delivery.transaction, words));
  delivery.commitment_reason = read_status(row);
  return delivery;
}

Statement& bind_peer(Statement& statement, const PeerName& peer) {
  return statement.bind(std::string_view(peer.host))
      .bind(std::int64_t{peer.port})
      .bind(std::string_view(peer.called_ae))
      .bind(std::string_view(peer.calling_ae));
}

Result<std::int64_t> id_of_peer(Database& database, const PeerName& peer) {
  TRY_ASSIGN(Statement select,
             database.prepare("SELECT id FROM peers WHERE host=? AND port=? AND called_ae=?"
                              " AND calling_ae=?"));
  TRY_ASSIGN(const bool row, bind_peer(select, peer).step());
  return row ? select.integer() : 0;
}

// Rows of state, commitment, how many and their bytes.
Result<void> add_up(Statement& select, DeliveryTotals& totals) {
  while (true) {
    TRY_ASSIGN(const bool row, select.step());
    if (!row) return {};
    const std::int64_t number = select.integer();
    if (number < 0 || number >= kDeliveryStates)
      return fail(ErrorCode::Malformed, kNoOffset, kUnknownState);
    const auto state = static_cast<DeliveryState>(number);
    const bool committed = select.integer() == static_cast<std::int64_t>(Commitment::Committed);
    const std::uint64_t count = select.natural();
    totals.seen += count;
    totals.by_state[static_cast<std::size_t>(number)] += count;
    if (committed) totals.committed += count;
    if (state == DeliveryState::Stored || state == DeliveryState::Warning)
      totals.bytes += select.natural();
  }
}

}  // namespace

std::string_view name(DeliveryState state) {
  static constexpr std::array<std::string_view, kDeliveryStates> kNames = {
      "queued", "attempt", "stored", "warning", "failed", "unknown"};
  return kNames[static_cast<std::size_t>(state)];
}

struct Deliveries::State {
  Ledger::State* ledger = nullptr;
  std::int64_t peer = 0;
  Statement upsert;
  Statement find;
  Statement commit;
  Statement at;          // by number
  Statement numbers_of;  // by SOP instance

  [[nodiscard]] Database& database() const { return ledger->database; }
  [[nodiscard]] Words& words() const { return ledger->lookups.words; }
  [[nodiscard]] Result<void> prepare_writing();
  // Runs `write` as one transaction; ids given out in what was rolled back are forgotten.
  [[nodiscard]] Result<void> in_transaction(const std::function<Result<void>()>& write);
};

Result<void> Deliveries::State::prepare_writing() {
  std::string places = "?,?,?";
  std::string assignments;
  for (std::string_view left = kColumns; !left.empty();) {
    const std::string_view column = left.substr(0, left.find(','));
    left.remove_prefix(std::min(column.size() + 1, left.size()));
    places += ",?";
    assignments += fmt::format("{}{}=excluded.{}", assignments.empty() ? "" : ",", column, column);
  }
  TRY_ASSIGN(upsert, database().prepare(
                         fmt::format("INSERT INTO deliveries(peer,directory,name,{}) VALUES({})"
                                     " ON CONFLICT(peer,directory,name) DO UPDATE SET {}",
                                     kColumns, places, assignments)));
  TRY_ASSIGN(commit, database().prepare("UPDATE deliveries SET commitment=?,transaction_uid=?,"
                                        "commitment_reason=? WHERE peer=? AND sop_instance=?"));
  return {};
}

Result<void> Deliveries::State::in_transaction(const std::function<Result<void>()>& write) {
  TRY(ledger->flush_place());
  const auto run = [&]() -> Result<void> {
    TRY_ASSIGN(Transaction transaction, Transaction::begin(database(), "BEGIN IMMEDIATE"));
    TRY(write());
    return transaction.commit();
  };
  auto written = run();
  if (!written) {
    upsert.reset();
    commit.reset();
    words().forget();
    ledger->lookups.directories.forget();
  }
  return written;
}

Deliveries::Deliveries(std::unique_ptr<State> state) : state_(std::move(state)) {}
Deliveries::~Deliveries() = default;
Deliveries::Deliveries(Deliveries&&) noexcept = default;
Deliveries& Deliveries::operator=(Deliveries&&) noexcept = default;

Result<Deliveries> Deliveries::open(Ledger& ledger, const PeerName& peer) {
  auto state = std::make_unique<State>();
  state->ledger = ledger.state_.get();
  TRY_ASSIGN(state->peer, id_of_peer(state->database(), peer));
  if (ledger.state_->is_writable) {
    if (state->peer == 0) {
      TRY_ASSIGN(Statement insert,
                 state->database().prepare(
                     "INSERT INTO peers(host,port,called_ae,calling_ae) VALUES(?,?,?,?)"));
      TRY(ledger.state_->run_unflushed(bind_peer(insert, peer)));
      state->peer = state->database().last_id();
    }
    TRY(state->prepare_writing());
  }
  if (state->peer == 0) return fail(ErrorCode::Vanished, kNoOffset, kNeverSeen);
  TRY_ASSIGN(state->find,
             state->database().prepare(fmt::format(
                 "SELECT {} FROM deliveries WHERE peer=? AND directory=? AND name=?", kColumns)));
  TRY_ASSIGN(state->at, state->database().prepare(fmt::format(
                            "SELECT directory,name,{} FROM deliveries WHERE id=?", kColumns)));
  TRY_ASSIGN(state->numbers_of,
             state->database().prepare(
                 "SELECT id FROM deliveries WHERE peer=? AND sop_instance=? ORDER BY id"));
  return Deliveries(std::move(state));
}

Result<void> Deliveries::record(const Job& job, std::span<const Delivery* const> deliveries) {
  if (deliveries.empty()) return {};
  return state_->in_transaction([&]() -> Result<void> {
    for (const Delivery* delivery : deliveries) {
      const PathParts parts = split(delivery->path);
      TRY_ASSIGN(const std::int64_t directory,
                 state_->ledger->lookups.directories.id_of(parts.directory));
      state_->upsert.bind(state_->peer).bind(directory).bind(parts.name);
      TRY(bind_delivery(state_->upsert, job, *delivery, state_->words()));
      TRY(state_->upsert.run());
    }
    return {};
  });
}

Result<void> Deliveries::commit(std::span<const CommitmentNews> news) {
  if (news.empty()) return {};
  return state_->in_transaction([&]() -> Result<void> {
    for (const CommitmentNews& each : news) {
      state_->commit.bind(static_cast<std::int64_t>(each.commitment));
      TRY(bind_words(state_->commit, {each.transaction}, state_->words()));
      bind_status(state_->commit, each.reason);
      TRY(state_->commit.bind(state_->peer).bind(std::string_view(each.sop_instance)).run());
    }
    return {};
  });
}

Result<void> Deliveries::forget_all() {
  TRY_ASSIGN(Statement remove, state_->database().prepare("DELETE FROM deliveries WHERE peer=?"));
  return remove.bind(state_->peer).run();
}

Result<std::optional<Delivery>> Deliveries::find(std::string_view path) {
  const PathParts parts = split(path);
  TRY_ASSIGN(const std::int64_t directory,
             state_->ledger->lookups.directories.find(parts.directory));
  if (directory < 0) return std::optional<Delivery>{};
  TRY_ASSIGN(const bool row,
             state_->find.bind(state_->peer).bind(directory).bind(parts.name).step());
  if (!row) return std::optional<Delivery>{};
  auto delivery = read_delivery(state_->find, std::string(path), state_->words());
  state_->find.reset();
  if (!delivery) return std::unexpected(delivery.error());
  return std::optional<Delivery>{*std::move(delivery)};
}

Result<void> Deliveries::each(const std::function<void(const Delivery&)>& take) {
  return state_->ledger->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement order,
               state_->database().prepare(
                   "SELECT id FROM deliveries WHERE peer=? ORDER BY sequence,name,id"));
    TRY_ASSIGN(Statement select,
               state_->database().prepare(
                   fmt::format("SELECT directory,name,{} FROM deliveries WHERE id=?", kColumns)));
    order.bind(state_->peer);
    while (true) {
      TRY_ASSIGN(const bool more, order.step());
      if (!more) return {};
      TRY_ASSIGN(const bool row, select.bind(order.integer()).step());
      if (!row) continue;
      TRY_ASSIGN(std::string path, state_->ledger->read_path(select));
      TRY_ASSIGN(const Delivery delivery, read_delivery(select, std::move(path), state_->words()));
      select.reset();
      take(delivery);
    }
  });
}

Result<void> Deliveries::each_open(const std::function<void(std::int64_t)>& take) {
  return state_->ledger->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select, state_->database().prepare(kOpen));
    select.bind(state_->peer).bind(static_cast<std::int64_t>(DeliveryState::Stored));
    select.bind(static_cast<std::int64_t>(DeliveryState::Warning));
    select.bind(static_cast<std::int64_t>(Commitment::Requested));
    while (true) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      take(select.integer());
    }
  });
}

Result<std::optional<Delivery>> Deliveries::at(std::int64_t number) {
  Statement& select = state_->at;
  const ResetAtEnd again(select);
  TRY_ASSIGN(const bool row, select.bind(number).step());
  if (!row) return std::optional<Delivery>{};
  TRY_ASSIGN(std::string path, state_->ledger->read_path(select));
  TRY_ASSIGN(Delivery delivery, read_delivery(select, std::move(path), state_->words()));
  return std::optional<Delivery>{std::move(delivery)};
}

Result<std::vector<std::int64_t>> Deliveries::numbers_of(std::string_view sop_instance) {
  Statement& select = state_->numbers_of;
  const ResetAtEnd again(select);
  select.bind(state_->peer).bind(sop_instance);
  std::vector<std::int64_t> numbers;
  while (true) {
    TRY_ASSIGN(const bool row, select.step());
    if (!row) return numbers;
    numbers.push_back(select.integer());
  }
}

Result<std::vector<std::string>> Deliveries::transactions() {
  std::vector<std::string> transactions;
  TRY(state_->ledger->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select,
               state_->database().prepare("SELECT DISTINCT transaction_uid FROM deliveries"
                                          " WHERE peer=? AND transaction_uid<>0"));
    select.bind(state_->peer);
    while (true) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      TRY_ASSIGN(transactions.emplace_back(), state_->words().text_of(select.integer()));
    }
  }));
  return transactions;
}

Result<DeliveryTotals> Deliveries::totals() {
  DeliveryTotals totals;
  TRY(state_->ledger->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select,
               state_->database().prepare(
                   "SELECT state,commitment,count(*),sum(bytes) FROM deliveries WHERE peer=?"
                   " GROUP BY state,commitment"));
    select.bind(state_->peer);
    return add_up(select, totals);
  }));
  return totals;
}

Result<DeliveryTotals> Deliveries::totals_of_all(Ledger& ledger) {
  DeliveryTotals totals;
  TRY(ledger.state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select, ledger.state_->database.prepare(
                                     "SELECT state,commitment,count(*),sum(bytes) FROM deliveries"
                                     " GROUP BY state,commitment"));
    return add_up(select, totals);
  }));
  return totals;
}

Result<std::vector<PeerName>> Deliveries::peers(Ledger& ledger) {
  std::vector<PeerName> peers;
  TRY(ledger.state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select,
               ledger.state_->database.prepare(
                   "SELECT host,port,called_ae,calling_ae FROM peers ORDER BY id"));
    while (true) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      PeerName& peer = peers.emplace_back();
      peer.host = select.text();
      peer.port = static_cast<std::uint16_t>(select.integer());
      peer.called_ae = select.text();
      peer.calling_ae = select.text();
    }
  }));
  return peers;
}

}  // namespace slipring::ledger

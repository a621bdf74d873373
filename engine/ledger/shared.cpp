#include "engine/ledger/shared.h"

namespace slipring::ledger {

namespace {

Statement& bind_ids(Statement& statement, const SharedIds& ids) {
  statement.bind(ids.outcome).bind(ids.device);
  for (const std::int64_t word : ids.words) statement.bind(word);
  return statement;
}

}  // namespace

std::size_t SharedRows::Hash::operator()(const SharedIds& ids) const {
  constexpr std::uint64_t kOdd = 0x9E37'79B9'7F4A'7C15;  // 2^64 divided by the golden ratio
  auto hash = static_cast<std::uint64_t>(ids.outcome) + static_cast<std::uint64_t>(ids.device);
  for (const std::int64_t word : ids.words)
    hash = (hash ^ (hash >> 29U) ^ static_cast<std::uint64_t>(word)) * kOdd;
  return hash;
}

Result<SharedRows> SharedRows::open(Database& database, bool writable) {
  SharedRows shared;
  shared.database_ = &database;
  TRY_ASSIGN(shared.select_id_,
             database.prepare("SELECT id FROM shared WHERE outcome=? AND device=? AND reason=? AND"
                              " sop_class=? AND study=? AND series=? AND modality=? AND"
                              " from_syntax=? AND to_syntax=?"));
  TRY_ASSIGN(shared.select_facts_,
             database.prepare("SELECT outcome,device,reason,sop_class,study,series,modality,"
                              "from_syntax,to_syntax FROM shared WHERE id=?"));
  if (writable) {
    TRY_ASSIGN(shared.insert_,
               database.prepare("INSERT INTO shared(outcome,device,reason,sop_class,study,series,"
                                "modality,from_syntax,to_syntax) VALUES(?,?,?,?,?,?,?,?,?)"));
  }
  return shared;
}

// -1 when there is none.
Result<std::int64_t> SharedRows::find(const SharedIds& ids) {
  const ResetAtEnd again(select_id_);
  TRY_ASSIGN(const bool row, bind_ids(select_id_, ids).step());
  return row ? select_id_.integer() : -1;
}

Result<std::int64_t> SharedRows::id_of(const SharedIds& ids) {
  if (const auto found = ids_.find(ids); found != ids_.end()) return found->second;
  TRY_ASSIGN(std::int64_t id, find(ids));
  if (id < 0) {
    TRY(bind_ids(insert_, ids).run());
    id = database_->last_id();
  }
  if (ids_.size() >= kRememberedMax) ids_.clear();
  ids_.emplace(ids, id);
  return id;
}

Result<const SharedFacts*> SharedRows::facts_of(std::int64_t id, Words& words) {
  if (last_ != nullptr && id == last_id_) return last_;
  if (facts_.size() >= kRememberedMax) {
    last_ = nullptr;
    facts_.clear();
  }
  auto found = facts_.find(id);
  if (found == facts_.end()) {
    const ResetAtEnd again(select_facts_);
    TRY_ASSIGN(const bool row, select_facts_.bind(id).step());
    const std::int64_t outcome = row ? select_facts_.integer() : -1;
    if (outcome < 0 || outcome >= dicom::kOutcomeCount)
      return fail(ErrorCode::Malformed, kNoOffset,
                  row ? "the ledger holds an unknown outcome: move it aside"
                      : "the ledger refers to a row it does not have: move it aside");
    SharedFacts facts;
    facts.outcome = static_cast<dicom::Outcome>(outcome);
    facts.device = select_facts_.natural();
    for (std::string& word : facts.words) {
      TRY_ASSIGN(word, words.text_of(select_facts_.integer()));
    }
    found = facts_.emplace(id, std::move(facts)).first;
  }
  last_id_ = id;
  last_ = &found->second;
  return last_;
}

void SharedRows::forget() {
  ids_.clear();
  last_ = nullptr;
  facts_.clear();
}

}  // namespace slipring::ledger

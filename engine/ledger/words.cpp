#include "engine/ledger/words.h"

#include <fmt/format.h>

namespace slipring::ledger {

Result<Words> Words::open(Database& database, std::string_view table, bool writable) {
  Words words;
  words.database_ = &database;
  TRY_ASSIGN(words.select_id_,
             database.prepare(fmt::format("SELECT id FROM {} WHERE text=?", table)));
  TRY_ASSIGN(words.select_text_,
             database.prepare(fmt::format("SELECT text FROM {} WHERE id=?", table)));
  if (writable) {
    TRY_ASSIGN(words.insert_,
               database.prepare(fmt::format("INSERT INTO {}(text) VALUES(?)", table)));
  }
  return words;
}

void Words::remember(std::string_view text, std::int64_t id) {
  if (ids_.size() >= kRememberedMax) ids_.clear();
  ids_.emplace(text, id);
}

Result<std::int64_t> Words::find(std::string_view text) {
  if (text.empty()) return 0;
  if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
  TRY_ASSIGN(const bool row, select_id_.bind(text).step());
  if (!row) return -1;
  const std::int64_t id = select_id_.integer();
  select_id_.reset();
  remember(text, id);
  return id;
}

Result<std::int64_t> Words::id_of(std::string_view text) {
  TRY_ASSIGN(std::int64_t id, find(text));
  if (id >= 0) return id;
  TRY(insert_.bind(text).run());
  id = database_->last_id();
  remember(text, id);
  return id;
}

Result<std::string_view> Words::text_of(std::int64_t id) {
  if (id == 0) return std::string_view{};
  if (const auto found = texts_.find(id); found != texts_.end()) return found->second;
  TRY_ASSIGN(const bool row, select_text_.bind(id).step());
  if (!row)
    return fail(ErrorCode::Malformed, kNoOffset,
                "the ledger refers to a text it does not have: move it aside");
  if (texts_.size() >= kRememberedMax) texts_.clear();
  const std::string& kept = texts_.emplace(id, select_text_.text()).first->second;
  select_text_.reset();
  return kept;
}

void Words::forget() {
  ids_.clear();
  texts_.clear();
}

}  // namespace slipring::ledger

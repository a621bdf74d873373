// A table of texts with ids, both ways, with what was asked for lately kept in memory. Ledger's
// own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/ledger/sqlite.h"

namespace slipring::ledger {

class Words {
 public:
  static constexpr std::size_t kRememberedMax = 1 << 16;

  // `table` is "words" or "directories".
  [[nodiscard]] static Result<Words> open(Database& database, std::string_view table,
                                          bool writable);

  // The id of a text, 0 for "" . id_of makes one when there is none; find answers -1.
  [[nodiscard]] Result<std::int64_t> id_of(std::string_view text);
  [[nodiscard]] Result<std::int64_t> find(std::string_view text);

  // The text of an id; good until the next call. Errors: Malformed when there is none.
  [[nodiscard]] Result<std::string_view> text_of(std::int64_t id);

  // After a rollback or a deletion: what is remembered may not be there any more.
  void forget();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  void remember(std::string_view text, std::int64_t id);

  Database* database_ = nullptr;
  Statement select_id_;
  Statement select_text_;
  Statement insert_;
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> ids_;
  std::unordered_map<std::int64_t, std::string> texts_;
};

}  // namespace slipring::ledger

// The words by which people say what to look for, for find, move and worklist: keys, a level, a
// root. They come to query::Keys.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/cli/commands.h"
#include "engine/query/key.h"

namespace slipring::cli {

// The levels of a query (PS3.4 C.6.1.1), and what is unique and what customary at each.
struct QueryLevel {
  std::string_view name;  // "study"
  std::string_view term;  // "STUDY": Query/Retrieve Level (0008,0052)
  dicom::Tag unique;
  std::span<const dicom::Tag> columns;  // shown where nothing else is asked for
};

struct QueryWords {
  std::vector<std::string> keys;  // -k
  std::string level = "study";
  std::string root = "study";  // or "patient"
};

// -k (--match), --level, --root, and DCMTK's -S and -P.
void add_key_option(Command& command, std::vector<std::string>& keys);
void add_level_options(Command& command, QueryWords& words);

// Throw UsageError with the word that is none.
[[nodiscard]] std::vector<query::Key> parse_keys(std::span<const std::string> words);

// What find asks: keys with level and the level's unique key; `columns` are what is shown.
struct LevelQuery {
  std::vector<query::Key> keys;
  std::vector<query::Key> columns;
  bool patient_root = false;
};
// A key QueryRetrieveLevel=TERM wins over `level`. `with_columns` adds customary attributes where
// no key asks for one without a value: retrieve requests have none.
[[nodiscard]] LevelQuery level_query(const QueryWords& words, bool with_columns);

// The identifier of `keys`. Throws UsageError.
[[nodiscard]] Buffer identifier_of(std::span<const query::Key> keys,
                                   std::string_view transfer_syntax);

}  // namespace slipring::cli

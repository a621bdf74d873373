// Inventory: which SOP instances an output holds, under which names, for as long as a receiver
// runs: commitment is answered from it, and what is held need not be pulled. Holds a hash and the
// number of a row for each, no texts: what is asked for is read from the ledger, by a connection of
// its own. Thread safe. It must not know files.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codecs/base/result.h"
#include "engine/ingest/written/row_index.h"
#include "engine/ledger/ledger.h"

namespace slipring::receive {

class Inventory {
 public:
  struct Holding {
    std::string sop_class;
    std::string output;  // relative to the output root
  };

  // Reads what the ledger, which somebody else writes, holds by now. Before anything else.
  [[nodiscard]] Result<void> open(const std::string& ledger);
  // A row that became DONE, of an object that has its name.
  void add(std::string_view sop_instance, std::int64_t row);
  // What is held of an instance; empty when nothing is. Errors: those of the ledger.
  [[nodiscard]] Result<std::vector<Holding>> of(std::string_view sop_instance) const;

 private:
  void put(std::string_view sop_instance, std::int64_t row);

  mutable std::mutex mutex_;
  std::unique_ptr<ledger::Ledger> ledger_;
  // By SOP Instance UID; the further rows of one by its hash with their number, so that none is
  // looked for among all of them.
  ingest::RowIndex rows_;
  std::unordered_map<std::uint64_t, std::uint64_t> further_;  // how many; of few instances
  std::vector<bool> is_in_;                                   // by row
};

}  // namespace slipring::receive

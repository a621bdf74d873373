// Missing: the rows of instances that a peer lists and did not send, in the ledger of the output: a
// Failed row an instance, under a name of its own, taken back when the instance is there after all.
#pragma once

#include <mutex>
#include <set>
#include <span>
#include <string>

#include "engine/query/ask.h"
#include "engine/receive/store.h"

namespace slipring::retrieve {

class Missing {
 public:
  // Reads what is missing since runs before. Errors: the ledger's.
  [[nodiscard]] static Result<std::unique_ptr<Missing>> open(receive::Store& store);

  // Records what of a study is missing, with the reason, and what is no longer. Thread safe.
  // Errors: the ledger's.
  Result<void> settle(const std::string& study, std::span<const query::Instance> missing,
                      std::span<const query::Instance> held, const std::string& reason);

 private:
  explicit Missing(receive::Store& store) : store_(store) {}
  receive::Store& store_;
  std::mutex mutex_;
  std::set<std::string> open_rows_;  // by path
};

// ".slipring/missing/STUDY/INSTANCE". Requires UIDs that were checked.
[[nodiscard]] std::string missing_path(const std::string& study, const std::string& instance);

}  // namespace slipring::retrieve

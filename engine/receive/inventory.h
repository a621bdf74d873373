// Inventory: which SOP instances an output holds, under which names, for as long as a receiver
// runs: duplicates are known by it, and commitment is answered from it. Loaded from the ledger's
// rows. Thread safe. It must not know files.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/dicom/digest.h"
#include "engine/dicom/record.h"

namespace slipring::receive {

class Inventory {
 public:
  struct Holding {
    std::string sop_class;
    std::string output;                                 // relative to the output root
    std::optional<dicom::Xxh128Digest> content_digest;  // where it is known already
  };

  // A row of the ledger that is DONE. Rows without an output are passed over.
  void add(const dicom::Record& record, std::optional<dicom::Xxh128Digest> content_digest);
  // What is held of an instance; empty when nothing is.
  [[nodiscard]] std::vector<Holding> of(std::string_view sop_instance) const;
  void remember_content(std::string_view sop_instance, std::string_view output,
                        const dicom::Xxh128Digest& content_digest);
  [[nodiscard]] std::uint64_t next_sequence() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::vector<Holding>> holdings_;  // by SOP Instance UID
  std::uint64_t next_sequence_ = 0;
};

}  // namespace slipring::receive

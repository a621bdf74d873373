// KnownFiles: what a run before made of each file, small enough for tens of millions: 24 bytes a
// file. Read by all workers, filled before they start.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "engine/dicom/digest.h"
#include "engine/dicom/record.h"
#include "engine/ledger/ledger.h"

namespace slipring::ingest {

class KnownFiles {
 public:
  // Rows that are done, of the same options; failed ones only when they are not to be tried again.
  [[nodiscard]] Result<void> load(ledger::Ledger& ledger, const std::string& option_hash,
                                  bool retry_failed) {
    return ledger.each_known([&](std::string_view path, const ledger::Known& row) {
      if (!row.done || row.option_hash != option_hash) return;
      if (retry_failed && row.outcome == dicom::Outcome::Failed) return;
      files_[hash_of(path)] = identity_hash(row.source);
    });
  }
  // Whether the file needs no work: it is the same file that a run before finished.
  [[nodiscard]] bool finished(std::string_view path, const dicom::FileIdentity& now) const {
    if (files_.empty()) return false;
    const auto found = files_.find(hash_of(path));
    return found != files_.end() && found->second == identity_hash(now);
  }
  [[nodiscard]] std::size_t size() const { return files_.size(); }

 private:
  static std::uint64_t hash_of(std::string_view text) {
    return load_le<std::uint64_t>(dicom::xxh128(as_bytes(text)).bytes.data());
  }
  // ctime is left out: a change of owner or links is no change of content; mtime and size are in.
  static std::uint64_t identity_hash(const dicom::FileIdentity& identity) {
    std::uint8_t bytes[24];
    store_le(bytes, identity.inode);
    store_le(bytes + 8, identity.size_bytes);
    store_le(bytes + 16, static_cast<std::uint64_t>(identity.mtime_ns));
    return load_le<std::uint64_t>(dicom::xxh128(bytes).bytes.data());
  }

  std::unordered_map<std::uint64_t, std::uint64_t> files_;
};

}  // namespace slipring::ingest

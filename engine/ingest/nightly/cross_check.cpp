#include "engine/ingest/nightly/cross_check.h"

#include <cstring>
#include <filesystem>

namespace slipring::ingest {

namespace {

std::string spill_directory(const std::string& ledger) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (ledger.empty()) return fs::temp_directory_path(ignored).string();
  const fs::path directory = fs::path(ledger).parent_path();
  return directory.empty() ? "." : directory.string();
}

}  // namespace

CrossCheck::CrossCheck(const std::string& ledger)
    : spills_(spill_directory(ledger)), collator_(spills_) {
  std::uint8_t edition[8];
  store_le(edition, collate::kRulesEdition);
  hash_.update(edition);
  hash_.update(as_bytes(SLIPRING_VERSION));
}

void CrossCheck::add(const dicom::Record& record) {
  if (!record.keys || !added_) return;
  const dicom::ObjectKeys& keys = *record.keys;
  std::uint8_t fixed[16 + sizeof(dicom::ObjectKey)];
  store_le(fixed, std::uint64_t{record.path.size()});
  store_le(fixed + 8, std::uint64_t{keys.references.size()});
  std::memcpy(fixed + 16, &keys.object, sizeof keys.object);
  hash_.update(fixed);
  hash_.update(as_bytes(record.path));
  hash_.update({reinterpret_cast<const std::uint8_t*>(keys.references.data()),
                keys.references.size() * sizeof(dicom::ObjectReference)});
  added_ = collator_.add(record.path, keys);
}

const dicom::Xxh128Digest& CrossCheck::digest() {
  if (!digest_) digest_ = hash_.finish();
  return *digest_;
}

Result<void> CrossCheck::judge(const collate::Collator::Take& take) {
  if (!added_) return added_;
  return collator_.judge(take);
}

}  // namespace slipring::ingest

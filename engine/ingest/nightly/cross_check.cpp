#include "engine/ingest/nightly/cross_check.h"

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
    : spills_(spill_directory(ledger)), collator_(spills_) {}

void CrossCheck::add(const dicom::Record& record) {
  if (record.keys && added_) added_ = collator_.add(record.path, *record.keys);
}

Result<void> CrossCheck::judge(const collate::Collator::Take& take) {
  if (!added_) return added_;
  return collator_.judge(take);
}

}  // namespace slipring::ingest

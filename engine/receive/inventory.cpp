#include "engine/receive/inventory.h"

#include <optional>
#include <utility>

#include "engine/dicom/digest.h"

namespace slipring::receive {

Result<void> Inventory::open(const std::string& ledger) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(ledger_, ledger::Ledger::open(ledger, ledger::Ledger::Mode::Read));
  return ledger_->each_instance([&](std::int64_t row, std::string_view sop_instance) {
    rows_.add(dicom::short_hash(sop_instance), row);
  });
}

void Inventory::add(std::string_view sop_instance, std::int64_t row) {
  if (sop_instance.empty()) return;
  const std::uint64_t hash = dicom::short_hash(sop_instance);
  const std::lock_guard lock(mutex_);
  bool is_new = true;  // a file that was removed and came again keeps its row
  rows_.each(hash, [&](std::int64_t before) { return is_new = before != row; });
  if (is_new) rows_.add(hash, row);
}

Result<std::vector<Inventory::Holding>> Inventory::of(std::string_view sop_instance) const {
  const std::lock_guard lock(mutex_);
  std::vector<Holding> held;
  Result<void> result;
  rows_.each(dicom::short_hash(sop_instance), [&](std::int64_t number) {
    auto row = ledger_->row_at(number);
    if (!row) result = std::unexpected(row.error());
    if (!row) return false;
    if (*row && (*row)->sop_instance == sop_instance && !(*row)->output.empty())
      held.push_back({std::move((*row)->sop_class), std::move((*row)->output)});
    return true;
  });
  if (!result) return std::unexpected(result.error());
  return held;
}

}  // namespace slipring::receive

#include "engine/receive/inventory.h"

#include <array>
#include <optional>
#include <utility>

#include "engine/dicom/digest.h"

namespace slipring::receive {

namespace {

std::uint64_t hash_of_further(std::uint64_t instance, std::uint64_t number) {
  std::array<std::uint8_t, 16> both;
  store_le(both.data(), instance);
  store_le(both.data() + 8, number);
  return dicom::short_hash(both);
}

}  // namespace

Result<void> Inventory::open(const std::string& ledger) {
  const std::lock_guard lock(mutex_);
  TRY_ASSIGN(ledger_, ledger::Ledger::open(ledger, ledger::Ledger::Mode::Read));
  return ledger_->each_instance(
      [&](std::int64_t row, std::string_view sop_instance) { put(sop_instance, row); });
}

void Inventory::add(std::string_view sop_instance, std::int64_t row) {
  if (sop_instance.empty()) return;
  const std::lock_guard lock(mutex_);
  put(sop_instance, row);
}

// A file that was removed and came again keeps its row.
void Inventory::put(std::string_view sop_instance, std::int64_t row) {
  const auto place = static_cast<std::size_t>(row);
  if (place >= is_in_.size()) is_in_.resize(place + 1);
  if (is_in_[place]) return;
  is_in_[place] = true;
  const std::uint64_t hash = dicom::short_hash(sop_instance);
  rows_.add(rows_.has(hash) ? hash_of_further(hash, ++further_[hash]) : hash, row);
}

Result<std::vector<Inventory::Holding>> Inventory::of(std::string_view sop_instance) const {
  const std::lock_guard lock(mutex_);
  std::vector<Holding> held;
  Result<void> result;
  const auto take = [&](std::int64_t number) {
    auto row = ledger_->row_at(number);
    if (!row) result = std::unexpected(row.error());
    if (!row) return false;
    if (*row && (*row)->sop_instance == sop_instance && !(*row)->output.empty())
      held.push_back({std::move((*row)->sop_class), std::move((*row)->output)});
    return true;
  };
  const std::uint64_t hash = dicom::short_hash(sop_instance);
  rows_.each(hash, take);
  const auto further = further_.find(hash);
  const std::uint64_t count = further == further_.end() ? 0 : further->second;
  for (std::uint64_t i = 1; i <= count && result; ++i) rows_.each(hash_of_further(hash, i), take);
  if (!result) return std::unexpected(result.error());
  return held;
}

}  // namespace slipring::receive

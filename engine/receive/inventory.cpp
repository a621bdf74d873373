#include "engine/receive/inventory.h"

#include <algorithm>

namespace slipring::receive {

void Inventory::add(const dicom::Record& record,
                    std::optional<dicom::Xxh128Digest> content_digest) {
  const std::lock_guard lock(mutex_);
  next_sequence_ = std::max(next_sequence_, record.sequence + 1);
  if (record.output.empty() || record.sop_instance.empty()) return;
  std::vector<Holding>& held = holdings_[record.sop_instance];
  if (std::ranges::find(held, record.output, &Holding::output) != held.end()) return;
  held.push_back({record.sop_class, record.output, content_digest});
}

std::vector<Inventory::Holding> Inventory::of(std::string_view sop_instance) const {
  const std::lock_guard lock(mutex_);
  const auto found = holdings_.find(std::string(sop_instance));
  return found == holdings_.end() ? std::vector<Holding>{} : found->second;
}

void Inventory::remember_content(std::string_view sop_instance, std::string_view output,
                                 const dicom::Xxh128Digest& content_digest) {
  const std::lock_guard lock(mutex_);
  const auto found = holdings_.find(std::string(sop_instance));
  if (found == holdings_.end()) return;
  for (Holding& holding : found->second)
    if (holding.output == output) holding.content_digest = content_digest;
}

std::uint64_t Inventory::next_sequence() const {
  const std::lock_guard lock(mutex_);
  return next_sequence_;
}

}  // namespace slipring::receive

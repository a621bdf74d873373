#include "engine/ingest/written/row_index.h"

#include <algorithm>
#include <utility>

namespace slipring::ingest {

void RowIndex::add(std::uint64_t hash, std::int64_t row) {
  if (4 * (used_ + 1) > 3 * entries_.size()) grow();
  put({hash, row});
  ++used_;
}

void RowIndex::renumber(std::uint64_t hash, std::int64_t row, std::int64_t now) {
  if (entries_.empty()) return;
  for (std::size_t at = home_of(hash); entries_[at].row != kFree; at = after(at)) {
    if (entries_[at].hash != hash || entries_[at].row != row) continue;
    entries_[at].row = now;
    return;
  }
}

// By half: a table that doubled would be two thirds empty in the worst case, and in memory beside
// the old one.
void RowIndex::grow() {
  constexpr std::size_t kAtFirst = 1024;
  const std::size_t size = std::max(kAtFirst, entries_.size() + entries_.size() / 2);
  const std::vector<Entry> old = std::exchange(entries_, std::vector<Entry>(size));
  for (const Entry& entry : old)
    if (entry.row != kFree) put(entry);
}

void RowIndex::put(const Entry& entry) {
  std::size_t at = home_of(entry.hash);
  while (entries_[at].row != kFree) at = after(at);
  entries_[at] = entry;
}

}  // namespace slipring::ingest

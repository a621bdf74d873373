// RowIndex: numbers of the ledger's rows by a hash of what is looked for: 16 bytes an entry and the
// room it grows into, 21 to 32 bytes for each of tens of millions. It proves nothing: two things
// may have one hash, so whoever finds a row reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace slipring::ingest {

class RowIndex {
 public:
  // `row`: not 0. Several rows may have one hash.
  void add(std::uint64_t hash, std::int64_t row);
  // Another number for one that was added.
  void renumber(std::uint64_t hash, std::int64_t row, std::int64_t now);

  [[nodiscard]] bool has(std::uint64_t hash) const {
    bool found = false;
    each(hash, [&](std::int64_t) { return !(found = true); });
    return found;
  }
  // Of all rows with that hash, until `take` says false. It must not add.
  template <class Take>
  void each(std::uint64_t hash, const Take& take) const {
    if (entries_.empty()) return;
    for (std::size_t at = home_of(hash); entries_[at].row != kFree; at = after(at))
      if (entries_[at].hash == hash && !take(entries_[at].row)) return;
  }

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] std::size_t bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  static constexpr std::int64_t kFree = 0;
  struct Entry {
    std::uint64_t hash = 0;
    std::int64_t row = kFree;
  };
  // Where a hash would like to be: its first bits, spread over all places.
  [[nodiscard]] std::size_t home_of(std::uint64_t hash) const {
    return static_cast<std::size_t>(((hash >> 32U) * entries_.size()) >> 32U);
  }
  [[nodiscard]] std::size_t after(std::size_t at) const {
    return at + 1 == entries_.size() ? 0 : at + 1;
  }
  void grow();
  void put(const Entry& entry);

  std::vector<Entry> entries_;  // open addressing, linear probing
  std::size_t used_ = 0;
};

}  // namespace slipring::ingest

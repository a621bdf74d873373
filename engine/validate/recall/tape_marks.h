// TapeMarks: a bit for each entry of a tape. Takes indices, keeps its memory from one tape to the
// next; knows nothing of what is marked or why.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace slipring::validate::recall {

class TapeMarks {
 public:
  // For a tape of so many entries; all of them are marked, or none.
  void reset(std::size_t entries, bool marked) {
    words_.assign((entries + 63) / 64, marked ? ~std::uint64_t{0} : 0);
    none_ = !marked;
  }
  void mark(std::size_t entry) {
    words_[entry / 64] |= bit(entry);
    none_ = false;
  }
  void clear(std::size_t entry) { words_[entry / 64] &= ~bit(entry); }
  [[nodiscard]] bool none() const { return none_; }  // of an object that is like none before
  [[nodiscard]] bool operator[](std::size_t entry) const {
    return (words_[entry / 64] & bit(entry)) != 0;
  }
  // The first entry from `entry` on that is not marked; beyond the tape where there is none.
  [[nodiscard]] std::size_t next_unmarked(std::size_t entry) const {
    if (none_) return entry;
    for (std::size_t word = entry / 64; word < words_.size(); ++word) {
      const std::uint64_t before = word == entry / 64 ? bit(entry) - 1 : 0;
      const std::uint64_t unmarked = ~(words_[word] | before);
      if (unmarked != 0) return word * 64 + static_cast<std::size_t>(std::countr_zero(unmarked));
    }
    return words_.size() * 64;
  }

 private:
  [[nodiscard]] static std::uint64_t bit(std::size_t entry) {
    return std::uint64_t{1} << (entry % 64);
  }
  std::vector<std::uint64_t> words_;
  bool none_ = true;  // is marked, for certain
};

}  // namespace slipring::validate::recall

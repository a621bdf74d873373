// TapeMarks: a bit for each entry of a tape. Takes indices, keeps its memory from one tape to the
// next; knows nothing of what is marked or why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace slipring::validate::recall {

class TapeMarks {
 public:
  // For a tape of so many entries; all of them are marked, or none.
  void reset(std::size_t entries, bool marked) {
    words_.assign((entries + 63) / 64, marked ? ~std::uint64_t{0} : 0);
  }
  void mark(std::size_t entry) { words_[entry / 64] |= bit(entry); }
  void clear(std::size_t entry) { words_[entry / 64] &= ~bit(entry); }
  [[nodiscard]] bool operator[](std::size_t entry) const {
    return (words_[entry / 64] & bit(entry)) != 0;
  }

 private:
  [[nodiscard]] static std::uint64_t bit(std::size_t entry) {
    return std::uint64_t{1} << (entry % 64);
  }
  std::vector<std::uint64_t> words_;
};

}  // namespace slipring::validate::recall

// Paths: the names of all files of a job by number, small: neighbours share their beginnings, so a
// name is written as how much it has in common with the one before and what follows. Blocks of
// kBlock names begin anew and are found by their offsets. What does not fit into memory is spilled.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dicom/between/spill.h"

namespace slipring::collate {

class Paths {
 public:
  static constexpr std::uint32_t kBlock = 64;
  static constexpr std::uint64_t kCountMax = 0xFFFFFFFE;  // files are numbered with 32 bits

  Paths(dicom::SpillPlace& place, std::uint64_t memory_bytes)
      : place_(place), memory_bytes_(memory_bytes) {}

  // Gives its number: 0, 1, 2 ... `mark` is kept beside it. Errors: Io, LimitExceeded (kCountMax).
  [[nodiscard]] Result<std::uint32_t> add(std::string_view path, std::uint32_t mark);
  [[nodiscard]] std::uint64_t size() const { return count_; }
  // number < size(). Errors: Io.
  [[nodiscard]] Result<std::string> at(std::uint32_t number);
  // All of them in order, until `take` fails.
  struct Entry {
    std::uint32_t number = 0;
    std::uint32_t mark = 0;
    std::string_view path;
  };
  [[nodiscard]] Result<void> each(const std::function<Result<void>(const Entry&)>& take);

 private:
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] Result<void> load(std::uint64_t block);
  // A name of the block that is loaded: as many bytes as of the name before, and those in `block_`.
  struct Piece {
    std::uint32_t mark;
    std::size_t shared_bytes;
    std::size_t begin;
    std::size_t bytes;
  };
  void read_piece();
  [[nodiscard]] std::string name_of(std::size_t piece) const;

  dicom::SpillPlace& place_;
  const std::uint64_t memory_bytes_;
  std::unique_ptr<dicom::Spill> spill_;
  std::uint64_t spilled_ = 0;
  std::vector<std::uint8_t> pending_;         // what comes after the spilled bytes
  std::vector<std::uint64_t> block_offsets_;  // in all bytes, spilled and pending
  std::uint64_t count_ = 0;
  std::string last_;
  std::uint64_t loaded_ = ~std::uint64_t{0};  // the block that is in `block_`
  std::vector<std::uint8_t> block_;
  std::vector<Piece> pieces_;  // what was read of it
  std::size_t read_bytes_ = 0;
};

}  // namespace slipring::collate

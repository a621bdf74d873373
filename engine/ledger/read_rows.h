// HeldRows: rows of files that were read once and stay in memory, packed as the ledger has them.
// Ledger::each_known() fills it; what a row says is then had without the database, by any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"
#include "engine/dicom/record.h"

namespace slipring::ledger {

struct SharedFacts;

class HeldRows {
 public:
  // Rows are held until they take so much; no more are from there on.
  static constexpr std::uint64_t kBytesMax = std::uint64_t{256} << 20;
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

  // What a row has beside its path; details as details.h packs them.
  struct Row {
    std::int64_t shared = 0;  // id of the facts
    std::uint64_t sequence = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    Bytes details;
  };
  // The number of the row, by which it is read; kNone: there was no room.
  [[nodiscard]] std::uint32_t add(const Row& row, const SharedFacts& facts);

  // Into a record whose path is the file's, over whatever it held. Errors: Malformed.
  [[nodiscard]] Result<void> read(std::uint32_t number, dicom::Record& record) const;

  HeldRows();
  ~HeldRows();
  HeldRows(HeldRows&&) noexcept;
  HeldRows& operator=(HeldRows&&) noexcept;

 private:
  static constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

  [[nodiscard]] Bytes keep(Bytes details);

  std::vector<Row> rows_;  // `shared` is the place of the facts here
  std::vector<std::unique_ptr<SharedFacts>> facts_;
  std::unordered_map<std::int64_t, std::int64_t> places_;
  std::int64_t last_id_ = -1;
  std::int64_t last_place_ = 0;
  std::vector<std::vector<std::uint8_t>> chunks_;
  std::uint64_t bytes_ = 0;
};

}  // namespace slipring::ledger

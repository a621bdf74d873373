// WrittenObjects: whether an object was written before, by this run or another: as the same
// content, or as other content of the same SOP instance. Holds a hash and the number of a row for
// each SOP instance, no texts: what a row says decides, so that two objects are the same only where
// their SOP Instance UIDs and the SHA-256 of their elements and pixels are; where pixels were not
// decoded, where all bytes of their outputs are. The finisher's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/deliver/write_file.h"
#include "engine/dicom/digest.h"
#include "engine/ingest/parcel.h"
#include "engine/ingest/written/row_index.h"
#include "engine/ledger/ledger.h"

namespace slipring::ingest {

class WrittenObjects {
 public:
  using Hash = std::uint64_t (*)(std::string_view);

  // Both outlive it. A test may give a weaker hash.
  WrittenObjects(ledger::Ledger& ledger, const deliver::OutputTree& tree,
                 Hash hash = dicom::short_hash)
      : ledger_(ledger), tree_(tree), hash_(hash) {}

  // What runs before wrote.
  [[nodiscard]] Result<void> load();

  struct Before {
    enum class Kind : std::uint8_t { None, SameContent, OtherContent };
    Kind kind = Kind::None;
    std::string path;                // of the file it was first written for; none: ""
    const Parcel* parcel = nullptr;  // that file, where it is still being finished
  };
  // What there is of the SOP instance of an object that is to be written. It counts as written
  // itself from here on, but for SameContent. The parcel stays where it is until settle().
  // Errors: those of the ledger.
  [[nodiscard]] Result<Before> meet(const Parcel& parcel);

  // All that were met have their rows, or have none: nothing was written of them.
  void settle();

  [[nodiscard]] std::size_t bytes() const { return rows_.bytes(); }

 private:
  struct Met {
    const Parcel* parcel;
    std::uint64_t hash;
  };
  // An object that was met before: of the ledger, or not finished yet.
  struct Other {
    const dicom::Record* record = nullptr;
    const Parcel* parcel = nullptr;
  };
  [[nodiscard]] Result<Other> other_at(std::int64_t row);
  template <class Take>
  [[nodiscard]] Result<void> each_of_instance(std::uint64_t hash, const dicom::Record& record,
                                              const Take& take);
  [[nodiscard]] Result<void> add_further(std::int64_t row);
  [[nodiscard]] bool has_content_of(const Parcel& parcel, const Other& other) const;
  void add(std::uint64_t hash, const Parcel& parcel);

  ledger::Ledger& ledger_;
  const deliver::OutputTree& tree_;
  Hash hash_;
  // By SOP Instance UID; and by that with its content what is not the first of its SOP instance.
  // Negative: in met_.
  RowIndex rows_;
  std::vector<Met> met_;
  std::optional<dicom::Record> row_;  // that was read last
};

}  // namespace slipring::ingest

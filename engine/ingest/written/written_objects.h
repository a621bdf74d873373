// WrittenObjects: whether an object was written before, by this run or another: as the same
// content, or as other content of the same SOP instance. Holds a hash and the number of a row for
// each object, no texts: what a row says decides, so that two objects are the same only where
// their SOP Instance UIDs and the SHA-256 of their elements and pixels are; where pixels were not
// decoded, where their bytes are. Bytes are read of none but those that have the same digest: what
// an object costs does not grow with the contents of its SOP instance. The own of who writes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/deliver/write_file.h"
#include "engine/dicom/digest.h"
#include "engine/ingest/parcel.h"
#include "engine/ingest/written/row_index.h"
#include "engine/ledger/ledger.h"

namespace slipring::ingest {

// Outputs that were written before, as they are now.
class Outputs {
 public:
  virtual ~Outputs() = default;
  enum class Standing : std::uint8_t { There, Altered, Gone };
  // How what a row says was written is found. What is gone counts as never written; what was
  // altered is the same as nothing.
  [[nodiscard]] virtual Standing standing(const dicom::Record& written) const = 0;
  // Whether an object that is to be written has the bytes of one that was, or of one that is still
  // being finished: `finishing`. What cannot be read is not the same.
  [[nodiscard]] virtual bool has_bytes_of(const Parcel& parcel, const dicom::Record& written,
                                          const Parcel* finishing) const = 0;
};

// Those of a conversion, which trusts its ledger; all bytes of their files.
class OutputsOfTree final : public Outputs {
 public:
  explicit OutputsOfTree(const deliver::OutputTree& tree) : tree_(tree) {}
  [[nodiscard]] Standing standing(const dicom::Record&) const override { return Standing::There; }
  [[nodiscard]] bool has_bytes_of(const Parcel& parcel, const dicom::Record& written,
                                  const Parcel* finishing) const override;

 private:
  const deliver::OutputTree& tree_;
};

class WrittenObjects {
 public:
  using Hash = std::uint64_t (*)(std::string_view);

  // The ledger outlives it. A test may give a weaker hash.
  WrittenObjects(ledger::Ledger& ledger, std::unique_ptr<const Outputs> outputs,
                 Hash hash = dicom::short_hash)
      : ledger_(ledger), outputs_(std::move(outputs)), hash_(hash) {}

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
  std::unique_ptr<const Outputs> outputs_;
  Hash hash_;
  // By SOP Instance UID; and by that with its content what is not the first of its SOP instance.
  // Negative: in met_.
  RowIndex rows_;
  std::vector<Met> met_;
  std::optional<dicom::Record> row_;  // that was read last
};

}  // namespace slipring::ingest

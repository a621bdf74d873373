// CrossCheck: layer 6 at the end of a validation. Takes every record on its way to the ledger, and
// when all files were seen gives the findings between them. Where more does not fit into memory,
// files without a name are made beside the ledger, or in the temporary directory.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engine/collate/collate.h"
#include "engine/deliver/spill_file.h"
#include "engine/dicom/record.h"

namespace slipring::ingest {

class CrossCheck {
 public:
  explicit CrossCheck(const std::string& ledger);

  // In order of sequence. An error is kept for judge().
  void add(const dicom::Record& record);
  [[nodiscard]] Result<void> judge(const collate::Collator::Take& take);
  // Of all that was added, in order, and of the rules: the same digest, the same findings.
  [[nodiscard]] const dicom::Xxh128Digest& digest();
  [[nodiscard]] bool whole() const { return added_.has_value(); }  // nothing could not be added

 private:
  deliver::SpillFiles spills_;
  collate::Collator collator_;
  Result<void> added_;
  dicom::Xxh128 hash_;
  std::optional<dicom::Xxh128Digest> digest_;
};

}  // namespace slipring::ingest

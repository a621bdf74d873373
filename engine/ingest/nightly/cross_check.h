// CrossCheck: layer 6 at the end of a validation. Takes every record on its way to the ledger, and
// when all files were seen gives the findings between them. Where more does not fit into memory,
// files without a name are made beside the ledger, or in the temporary directory.
#pragma once

#include <functional>
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

 private:
  deliver::SpillFiles spills_;
  collate::Collator collator_;
  Result<void> added_;
};

}  // namespace slipring::ingest

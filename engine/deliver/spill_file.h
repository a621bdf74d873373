// SpillFiles: files without a name in a directory, for what does not fit into memory
// (dicom/between/spill). They are gone with the process, however it ends.
#pragma once

#include <string>

#include "engine/dicom/between/spill.h"

namespace slipring::deliver {

class SpillFiles final : public dicom::SpillPlace {
 public:
  explicit SpillFiles(std::string directory) : directory_(std::move(directory)) {}
  // Errors: Io with errno in `actual`.
  [[nodiscard]] Result<std::unique_ptr<dicom::Spill>> create() override;

 private:
  std::string directory_;
};

}  // namespace slipring::deliver

// Spill: where bytes go that are too many for memory, until their owner is gone. The pure middle
// asks for one (SpillPlace); deliver makes files without a name of them, tests keep vectors.
#pragma once

#include <cstdint>
#include <memory>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"

namespace slipring::dicom {

class Spill {
 public:
  virtual ~Spill() = default;
  virtual Result<void> append(Bytes bytes) = 0;
  // Fills `into` from [offset, offset + into.size()), all of which was appended before. Errors: Io.
  virtual Result<void> read(std::uint64_t offset, MutableBytes into) = 0;
};

class SpillPlace {
 public:
  virtual ~SpillPlace() = default;
  // Errors: Io.
  [[nodiscard]] virtual Result<std::unique_ptr<Spill>> create() = 0;
};

}  // namespace slipring::dicom

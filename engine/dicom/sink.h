// Sink: where the bytes of a new object go, in order, with patches behind (offset tables are known
// last). deliver writes files, tests write vectors; transcode knows only this.
#pragma once

#include <cstdint>
#include <span>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"

namespace slipring::dicom {

class Sink {
 public:
  virtual ~Sink() = default;
  virtual Result<void> append(Bytes bytes) = 0;
  // One after another, as append() of each; where that saves something, at once.
  virtual Result<void> append_pieces(std::span<const Bytes> pieces) {
    for (const Bytes piece : pieces) TRY(append(piece));
    return {};
  }
  // Overwrites bytes appended before: offset + bytes.size() <= size().
  virtual Result<void> patch(std::uint64_t offset, Bytes bytes) = 0;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
};

}  // namespace slipring::dicom

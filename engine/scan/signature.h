// Signature: what a file that is not DICOM is, by its first bytes; and what a preamble holds.
#pragma once

#include <cstdint>
#include <string_view>

#include "codecs/base/bytes.h"
#include "engine/dicom/scanned.h"

namespace slipring::scan {

struct Kind {
  dicom::FileKind kind = dicom::FileKind::Unknown;
  std::uint64_t more_needed_bytes = 0;  // not 0: cannot be told from these bytes
};

// The kind of a file that has no DICM and no data set.
[[nodiscard]] Kind kind_of(Bytes bytes, std::uint64_t size_bytes);

// What 128 bytes of preamble hold (PS3.10 7.1: another format may use it). "" when all zero.
struct Preamble {
  std::string_view what;
  bool executable = false;
};
[[nodiscard]] Preamble preamble_of(Bytes bytes);

}  // namespace slipring::scan

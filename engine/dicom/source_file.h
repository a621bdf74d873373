// SourceFile: one file somebody asked us to look at, as discovered: not opened, not stat'ed yet.
#pragma once

#include <cstdint>
#include <string>

namespace slipring::dicom {

struct SourceFile {
  std::uint64_t sequence =
      0;                 // 0, 1, 2 ... in discovery order, the same in every run over the same tree
  std::string path;      // to open
  std::string relative;  // to its root, '/' separated, no leading '/', no "..": the name in reports
};

// Who a file is and whether it is still the same: from fstat on the opened descriptor.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

}  // namespace slipring::dicom

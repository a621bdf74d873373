#include "engine/deliver/descriptor.h"

#include <algorithm>
#include <cstddef>

namespace slipring::deliver {

Result<void> write_all(int descriptor, std::uint64_t offset, std::span<iovec> pieces) {
  while (!pieces.empty()) {
    if (pieces.front().iov_len == 0) {
      pieces = pieces.subspan(1);
      continue;
    }
    const auto count = static_cast<int>(std::min<std::size_t>(pieces.size(), 16));
    const ssize_t written = ::pwritev(descriptor, pieces.data(), count, static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      return io_error("the output file could not be written");
    }
    if (written == 0) {  // no progress and no reason: a full file system behind a lazy driver
      errno = ENOSPC;
      return io_error("the output file could not be written");
    }
    offset += static_cast<std::uint64_t>(written);
    auto left = static_cast<std::size_t>(written);
    while (left != 0) {
      const std::size_t taken = std::min(left, pieces.front().iov_len);
      pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + taken;
      pieces.front().iov_len -= taken;
      left -= taken;
      if (pieces.front().iov_len == 0) pieces = pieces.subspan(1);
    }
  }
  return {};
}

Result<void> sync(int descriptor, std::string_view what) {
  if (::fsync(descriptor) != 0) return io_error(what);
  return {};
}

}  // namespace slipring::deliver

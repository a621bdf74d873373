#include "engine/deliver/same_bytes.h"

#include <algorithm>

#include "codecs/base/buffer.h"
#include "engine/deliver/descriptor.h"

namespace slipring::deliver {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

// As many as there are, up to the piece's size: fewer only at the file's end.
Result<Bytes> read_piece(int descriptor, std::uint64_t offset, Buffer& piece) {
  std::size_t filled = 0;
  while (filled < kPieceBytes) {
    const ssize_t got = ::pread(descriptor, piece.data() + filled, kPieceBytes - filled,
                                static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error("the existing output file could not be read");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return piece.bytes().first(filled);
}

}  // namespace

Result<bool> same_bytes(int one, int other) {
  Buffer piece;
  Buffer other_piece;
  piece.resize(kPieceBytes);
  other_piece.resize(kPieceBytes);
  for (std::uint64_t offset = 0;; offset += kPieceBytes) {
    TRY_ASSIGN(const Bytes bytes, read_piece(one, offset, piece));
    TRY_ASSIGN(const Bytes other_bytes, read_piece(other, offset, other_piece));
    if (!std::ranges::equal(bytes, other_bytes)) return false;
    if (bytes.size() < kPieceBytes) return true;
  }
}

}  // namespace slipring::deliver

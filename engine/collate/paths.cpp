#include "engine/collate/paths.h"

#include <algorithm>

namespace slipring::collate {

namespace {

void put_number(std::vector<std::uint8_t>& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out.push_back(static_cast<std::uint8_t>(number | 0x80));
  out.push_back(static_cast<std::uint8_t>(number));
}

// What put_number wrote; the bytes are our own.
std::uint64_t take_number(Bytes& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; !bytes.empty(); shift += 7) {
    const std::uint8_t byte = bytes.front();
    bytes = bytes.subspan(1);
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) break;
  }
  return number;
}

std::size_t shared_front(Bytes a, Bytes b) {
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t shared = 0;
  while (most - shared >= 8 &&
         load_le<std::uint64_t>(&a[shared]) == load_le<std::uint64_t>(&b[shared]))
    shared += 8;
  while (shared < most && a[shared] == b[shared]) ++shared;
  return shared;
}

}  // namespace

Result<std::uint32_t> Paths::add(std::string_view path, std::uint32_t mark) {
  if (count_ >= kCountMax)
    return fail(ErrorCode::LimitExceeded, kNoOffset, "more files than can be collated", kCountMax);
  std::size_t shared = 0;
  if (count_ % kBlock == 0) {
    if (pending_.size() >= memory_bytes_) TRY(flush());
    block_offsets_.push_back(spilled_ + pending_.size());
  } else {
    shared = shared_front(as_bytes(path), as_bytes(last_));
  }
  for (unsigned shift = 0; shift < 32; shift += 8)
    pending_.push_back(static_cast<std::uint8_t>(mark >> shift));
  put_number(pending_, shared);
  put_number(pending_, path.size() - shared);
  const Bytes rest = as_bytes(path.substr(shared));
  pending_.insert(pending_.end(), rest.begin(), rest.end());
  last_ = path;
  const auto number = static_cast<std::uint32_t>(count_++);
  if (loaded_ == number / kBlock) loaded_ = ~std::uint64_t{0};
  return number;
}

Result<void> Paths::flush() {
  if (spill_ == nullptr) {
    TRY_ASSIGN(spill_, place_.create());
  }
  TRY(spill_->append(pending_));
  spilled_ += pending_.size();
  pending_.clear();
  return {};
}

Result<void> Paths::load(std::uint64_t block) {
  if (loaded_ == block) return {};
  loaded_ = ~std::uint64_t{0};
  const std::uint64_t begin = block_offsets_[block];
  const std::uint64_t all = spilled_ + pending_.size();
  const std::uint64_t end = block + 1 < block_offsets_.size() ? block_offsets_[block + 1] : all;
  block_.resize(end - begin);
  if (begin >= spilled_)  // a block never lies on both sides: flush() is called between blocks
    std::ranges::copy(Bytes(pending_).subspan(begin - spilled_, end - begin), block_.begin());
  else
    TRY(spill_->read(begin, block_));
  pieces_.clear();
  read_bytes_ = 0;
  loaded_ = block;
  return {};
}

void Paths::read_piece() {
  Bytes left = Bytes(block_).subspan(read_bytes_);
  Piece piece{};
  piece.mark = load_le<std::uint32_t>(left.data());
  left = left.subspan(sizeof(piece.mark));
  piece.shared_bytes = take_number(left);
  piece.bytes = take_number(left);
  piece.begin = block_.size() - left.size();
  read_bytes_ = piece.begin + piece.bytes;
  pieces_.push_back(piece);
}

// From its end: a byte that is shared is in the nearest name before that does not share it.
std::string Paths::name_of(std::size_t piece) const {
  std::string name(pieces_[piece].shared_bytes + pieces_[piece].bytes, '\0');
  std::size_t end = name.size();
  for (std::size_t i = piece + 1; end > 0 && i-- > 0;) {
    const Piece& each = pieces_[i];
    if (each.shared_bytes >= end) continue;
    std::ranges::copy(as_text(Bytes(block_).subspan(each.begin, end - each.shared_bytes)),
                      name.begin() + static_cast<std::ptrdiff_t>(each.shared_bytes));
    end = each.shared_bytes;
  }
  return name;
}

Result<std::string> Paths::at(std::uint32_t number) {
  TRY(load(number / kBlock));
  const std::size_t wanted = number % kBlock;
  while (pieces_.size() <= wanted) read_piece();
  return name_of(wanted);
}

Result<void> Paths::each(const std::function<Result<void>(const Entry&)>& take) {
  std::string name;
  std::uint32_t number = 0;
  for (std::uint64_t block = 0; block < block_offsets_.size(); ++block) {
    TRY(load(block));
    for (std::size_t i = 0; i < pieces_.size() || read_bytes_ < block_.size(); ++i) {
      if (i == pieces_.size()) read_piece();
      const Piece& piece = pieces_[i];
      name.resize(piece.shared_bytes);
      name += as_text(Bytes(block_).subspan(piece.begin, piece.bytes));
      TRY(take({number++, piece.mark, name}));
    }
  }
  return {};
}

}  // namespace slipring::collate

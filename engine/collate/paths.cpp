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
  put_number(pending_, mark);
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
  rewind();
  loaded_ = block;
  return {};
}

void Paths::rewind() {
  at_ = 0;
  read_ = 0;
  name_.clear();
}

void Paths::step() {
  Bytes left = Bytes(block_).subspan(at_);
  mark_ = static_cast<std::uint32_t>(take_number(left));
  name_.resize(take_number(left));
  const std::uint64_t rest = take_number(left);
  name_ += as_text(left.first(rest));
  at_ = block_.size() - left.size() + rest;
  ++read_;
}

Result<std::string> Paths::at(std::uint32_t number) {
  TRY(load(number / kBlock));
  const std::uint32_t wanted = number % kBlock;
  if (wanted + 1 < read_) rewind();
  while (read_ <= wanted) step();
  return name_;
}

Result<void> Paths::each(const std::function<Result<void>(const Entry&)>& take) {
  for (std::uint64_t block = 0; block < block_offsets_.size(); ++block) {
    TRY(load(block));
    rewind();
    while (at_ < block_.size()) {
      step();
      TRY(take({static_cast<std::uint32_t>(block * kBlock + read_ - 1), mark_, name_}));
    }
  }
  return {};
}

}  // namespace slipring::collate

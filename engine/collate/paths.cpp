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
  std::vector<std::uint8_t> read;
  Bytes bytes;
  if (begin >= spilled_) {  // a block never lies on both sides: flush() is called between blocks
    bytes = Bytes(pending_).subspan(begin - spilled_, end - begin);
  } else {
    read.resize(end - begin);
    TRY(spill_->read(begin, read));
    bytes = read;
  }
  names_.clear();
  while (!bytes.empty()) {
    Name name{static_cast<std::uint32_t>(take_number(bytes)), {}};
    const std::uint64_t shared = take_number(bytes);
    const std::uint64_t rest = take_number(bytes);
    if (!names_.empty()) name.path = names_.back().path.substr(0, shared);
    name.path += as_text(bytes.first(rest));
    bytes = bytes.subspan(rest);
    names_.push_back(std::move(name));
  }
  loaded_ = block;
  return {};
}

Result<std::string> Paths::at(std::uint32_t number) {
  TRY(load(number / kBlock));
  return names_[number % kBlock].path;
}

Result<void> Paths::each(const std::function<Result<void>(const Entry&)>& take) {
  for (std::uint64_t block = 0; block < block_offsets_.size(); ++block) {
    TRY(load(block));
    for (std::size_t i = 0; i < names_.size(); ++i)
      TRY(take({static_cast<std::uint32_t>(block * kBlock + i), names_[i].mark, names_[i].path}));
  }
  return {};
}

}  // namespace slipring::collate

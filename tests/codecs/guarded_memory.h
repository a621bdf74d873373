// GuardedMemory: bytes that end exactly where an unreadable page begins, so that one byte read or
// written behind them stops the test.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/base/contract.h"

namespace slipring::test {

class GuardedMemory {
 public:
  explicit GuardedMemory(std::size_t size) : size_(size) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    mapped_ = (size + page - 1) / page * page + page;
    void* memory =
        ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECTS(memory != MAP_FAILED);
    base_ = static_cast<std::uint8_t*>(memory);
    EXPECTS(::mprotect(base_ + mapped_ - page, page, PROT_NONE) == 0);
    bytes_ = base_ + mapped_ - page - size;
  }
  explicit GuardedMemory(Bytes content) : GuardedMemory(content.size()) {
    std::ranges::copy(content, bytes_);
  }
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;
  ~GuardedMemory() { ::munmap(base_, mapped_); }

  [[nodiscard]] Bytes bytes() const { return {bytes_, size_}; }
  [[nodiscard]] MutableBytes writable() { return {bytes_, size_}; }

 private:
  std::size_t size_;
  std::size_t mapped_ = 0;
  std::uint8_t* base_ = nullptr;
  std::uint8_t* bytes_ = nullptr;
};

}  // namespace slipring::test

// What tests of kernels share: each target this machine has, and bytes at the end of a page.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "codecs/base/bytes.h"
#include "codecs/kernels/targets.h"

namespace slipring::validate::kernels {

// Runs `check` with each target this machine has.
template <class F>
void on_every_target(F check) {
  for (const codecs::kernels::Target& target : codecs::kernels::supported_targets()) {
    SCOPED_TRACE(target.name);
    codecs::kernels::use_target(target.bit);
    check();
  }
  codecs::kernels::use_target(0);
}

// Bytes that end where a page that may not be touched begins.
class GuardedPage {
 public:
  GuardedPage() {
    base_ = static_cast<std::uint8_t*>(
        mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(base_ + kPage, kPage, PROT_NONE);
  }
  GuardedPage(const GuardedPage&) = delete;
  GuardedPage& operator=(const GuardedPage&) = delete;
  ~GuardedPage() { munmap(base_, 2 * kPage); }
  [[nodiscard]] MutableBytes last(std::size_t size) { return {base_ + kPage - size, size}; }

 private:
  static constexpr std::size_t kPage = 4096;
  std::uint8_t* base_ = nullptr;
};

}  // namespace slipring::validate::kernels

// Descriptor: owns a file descriptor; and the two things every call on one needs: errno as an
// Error, and writing all of a piece list. Deliver's own.
#pragma once

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "codecs/base/result.h"

namespace slipring::deliver {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] explicit operator bool() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

// The Error of a system call that has just failed: `actual` is errno.
[[nodiscard]] inline std::unexpected<Error> io_error(std::string_view what) {
  return fail(ErrorCode::Io, kNoOffset, what, 0, static_cast<std::uint64_t>(errno));
}

// Writes every byte of `pieces` (which are consumed) at `offset`. Errors: Io.
[[nodiscard]] Result<void> write_all(int descriptor, std::uint64_t offset, std::span<iovec> pieces);

// fsync, once: whatever it answers is final for the data it was about. Errors: Io.
[[nodiscard]] Result<void> sync(int descriptor, std::string_view what);

}  // namespace slipring::deliver

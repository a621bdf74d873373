#include "engine/dimse/transport/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "codecs/base/contract.h"

namespace slipring::dimse {

Interrupt::Interrupt() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  EXPECTS(descriptor_ >= 0);
}

Interrupt::~Interrupt() { ::close(descriptor_); }

void Interrupt::raise() const noexcept {
  const int before = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
  errno = before;
}

bool Interrupt::raised() const {
  pollfd watched{descriptor_, POLLIN, 0};
  return ::poll(&watched, 1, 0) > 0;
}

}  // namespace slipring::dimse

#include "engine/cli/output/signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "engine/cli/output/exit_codes.h"
#include "engine/ingest/ingest.h"

namespace slipring::cli {

namespace {

std::atomic<bool> status_requested = false;

// Readable once a signal came. Made before the first is caught, and never closed.
int signal_event() {
  static const int event = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return event;
}

// In a handler, too.
void wake() {
  const int error = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(signal_event(), &one, sizeof one);
  errno = error;
}

void on_status_request(int) {
  status_requested = true;
  wake();
}

void on_interrupt(int) {
  static constexpr char kDraining[] = "\nfinishing the files begun; Ctrl-C again to stop now\n";
  if (ingest::interrupt_requested.exchange(1) != 0) _exit(kExitInterrupted);
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kDraining, sizeof kDraining - 1);
  wake();
}

void handle(int number, void (*handler)(int)) {
  signal_event();
  struct sigaction action{};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(number, &action, nullptr);
}

}  // namespace

void catch_status_requests() { handle(SIGUSR1, on_status_request); }

void catch_interrupts() {
  handle(SIGINT, on_interrupt);
  handle(SIGTERM, on_interrupt);
  catch_status_requests();
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file size limit is an error of the write, not of the process
}

bool take_status_request() { return status_requested.exchange(false); }

void wait_for_signal(std::chrono::milliseconds time) {
  pollfd event{signal_event(), POLLIN, 0};
  ::poll(&event, 1, time.count() < 0 ? -1 : static_cast<int>(time.count()));
  std::uint64_t came = 0;
  [[maybe_unused]] const auto got = ::read(signal_event(), &came, sizeof came);
}

void end_wait_for_signal() { wake(); }

}  // namespace slipring::cli

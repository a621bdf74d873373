#include "engine/cli/output/signals.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>

#include "engine/cli/output/exit_codes.h"
#include "engine/ingest/ingest.h"

namespace slipring::cli {

namespace {

std::atomic<bool> status_requested = false;

void on_status_request(int) { status_requested = true; }

void on_interrupt(int) {
  static constexpr char kDraining[] = "\nfinishing the files begun; Ctrl-C again to stop now\n";
  if (ingest::interrupt_requested.exchange(1) != 0) _exit(kExitInterrupted);
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kDraining, sizeof kDraining - 1);
}

void handle(int number, void (*handler)(int)) {
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

}  // namespace slipring::cli

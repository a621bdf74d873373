// Signals of a job: the first Ctrl-C (or SIGTERM) drains, the second stops at once. Either way the
// same command resumes. SIGUSR1 asks how far a job is.
#pragma once

#include <chrono>

namespace slipring::cli {

void catch_interrupts();  // and status requests
void catch_status_requests();
// Whether SIGUSR1 came since the last call.
[[nodiscard]] bool take_status_request();
// Until one of those signals comes, or one came since the last call, or end_wait_for_signal(); at
// most for `time`, without end if it is negative. By one thread at a time.
void wait_for_signal(std::chrono::milliseconds time);
void end_wait_for_signal();  // from any thread

}  // namespace slipring::cli

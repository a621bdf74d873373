// Signals of a job: the first Ctrl-C (or SIGTERM) drains, the second stops at once. Either way the
// same command resumes. SIGUSR1 asks how far a job is.
#pragma once

namespace slipring::cli {

void catch_interrupts();  // and status requests
void catch_status_requests();
// Whether SIGUSR1 came since the last call.
[[nodiscard]] bool take_status_request();

}  // namespace slipring::cli

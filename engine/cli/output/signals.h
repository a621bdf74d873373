// Signals of a job: the first Ctrl-C (or SIGTERM) drains, the second stops at once. Either way the
// same command resumes.
#pragma once

namespace slipring::cli {

void catch_interrupts();

}  // namespace slipring::cli

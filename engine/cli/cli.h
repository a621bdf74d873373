// The doors: argv in, exit code out. One file per command; what they print is output/.
#pragma once

namespace slipring::cli {

// Exit codes (interface.md): 0 all done and clean, 1 objects failed or findings at --fail-on, 2
// usage, 3 a source could not be read, 4 nothing to do, 5 destination failed, 6 ledger, 130
// interrupted.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace slipring::cli

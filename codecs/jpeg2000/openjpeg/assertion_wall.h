// AssertionWall: OpenJPEG as Debian builds it has its assertions on, and some of them (in its HT
// decoder) test the codestream and not the program. Behind the wall a failed one ends the call, not
// the process.
#pragma once

namespace slipring::codecs::jpeg2000 {

// Calls work(user); false when an assertion failed in it. work must be a library call without any
// C++ object of ours between it and here: their destructors would be skipped.
[[nodiscard]] bool behind_wall(void (*work)(void*), void* user);

}  // namespace slipring::codecs::jpeg2000

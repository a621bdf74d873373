#include "codecs/jpeg2000/openjpeg/assertion_wall.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>

namespace slipring::codecs::jpeg2000 {

namespace {

thread_local std::jmp_buf* wall = nullptr;

}  // namespace

bool behind_wall(void (*work)(void*), void* user) {
  std::jmp_buf back;
  if (setjmp(back) != 0) {
    wall = nullptr;
    return false;
  }
  wall = &back;
  work(user);
  wall = nullptr;
  return true;
}

[[noreturn]] static void assertion_failed(const char* text, const char* file, unsigned line) {
  if (wall != nullptr) std::longjmp(*wall, 1);
  std::fprintf(stderr, "%s:%u: assertion failed: %s\n", file, line, text);
  std::abort();
}

}  // namespace slipring::codecs::jpeg2000

// What assert() calls (glibc's assert.h); this one comes before the C library's, for shared
// libraries too. NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
extern "C" void __assert_fail(const char* text, const char* file, unsigned line,
                              const char*) noexcept {
  slipring::codecs::jpeg2000::assertion_failed(text, file, line);
}

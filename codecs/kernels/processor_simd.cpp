// What Highway's library would say of this processor. Highway's headers ask two questions at run
// time (which targets can run here, which one is chosen); libhwy.so answers them, but its static
// initialisers measure the timer first: 4.4 ms of 9 at the start of every command, measured. So on
// x86-64 the answers are given here, the library is not loaded, and a command starts in half the
// time. Requirements of each target: hwy/set_macros-inl.h, its HWY_TARGET_STR.
#include <hwy/highway.h>

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace hwy {

namespace {

std::atomic<int64_t> forced_targets{0};

bool has_ssse3() { return __builtin_cpu_supports("sse3") && __builtin_cpu_supports("ssse3"); }

bool has_sse4() {
  return __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2") &&
         __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("aes");
}

bool has_avx2() {
  return __builtin_cpu_supports("avx") && __builtin_cpu_supports("avx2") &&
         __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("lzcnt");
}

bool has_avx3() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd");
}

bool has_avx3_dl() {
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("vpclmulqdq") &&
         __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
         __builtin_cpu_supports("vaes") && __builtin_cpu_supports("avx512vpopcntdq") &&
         __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("gfni");
}

// Each level needs the one before it. __builtin_cpu_supports also asks whether the operating system
// keeps the wide registers.
int64_t targets_of_this_processor() {
  __builtin_cpu_init();
  int64_t targets = HWY_EMU128 | HWY_SCALAR;
  if (!has_ssse3()) return targets;
  targets |= HWY_SSSE3;
  if (!has_sse4()) return targets;
  targets |= HWY_SSE4;
  if (!has_avx2()) return targets;
  targets |= HWY_AVX2;
  if (!has_avx3()) return targets;
  targets |= HWY_AVX3;
  return has_avx3_dl() ? targets | HWY_AVX3_DL : targets;
}

}  // namespace

int64_t SupportedTargets() {
  static const int64_t here = targets_of_this_processor();
  const int64_t forced = forced_targets.load(std::memory_order_relaxed);
  return forced != 0 ? forced : here;
}

void SetSupportedTargetsForTest(int64_t targets) {
  forced_targets.store(targets, std::memory_order_relaxed);
  GetChosenTarget().DeInit();
}

ChosenTarget& GetChosenTarget() {
  static ChosenTarget chosen;
  return chosen;
}

// HWY_ASSERT's end; only debug builds hold such assertions.
HWY_NORETURN void Abort(const char* file, int line, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  std::fprintf(stderr, "%s:%d: ", file, line);
  std::vfprintf(stderr, format, arguments);
  std::fputc('\n', stderr);
  va_end(arguments);
  std::abort();
}

}  // namespace hwy

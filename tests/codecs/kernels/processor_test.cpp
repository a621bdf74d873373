// What processor_simd.cpp says of this processor against what Highway's own library says.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "codecs/kernels/targets.h"

#if defined(__x86_64__) && !defined(HWY_COMPILE_ONLY_SCALAR)

namespace slipring::codecs::kernels {
namespace {

TEST(ProcessorTest, TheProgramDoesNotLoadHighwaysLibrary) {
  EXPECT_EQ(::dlopen("libhwy.so.1", RTLD_NOW | RTLD_NOLOAD), nullptr);
}

TEST(ProcessorTest, TheTargetsAreThoseThatHighwaysLibraryFinds) {
  void* library = ::dlopen("libhwy.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) GTEST_SKIP() << "skipped: libhwy.so.1 is not installed";
  using Ask = std::int64_t (*)();
  const auto ask = reinterpret_cast<Ask>(::dlsym(library, "_ZN3hwy16SupportedTargetsEv"));
  ASSERT_NE(ask, nullptr);
  const std::int64_t theirs = ask();
  ::dlclose(library);
  std::int64_t ours = 0;
  for (const Target& target : supported_targets()) ours |= target.bit;
  // Ours are those of them that were compiled in; the baseline always is.
  EXPECT_EQ(ours & theirs, ours);
  const std::int64_t best_of_theirs = theirs & -theirs;
  EXPECT_EQ(ours & -ours, best_of_theirs) << "the best target of this processor is not used";
}

}  // namespace
}  // namespace slipring::codecs::kernels

#endif

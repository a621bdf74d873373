// Groups of up to four lanes.
#define SLIPRING_JPEG_LS_LANES 4

#include "codecs/jpeg_ls/decode/group.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_ls/decode/group_of_four_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/jpeg_ls/decode/group_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3

void run_four(std::span<Lane* const> lanes, MutableBytes memory) { four::run(lanes, memory); }

#else

void run_four(std::span<Lane* const> lanes, MutableBytes) {
  for (Lane* lane : lanes) lane->state = Lane::State::Failed;
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_ls {

HWY_EXPORT(run_four);

void run_group_of_four(std::span<Lane* const> lanes, MutableBytes memory) {
  HWY_DYNAMIC_DISPATCH(run_four)(lanes, memory);
}

}  // namespace slipring::codecs::jpeg_ls
#endif

// Groups of up to eight lanes.
#define SLIPRING_JPEG_LS_LANES 8

#include "codecs/jpeg_ls/decode/group.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_ls/decode/group_of_eight_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/jpeg_ls/decode/group_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3

bool takes() { return true; }
void run_eight(std::span<Lane* const> lanes, MutableBytes memory) { eight::run(lanes, memory); }

#else

bool takes() { return false; }
void run_eight(std::span<Lane* const> lanes, MutableBytes) {
  for (Lane* lane : lanes) lane->state = Lane::State::Failed;
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_ls {

HWY_EXPORT(takes);
bool takes_groups() { return HWY_DYNAMIC_DISPATCH(takes)(); }

HWY_EXPORT(run_eight);

void run_group_of_eight(std::span<Lane* const> lanes, MutableBytes memory) {
  HWY_DYNAMIC_DISPATCH(run_eight)(lanes, memory);
}

}  // namespace slipring::codecs::jpeg_ls
#endif

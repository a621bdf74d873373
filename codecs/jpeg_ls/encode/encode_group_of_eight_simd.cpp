// Groups of up to eight frames.
#define SLIPRING_JPEG_LS_LANES 8

#include "codecs/jpeg_ls/encode/encode_group.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_ls/encode/encode_group_of_eight_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/jpeg_ls/encode/encode_group_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3

bool suits() { return true; }

void encode_eight(std::span<const ScanSource> sources, std::span<Buffer* const> outs,
                  Scratch& scratch) {
  eight::encode(sources, outs, scratch);
}

#else

bool suits() { return false; }

void encode_eight(std::span<const ScanSource> sources, std::span<Buffer* const> outs,
                  Scratch& scratch) {
  for (std::size_t i = 0; i < sources.size(); ++i) encode_scan(sources[i], *outs[i], scratch);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_ls {

HWY_EXPORT(suits);
bool suits_group(const ScanSource& source) {
  return suits_fast_encoder(source) && HWY_DYNAMIC_DISPATCH(suits)();
}

HWY_EXPORT(encode_eight);

void encode_group_of_eight(std::span<const ScanSource> sources, std::span<Buffer* const> outs,
                           Scratch& scratch) {
  HWY_DYNAMIC_DISPATCH(encode_eight)(sources, outs, scratch);
}

}  // namespace slipring::codecs::jpeg_ls
#endif

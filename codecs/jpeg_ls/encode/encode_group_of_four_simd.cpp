// Groups of up to four frames.
#define SLIPRING_JPEG_LS_LANES 4

#include "codecs/jpeg_ls/encode/encode_group.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_ls/encode/encode_group_of_four_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/jpeg_ls/encode/encode_group_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3

void encode_four(std::span<const ScanSource> sources, std::span<Buffer* const> outs,
                 Scratch& scratch) {
  four::encode(sources, outs, scratch);
}

#else

void encode_four(std::span<const ScanSource> sources, std::span<Buffer* const> outs,
                 Scratch& scratch) {
  for (std::size_t i = 0; i < sources.size(); ++i) encode_scan(sources[i], *outs[i], scratch);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_ls {

HWY_EXPORT(encode_four);

void encode_group_of_four(std::span<const ScanSource> sources, std::span<Buffer* const> outs,
                          Scratch& scratch) {
  HWY_DYNAMIC_DISPATCH(encode_four)(sources, outs, scratch);
}

}  // namespace slipring::codecs::jpeg_ls
#endif

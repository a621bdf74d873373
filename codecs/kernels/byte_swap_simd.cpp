#include "codecs/base/contract.h"
#include "codecs/kernels/byte_swap.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/kernels/byte_swap_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/kernels/aligned_stores-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void swap_all(const std::uint8_t* from, std::uint8_t* to, std::size_t size, std::uint32_t width) {
  byte_swap_scalar({from, size}, {to, size}, width);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// A table look-up within 16-byte blocks: byte i of a block comes from byte i ^ (width - 1).
template <class Word>
void swap_words(const std::uint8_t* from, std::uint8_t* to, std::size_t size) {
  const hn::CappedTag<Word, 64 / sizeof(Word)> d;
  const hn::Repartition<std::uint8_t, decltype(d)> bytes;
  alignas(16) std::uint8_t order[16];
  for (unsigned i = 0; i < 16; ++i) order[i] = static_cast<std::uint8_t>(i ^ (sizeof(Word) - 1));
  const auto table = hn::LoadDup128(bytes, order);
  const std::size_t done = store_aligned(d, to, size / sizeof(Word), [&](std::size_t i) HWY_ATTR {
    const auto words = hn::LoadU(bytes, from + i * sizeof(Word));
    return hn::BitCast(d, hn::TableLookupBytes(words, table));
  });
  const std::size_t at = done * sizeof(Word);
  byte_swap_scalar({from + at, size - at}, {to + at, size - at}, sizeof(Word));
}

void swap_all(const std::uint8_t* from, std::uint8_t* to, std::size_t size, std::uint32_t width) {
  if (width == 2) return swap_words<std::uint16_t>(from, to, size);
  if (width == 4) return swap_words<std::uint32_t>(from, to, size);
  swap_words<std::uint64_t>(from, to, size);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::kernels {

HWY_EXPORT(swap_all);

void byte_swap(Bytes from, MutableBytes to, std::uint32_t width_bytes) {
  EXPECTS(from.size() == to.size());
  EXPECTS(width_bytes == 2 || width_bytes == 4 || width_bytes == 8);
  EXPECTS(from.size() % width_bytes == 0);
  HWY_DYNAMIC_DISPATCH(swap_all)(from.data(), to.data(), from.size(), width_bytes);
}

}  // namespace slipring::codecs::kernels
#endif

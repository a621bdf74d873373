#include "codecs/base/contract.h"
#include "codecs/kernels/byte_swap.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/kernels/byte_swap_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

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
void swap_all(const std::uint8_t* from, std::uint8_t* to, std::size_t size, std::uint32_t width) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const std::size_t lanes = hn::Lanes(d);
  alignas(16) std::uint8_t order[16];
  for (unsigned i = 0; i < 16; ++i) order[i] = static_cast<std::uint8_t>(i ^ (width - 1));
  const auto table = hn::LoadDup128(d, order);
  std::size_t at = 0;
  for (; at + 4 * lanes <= size; at += 4 * lanes) {
    const auto a = hn::LoadU(d, from + at);
    const auto b = hn::LoadU(d, from + at + lanes);
    const auto e = hn::LoadU(d, from + at + 2 * lanes);
    const auto f = hn::LoadU(d, from + at + 3 * lanes);
    hn::StoreU(hn::TableLookupBytes(a, table), d, to + at);
    hn::StoreU(hn::TableLookupBytes(b, table), d, to + at + lanes);
    hn::StoreU(hn::TableLookupBytes(e, table), d, to + at + 2 * lanes);
    hn::StoreU(hn::TableLookupBytes(f, table), d, to + at + 3 * lanes);
  }
  for (; at + lanes <= size; at += lanes)
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, from + at), table), d, to + at);
  byte_swap_scalar({from + at, size - at}, {to + at, size - at}, width);
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

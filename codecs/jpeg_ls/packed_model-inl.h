// How the fast coders adapt a packed context (ITU-T T.87 A.5.1, A.6): without branches, and with
// the next Golomb order worked out when there is time for it. Lossless only. Must give what model.h
// gives. Included once a SIMD target.
#if defined(SLIPRING_JPEG_LS_PACKED_MODEL) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LS_PACKED_MODEL
#undef SLIPRING_JPEG_LS_PACKED_MODEL
#else
#define SLIPRING_JPEG_LS_PACKED_MODEL
#endif

#include <bit>
#include <cstdint>

#include "codecs/jpeg_ls/packed_context.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

// Of a value that is not zero. Every processor with AVX2 has LZCNT, but Highway does not tell the
// compiler.
HWY_INLINE std::uint32_t leading_zeros(std::uint64_t value) {
#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX2
  std::uint64_t zeros;
  asm("lzcntq %1, %0" : "=r"(zeros) : "r"(value) : "cc");
  return static_cast<std::uint32_t>(zeros);
#else
  return static_cast<std::uint32_t>(std::countl_zero(value));
#endif
}

HWY_INLINE std::uint32_t leading_zeros(std::uint32_t value) {
#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX2
  std::uint32_t zeros;
  asm("lzcntl %1, %0" : "=r"(zeros) : "r"(value) : "cc");
  return zeros;
#else
  return static_cast<std::uint32_t>(std::countl_zero(value));
#endif
}

// golomb_order() without a branch.
HWY_INLINE std::uint32_t packed_order(std::uint32_t a, std::uint32_t n) {
  const std::uint32_t k = leading_zeros(n) - leading_zeros(a | n);
  return k + ((n << k) < a ? 1U : 0U);
}

// All ones where the mapping of errors is the other one (A.5.2), else 0. B is in (-N, 0].
HWY_INLINE std::int32_t mirror_mask(std::int32_t b, std::int32_t n, std::int32_t k) {
  return ((2 * b + n - 1) & (k - 1)) >> 31;
}

// A.6; `size` is the error's absolute value.
HWY_INLINE void update_packed(PackedContext& context, std::int32_t error, std::uint32_t size,
                              std::uint32_t reset) {
  std::uint32_t a = context.a + size;
  std::int32_t b = context.b + error;
  std::int32_t n = context.n;
  if (HWY_UNLIKELY(n == static_cast<std::int32_t>(reset))) {
    a >>= 1;
    b >>= 1;
    n >>= 1;
  }
  ++n;
  const std::int32_t low = (b + n - 1) >> 31;  // b <= -n
  const std::int32_t high = -b >> 31;          // b > 0
  std::int32_t c = context.c + low - high;
  b += (n & low) - (n & high);
  b = b < 1 - n ? 1 - n : b;
  b &= b >> 31;
  if (HWY_UNLIKELY(c != static_cast<std::int8_t>(c))) {
    asm("");  // a branch: the bounds are hardly ever reached
    c = c < 0 ? -128 : 127;
  }
  context.a = a;
  context.b = static_cast<std::int8_t>(b);
  context.c = static_cast<std::int8_t>(c);
  context.n = static_cast<std::uint8_t>(n);
  context.k = static_cast<std::uint8_t>(packed_order(a, static_cast<std::uint32_t>(n)));
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif

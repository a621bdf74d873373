// Bits packed into a row's buffer, and the codes of runs: what the fast encoders share. Included
// once a SIMD target.
#if defined(SLIPRING_JPEG_LS_PACKER) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LS_PACKER
#undef SLIPRING_JPEG_LS_PACKER
#else
#define SLIPRING_JPEG_LS_PACKER
#endif

#include <algorithm>
#include <array>
#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/jpeg_ls/model.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

namespace hn = hwy::HWY_NAMESPACE;

// Codes of at most so many zeros fit into one put(), with 16 + 1 bits behind them.
constexpr std::uint32_t kShortZeros = 38;

// Bits in a row's buffer. Nothing is checked: the buffer holds a row of the longest codes.
struct Packer {
  std::uint64_t held = 0;   // its lowest `count` bits are not in the buffer yet
  std::uint32_t count = 0;  // below 8
  std::uint8_t* to = nullptr;

  // 1 to 56 bits.
  HWY_INLINE void put(std::uint64_t value, std::uint32_t bits) {
    held = held << bits | value;
    count += bits;
    store_be(to, held << (-count & 63));
    to += count >> 3;
    count &= 7;
  }

  // The bits that are not in the buffer yet, from the highest on; the others are zero.
  [[nodiscard]] std::uint64_t rest() const { return held << 1 << (63 - count); }

  void put_long(std::uint64_t value, std::uint32_t bits) {
    if (bits > 32) {
      put(value >> 32, bits - 32);
      put(value & 0xFFFFFFFFU, 32);
    } else if (bits != 0) {
      put(value, bits);
    }
  }
};

// Codes whose unary part is long: at most LIMIT bits, which 64 hold (A.5.3).
inline HWY_NOINLINE Packer put_long_golomb(Packer packer, std::uint32_t mapped, std::uint32_t k,
                                           std::uint32_t limit, std::uint32_t escape_bits) {
  const std::uint32_t zeros = mapped >> k;
  const std::uint32_t zeros_max = limit - escape_bits - 1;
  if (zeros < zeros_max) {
    const std::uint64_t low = mapped & ((1U << k) - 1);
    packer.put_long(std::uint64_t{1} << k | low, zeros + 1 + k);
  } else {
    const std::uint64_t low = (mapped - 1) & ((1U << escape_bits) - 1);
    packer.put_long(std::uint64_t{1} << escape_bits | low, limit);
  }
  return packer;
}

// A.7.1.1: how many samples from x on are `value`.
inline std::size_t run_length(const std::uint16_t* now, std::size_t x, std::size_t columns,
                              std::uint16_t value) {
  const hn::CappedTag<std::uint16_t, 32> d;
  const auto wanted = hn::Set(d, value);
  const std::size_t begin = x;
  for (; x < columns; x += hn::Lanes(d)) {
    const std::intptr_t other =
        hn::FindFirstTrue(d, hn::Not(hn::Eq(hn::LoadU(d, now + x), wanted)));
    if (other < 0) continue;
    x += static_cast<std::size_t>(other);
    break;
  }
  return std::min<std::size_t>(x, columns) - begin;
}

// Run mode of one scan (A.7).
class RunWriter {
 public:
  explicit RunWriter(const Parameters& parameters) : p_(parameters) {
    run_contexts_.fill({initial_magnitude(p_), 1, 0});
  }

  // A.7.1.2
  Packer put_run(Packer packer, std::size_t component, std::size_t run, bool to_the_end) {
    int& run_index = run_index_[component];
    auto index = static_cast<std::size_t>(run_index);
    while (run >= std::size_t{1} << kRunOrder[index]) {
      packer.put(1, 1);
      run -= std::size_t{1} << kRunOrder[index];
      if (index < kRunIndexMax) ++index;
    }
    run_index = static_cast<int>(index);
    if (!to_the_end)
      packer.put(run, 1U + kRunOrder[index]);
    else if (run != 0)
      packer.put(1, 1);
    return packer;
  }

  // A.7.2
  Packer put_interruption(Packer packer, std::size_t component, int type, std::int32_t a,
                          std::int32_t b, std::int32_t sample) {
    RunContext& context = run_contexts_[static_cast<std::size_t>(type)];
    std::int32_t error = sample - (type == 1 ? a : b);
    if (type == 0 && a > b) error = -error;
    const int spare_bits = 32 - p_.quantised_bits;
    error =
        static_cast<std::int32_t>(static_cast<std::uint32_t>(error) << spare_bits) >> spare_bits;
    const int k = context.order(type);
    const bool many = 2 * context.negative >= context.n;
    const bool map = error > 0 ? k == 0 && !many : error < 0 && (k != 0 || many);
    const auto mapped = static_cast<std::uint32_t>(2 * std::abs(error) - type - (map ? 1 : 0));
    const std::uint32_t limit = static_cast<std::uint32_t>(p_.limit) -
                                kRunOrder[static_cast<std::size_t>(run_index_[component])] - 1;
    context.update(error, mapped, type, p_.reset);
    return put_long_golomb(packer, mapped, static_cast<std::uint32_t>(k), limit,
                           static_cast<std::uint32_t>(p_.quantised_bits));
  }

  void end_run(std::size_t component) {
    run_index_[component] = std::max(run_index_[component] - 1, 0);
  }

 private:
  const Parameters& p_;
  std::array<RunContext, 2> run_contexts_;
  std::array<int, kScanComponentsMax> run_index_ = {};
};

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif

// Codes out of plain bits, one at a time: what the fast decoders share where there is nothing to
// hurry for. Included once a SIMD target.
#if defined(SLIPRING_JPEG_LS_CODES) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LS_CODES
#undef SLIPRING_JPEG_LS_CODES
#else
#define SLIPRING_JPEG_LS_CODES
#endif

#include <algorithm>
#include <bit>
#include <cstdint>

#include "codecs/jpeg_ls/decode/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

constexpr std::uint32_t kNoCode = ~0U;
// A load gives 57 bits or more: zeros, a one and 16 + 2 bits fit.
constexpr std::uint32_t kShortZeros = 38;

HWY_INLINE std::uint64_t window(const std::uint8_t* bits, std::uint64_t position) {
  return load_be<std::uint64_t>(bits + (position >> 3)) << (position & 7);
}

struct Code {
  std::uint64_t position = 0;  // behind it
  std::uint32_t value = kNoCode;
};

// A.5.3 for any code: kNoCode where there is none. Behind the last bit there are zeros, so a place
// beyond them ends here.
inline HWY_NOINLINE Code read_any_golomb(const std::uint8_t* bits, std::uint64_t position,
                                         std::uint32_t k, std::uint32_t limit,
                                         std::uint32_t escape_bits) {
  const std::uint32_t zeros_max = limit - escape_bits - 1;
  const std::uint64_t seen = window(bits, position);
  const auto zeros = static_cast<std::uint32_t>(std::countl_zero(seen));
  if (zeros > zeros_max) return {position, kNoCode};
  position += zeros + 1;
  const std::uint32_t count = zeros == zeros_max ? escape_bits : k;
  const auto low = static_cast<std::uint32_t>(window(bits, position) >> 1 >> (63 - count));
  return {position + count, zeros == zeros_max ? low + 1 : (zeros << k) + low};
}

struct Constants {
  explicit Constants(Lane& lane)
      : bits(lane.bits),
        regions(lane.regions.data() + Lane::kPlane + Lane::kTableReach),
        contexts(lane.contexts.data()),
        maximum(lane.target.parameters.maximum),
        t3(lane.target.parameters.t3),
        reset(static_cast<std::uint32_t>(lane.target.parameters.reset)),
        limit(static_cast<std::uint32_t>(lane.target.parameters.limit)),
        escape_bits(static_cast<std::uint32_t>(lane.target.parameters.quantised_bits)),
        short_zeros(std::min(limit - escape_bits - 1, kShortZeros)) {}

  const std::uint8_t* bits;
  const std::int8_t* regions;  // of a difference of 0
  PackedContext* contexts;
  std::int32_t maximum;
  std::int64_t t3;
  std::uint32_t reset;
  std::uint32_t limit;
  std::uint32_t escape_bits;
  std::uint32_t short_zeros;
};

// A.7.1.2. Returns how many of the `left` samples are a run, and moves the position.
inline std::uint32_t read_run(const std::uint8_t* bits, std::uint64_t& position, int& run_index,
                              std::uint32_t left) {
  std::uint32_t run = 0;
  auto index = static_cast<std::size_t>(run_index);
  for (;;) {
    const std::uint64_t seen = window(bits, position);
    const auto ones = static_cast<std::uint32_t>(std::countl_one(seen));
    constexpr std::uint32_t kSeenMin = 57;
    for (std::uint32_t i = 0; i < std::min(ones, kSeenMin); ++i) {
      const std::uint32_t part = 1U << kRunOrder[index];
      ++position;
      if (part < left - run) {
        run += part;
        if (index < kRunIndexMax) ++index;
        continue;
      }
      if (part == left - run && index < kRunIndexMax) ++index;
      run_index = static_cast<int>(index);
      return left;
    }
    if (ones < kSeenMin) break;
  }
  run_index = static_cast<int>(index);
  const std::uint32_t order = kRunOrder[index];
  run += static_cast<std::uint32_t>(window(bits, position) << 1 >> 1 >> (63 - order));
  position += 1 + order;
  return std::min(run, left);
}

// A.7.2: the error, or nothing where the bits hold no such code.
inline bool read_interruption(const Constants& c, Lane& lane, std::uint64_t& position, int type,
                              int run_index, std::int32_t& error) {
  RunContext& context = lane.run_contexts[static_cast<std::size_t>(type)];
  const int k = context.order(type);
  const std::uint32_t limit = c.limit - kRunOrder[static_cast<std::size_t>(run_index)] - 1;
  const auto [behind, code] =
      read_any_golomb(c.bits, position, static_cast<std::uint32_t>(k), limit, c.escape_bits);
  position = behind;
  if (code > static_cast<std::uint32_t>(c.maximum) + 1) return false;
  const std::int32_t mapped = static_cast<std::int32_t>(code) + type;
  error = (mapped + 1) >> 1;
  const bool many = k != 0 || 2 * context.negative >= context.n;
  if (many == ((mapped & 1) != 0)) error = -error;
  context.update(error, code, type, static_cast<std::int32_t>(c.reset));
  return true;
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif

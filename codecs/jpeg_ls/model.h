// Model: the adaptive state of one JPEG-LS scan and the arithmetic on it (ITU-T T.87 Annex A),
// plainly after the standard: what the reference decoder and the reference encoder share.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "codecs/base/bytes.h"
#include "codecs/jpeg_ls/parameters.h"

namespace slipring::codecs::jpeg_ls {

inline constexpr std::size_t kScanComponentsMax = 4;  // T.81 B.2.3

// A line of one component: sample 0 is at kLineMargin, one more stands at either side.
inline constexpr std::size_t kLineMargin = 1;
using Line = std::span<std::uint16_t>;  // columns + 2

// A.2.1, J: the order of run length codes.
inline constexpr std::array<std::uint8_t, 32> kRunOrder = {0, 0, 0, 0, 1,  1,  1,  1,  2,  2, 2,
                                                           2, 3, 3, 3, 3,  4,  4,  5,  5,  6, 6,
                                                           7, 7, 8, 9, 10, 11, 12, 13, 14, 15};
inline constexpr int kRunIndexMax = 31;
inline constexpr std::int32_t kBiasMin = -128;  // MIN_C, MAX_C
inline constexpr std::int32_t kBiasMax = 127;
inline constexpr std::size_t kContexts = 365;

// The smallest k with n << k >= a (A.5.1).
[[nodiscard]] inline int golomb_order(std::uint32_t a, std::int32_t n) {
  const auto count = static_cast<std::uint32_t>(n);
  const int k =
      std::max(0, static_cast<int>(std::bit_width(a)) - static_cast<int>(std::bit_width(count)));
  return (std::uint64_t{count} << k) < a ? k + 1 : k;
}

// A.4.1
[[nodiscard]] inline std::int32_t predict(std::int32_t a, std::int32_t b, std::int32_t c) {
  return std::clamp(a + b - c, std::min(a, b), std::max(a, b));
}

// A_init of A.8 and A.2.1
[[nodiscard]] inline std::uint32_t initial_magnitude(const Parameters& parameters) {
  return static_cast<std::uint32_t>(std::max(2, (parameters.range + 32) / 64));
}

// A.3.3: -4 to 4.
[[nodiscard]] inline int region_of(const Parameters& p, std::int32_t difference) {
  const std::int32_t size = std::abs(difference);
  const int region = size <= p.near ? 0 : size < p.t1 ? 1 : size < p.t2 ? 2 : size < p.t3 ? 3 : 4;
  return difference < 0 ? -region : region;
}

struct RunContext {  // A.7.2
  std::uint32_t a = 0;
  std::int32_t n = 1;
  std::int32_t negative = 0;  // Nn

  [[nodiscard]] int order(int type) const {
    return golomb_order(a + (type == 1 ? static_cast<std::uint32_t>(n >> 1) : 0U), n);
  }
  // A.7.2.2: `code` is EMErrval.
  void update(std::int32_t error, std::uint32_t code, int type, std::int32_t reset) {
    if (error < 0) ++negative;
    a += (code + 1 - static_cast<std::uint32_t>(type)) >> 1;
    if (n == reset) {
      a >>= 1;
      n >>= 1;
      negative >>= 1;
    }
    ++n;
  }
};

class Model {
 public:
  struct Context {  // A.2.2
    std::uint32_t a = 0;
    std::int32_t b = 0;
    std::int32_t c = 0;
    std::int32_t n = 0;
  };

  // The quantisation table needs table_bytes(parameters) bytes, which must live as long.
  [[nodiscard]] static std::size_t table_bytes(const Parameters& parameters);
  Model(const Parameters& parameters, MutableBytes table);

  // At the start of a scan and after each restart marker.
  void restart();

  // A.3.1 to A.3.4; 0 is run mode, the sign is SIGN.
  [[nodiscard]] std::int32_t context_of(std::int32_t a, std::int32_t b, std::int32_t c,
                                        std::int32_t d) const;
  // A.4.5, A.7.2.2; `error` bears the sign of the context.
  [[nodiscard]] std::uint16_t reconstruct(std::int32_t predicted, std::int32_t error) const;
  void update(Context& context, std::int32_t error) const;  // A.6
  // A.5.2: the mapping of errors is the other one.
  [[nodiscard]] bool mirrored(const Context& context, int k) const {
    return k == 0 && parameters.near == 0 && 2 * context.b <= -context.n;
  }

  Parameters parameters;
  std::int32_t step;  // 2 NEAR + 1
  std::array<Context, kContexts> contexts;
  std::array<RunContext, 2> run_contexts;
  std::array<int, kScanComponentsMax> run_index = {};

 private:
  [[nodiscard]] std::int32_t quantise(std::int32_t difference) const;
  std::int8_t* quantised_;
};

}  // namespace slipring::codecs::jpeg_ls

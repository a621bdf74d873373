// Random: numbers from a seed, the same on every machine (SplitMix64, public domain constants).
#pragma once

#include <cstdint>

namespace slipring::datasets {

[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  return mix(mix(a) ^ b);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(mix(seed)) {}
  [[nodiscard]] std::uint64_t next() { return mix(state_ += 0x9E3779B97F4A7C15U); }
  // 0 <= below(n) < n; the bias of 64 bits modulo n does not matter here.
  [[nodiscard]] std::uint64_t below(std::uint64_t n) { return next() % n; }
  [[nodiscard]] double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  [[nodiscard]] double between(double low, double high) { return low + (high - low) * unit(); }

 private:
  std::uint64_t state_;
};

}  // namespace slipring::datasets

#include <cstring>

#include "codecs/base/contract.h"
#include "codecs/kernels/row/samples.h"

namespace slipring::codecs::kernels {

namespace {

std::uint64_t load(const std::uint8_t* from, const SampleMove& move) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, move.from_bytes);
  if (!move.from_signed) return value;
  const unsigned above = 64 - 8 * move.from_bytes;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value << above) >> above);
}

}  // namespace

SampleMove from_high_bit(std::uint32_t sample_bytes, std::uint32_t bits_stored,
                         std::uint32_t high_bit, bool is_signed) {
  EXPECTS(bits_stored != 0 && bits_stored <= high_bit + 1 && high_bit < 8 * sample_bytes);
  return {.from_bytes = sample_bytes,
          .to_bytes = sample_bytes,
          .sign = is_signed,
          .bits = bits_stored,
          .right = high_bit + 1 - bits_stored};
}

SampleMove to_high_bit(std::uint32_t sample_bytes, std::uint32_t bits_stored,
                       std::uint32_t high_bit) {
  EXPECTS(bits_stored != 0 && bits_stored <= high_bit + 1 && high_bit < 8 * sample_bytes);
  return {.from_bytes = sample_bytes,
          .to_bytes = sample_bytes,
          .bits = bits_stored,
          .left = high_bit + 1 - bits_stored};
}

void move_samples_scalar(const std::uint8_t* from, std::uint8_t* to, std::size_t count,
                         const SampleMove& move) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t taken = load(from + i * move.from_bytes, move) >> move.right & move.mask();
    const std::uint64_t value = ((taken ^ move.sign_bit()) - move.sign_bit()) << move.left;
    std::memcpy(to + i * move.to_bytes, &value, move.to_bytes);
  }
}

}  // namespace slipring::codecs::kernels

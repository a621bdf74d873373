#include "codecs/jpeg_ls/scan_decoder.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace slipring::codecs::jpeg_ls {

namespace {

// A.2.1: the order of run length codes.
constexpr std::array<std::uint8_t, 32> kJ = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,  2,  3,  3,  3,  3,
                                             4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr std::int32_t kBiasMin = -128;  // MIN_C, MAX_C
constexpr std::int32_t kBiasMax = 127;

// The smallest k with n << k >= a (A.5.1).
int golomb_order(std::uint32_t a, std::int32_t n) {
  const auto count = static_cast<std::uint32_t>(n);
  const int k =
      std::max(0, static_cast<int>(std::bit_width(a)) - static_cast<int>(std::bit_width(count)));
  return (std::uint64_t{count} << k) < a ? k + 1 : k;
}

// A.4.1
std::int32_t predict(std::int32_t a, std::int32_t b, std::int32_t c) {
  const std::int32_t low = std::min(a, b);
  const std::int32_t high = std::max(a, b);
  return std::clamp(a + b - c, low, high);
}

}  // namespace

std::size_t ScanDecoder::table_bytes(const Parameters& parameters) {
  return 2 * static_cast<std::size_t>(parameters.t3) + 1;
}

// A.3.3: differences beyond T3 are all in the outermost regions.
ScanDecoder::ScanDecoder(const Parameters& parameters, std::size_t columns, MutableBytes table)
    : parameters_(parameters),
      columns_(columns),
      step_(2 * parameters.near + 1),
      quantised_(reinterpret_cast<std::int8_t*>(table.data()) + parameters.t3) {
  const Parameters& p = parameters_;
  for (std::int32_t d = -p.t3; d <= p.t3; ++d) {
    const std::int32_t size = std::abs(d);
    const int region = size <= p.near ? 0 : size < p.t1 ? 1 : size < p.t2 ? 2 : size < p.t3 ? 3 : 4;
    quantised_[d] = static_cast<std::int8_t>(d < 0 ? -region : region);
  }
  restart();
}

// A.2.1, A.8
void ScanDecoder::restart() {
  const auto a = static_cast<std::uint32_t>(std::max(2, (parameters_.range + 32) / 64));
  contexts_.fill({a, 0, 0, 1});
  run_contexts_.fill({a, 1, 0});
  run_index_.fill(0);
}

std::int32_t ScanDecoder::quantise(std::int32_t difference) const {
  return quantised_[std::clamp(difference, -parameters_.t3, parameters_.t3)];
}

// A.3.1 to A.3.4; 0 is run mode, the sign is SIGN.
std::int32_t ScanDecoder::context_of(std::int32_t a, std::int32_t b, std::int32_t c,
                                     std::int32_t d) const {
  return 81 * quantise(d - b) + 9 * quantise(b - c) + quantise(c - a);
}

// A.4.5, A.7.2.2
std::uint16_t ScanDecoder::reconstruct(std::int32_t predicted, std::int32_t error) const {
  std::int32_t value = predicted + error * step_;
  if (value < -parameters_.near)
    value += parameters_.range * step_;
  else if (value > parameters_.maximum + parameters_.near)
    value -= parameters_.range * step_;
  return static_cast<std::uint16_t>(std::clamp(value, 0, parameters_.maximum));
}

// A.6
void ScanDecoder::update(Context& context, std::int32_t error) const {
  std::uint32_t a = context.a + static_cast<std::uint32_t>(std::abs(error));
  std::int32_t b = context.b + error * step_;
  std::int32_t n = context.n;
  if (n == parameters_.reset) {
    a >>= 1;
    b = b >= 0 ? b >> 1 : -((1 - b) >> 1);
    n >>= 1;
  }
  ++n;
  if (b <= -n) {
    b = std::max(b + n, 1 - n);
    context.c = std::max(context.c - 1, kBiasMin);
  } else if (b > 0) {
    b = std::min(b - n, 0);
    context.c = std::min(context.c + 1, kBiasMax);
  }
  context.a = a;
  context.b = b;
  context.n = n;
}

// A.4.2, A.5
std::uint16_t ScanDecoder::decode_regular(BitReader& bits, std::int32_t index, std::int32_t a,
                                          std::int32_t b, std::int32_t c) {
  const std::int32_t sign = index < 0 ? -1 : 1;
  Context& context = contexts_[static_cast<std::size_t>(std::abs(index))];
  const std::int32_t predicted =
      std::clamp(predict(a, b, c) + sign * context.c, 0, parameters_.maximum);
  const int k = golomb_order(context.a, context.n);
  const auto code =
      static_cast<std::int32_t>(bits.read_golomb(k, parameters_.limit, parameters_.quantised_bits));
  std::int32_t error = (code >> 1) ^ -(code & 1);
  if (k == 0 && parameters_.near == 0 && 2 * context.b <= -context.n) error = ~error;
  update(context, error);
  return reconstruct(predicted, sign * error);
}

// A.7.1.2: how many of the `left` samples are a run.
std::size_t ScanDecoder::decode_run_length(BitReader& bits, int& run_index, std::size_t left) {
  std::size_t run = 0;
  while (bits.read(1) != 0) {
    const std::size_t part = std::size_t{1} << kJ[static_cast<std::size_t>(run_index)];
    if (part > left - run) return left;
    run += part;
    run_index = std::min(run_index + 1, 31);
    if (run == left) return left;
  }
  run += bits.read(kJ[static_cast<std::size_t>(run_index)]);
  return std::min(run, left);
}

// A.7.2
std::int32_t ScanDecoder::decode_interruption_error(BitReader& bits, int type, int run_index) {
  RunContext& context = run_contexts_[static_cast<std::size_t>(type)];
  const std::uint32_t sum =
      context.a + (type == 1 ? static_cast<std::uint32_t>(context.n >> 1) : 0U);
  const int k = golomb_order(sum, context.n);
  const int limit = parameters_.limit - kJ[static_cast<std::size_t>(run_index)] - 1;
  const auto code =
      static_cast<std::int32_t>(bits.read_golomb(k, limit, parameters_.quantised_bits));
  const std::int32_t mapped = code + type;
  const bool odd = (mapped & 1) != 0;
  std::int32_t error = (mapped + 1) >> 1;
  if ((k != 0 || 2 * context.negative >= context.n) == odd) error = -error;
  if (error < 0) ++context.negative;
  context.a += static_cast<std::uint32_t>((code + 1 - type) >> 1);
  if (context.n == parameters_.reset) {
    context.a >>= 1;
    context.n >>= 1;
    context.negative >>= 1;
  }
  ++context.n;
  return error;
}

void ScanDecoder::decode_line(BitReader& bits, std::size_t component, Line above_line, Line line) {
  const std::uint16_t* above = above_line.data() + kLineMargin;
  std::uint16_t* now = line.data() + kLineMargin;
  now[-1] = above[0];  // A.2.1: Ra before the first column is Rb
  above_line[kLineMargin + columns_] = above[columns_ - 1];
  int& run_index = run_index_[component];
  for (std::size_t x = 0; x < columns_;) {
    const std::int32_t a = now[static_cast<std::ptrdiff_t>(x) - 1];
    const std::int32_t b = above[x];
    const std::int32_t c = above[static_cast<std::ptrdiff_t>(x) - 1];
    const std::int32_t index = context_of(a, b, c, above[x + 1]);
    if (index != 0) {
      now[x++] = decode_regular(bits, index, a, b, c);
      continue;
    }
    const std::size_t run = decode_run_length(bits, run_index, columns_ - x);
    std::fill_n(now + x, run, static_cast<std::uint16_t>(a));
    x += run;
    if (x == columns_) return;
    const std::int32_t over = above[x];
    const int type = std::abs(a - over) <= parameters_.near ? 1 : 0;
    const std::int32_t error = decode_interruption_error(bits, type, run_index);
    now[x++] = type == 1 ? reconstruct(a, error) : reconstruct(over, a > over ? -error : error);
    run_index = std::max(run_index - 1, 0);
  }
}

// Annex B.3: run mode only where all components are in it; its interruptions are of type 0.
void ScanDecoder::decode_samples(BitReader& bits, std::span<const Line> above,
                                 std::span<const Line> lines) {
  const std::size_t count = lines.size();
  for (std::size_t i = 0; i < count; ++i) {
    lines[i][0] = above[i][kLineMargin];
    above[i][kLineMargin + columns_] = above[i][kLineMargin + columns_ - 1];
  }
  int& run_index = run_index_[0];
  for (std::size_t x = kLineMargin; x < columns_ + kLineMargin;) {
    std::array<std::int32_t, kComponentsMax> index = {};
    std::int32_t any = 0;
    for (std::size_t i = 0; i < count; ++i) {
      index[i] = context_of(lines[i][x - 1], above[i][x], above[i][x - 1], above[i][x + 1]);
      any |= index[i];
    }
    if (any != 0) {
      for (std::size_t i = 0; i < count; ++i)
        lines[i][x] = decode_regular(bits, index[i], lines[i][x - 1], above[i][x], above[i][x - 1]);
      ++x;
      continue;
    }
    const std::size_t run = decode_run_length(bits, run_index, columns_ + kLineMargin - x);
    for (std::size_t i = 0; i < count; ++i) std::fill_n(&lines[i][x], run, lines[i][x - 1]);
    x += run;
    if (x == columns_ + kLineMargin) return;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t error = decode_interruption_error(bits, 0, run_index);
      lines[i][x] = reconstruct(above[i][x], lines[i][x - 1] > above[i][x] ? -error : error);
    }
    run_index = std::max(run_index - 1, 0);
    ++x;
  }
}

}  // namespace slipring::codecs::jpeg_ls

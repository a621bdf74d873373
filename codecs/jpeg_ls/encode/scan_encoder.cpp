#include "codecs/jpeg_ls/encode/scan_encoder.h"

#include <algorithm>

namespace slipring::codecs::jpeg_ls {

// A.4.4
std::int32_t ScanEncoder::quantise_error(std::int32_t error) const {
  const std::int32_t near = model_.parameters.near;
  return error > 0 ? (error + near) / model_.step : -((near - error) / model_.step);
}

// A.4.5: modulo RANGE, into the half below and the half above zero.
std::int32_t ScanEncoder::reduce(std::int32_t error) const {
  const std::int32_t range = model_.parameters.range;
  if (error < 0) error += range;
  return error >= (range + 1) / 2 ? error - range : error;
}

bool ScanEncoder::is_near(std::int32_t a, std::int32_t b) const {
  return std::abs(a - b) <= model_.parameters.near;
}

// A.4.2 to A.6
std::uint16_t ScanEncoder::encode_regular(BitWriter& bits, std::int32_t index, std::int32_t a,
                                          std::int32_t b, std::int32_t c, std::int32_t sample) {
  const Parameters& p = model_.parameters;
  const std::int32_t sign = index < 0 ? -1 : 1;
  Model::Context& context = model_.contexts[static_cast<std::size_t>(std::abs(index))];
  const std::int32_t predicted = std::clamp(predict(a, b, c) + sign * context.c, 0, p.maximum);
  const std::int32_t quantised = quantise_error(sign * (sample - predicted));
  const std::int32_t error = reduce(quantised);
  const int k = golomb_order(context.a, context.n);
  const std::int32_t mapped_error = model_.mirrored(context, k) ? ~error : error;
  const std::int32_t mapped = mapped_error >= 0 ? 2 * mapped_error : -2 * mapped_error - 1;
  bits.put_golomb(static_cast<std::uint32_t>(mapped), k, p.limit, p.quantised_bits);
  model_.update(context, error);
  return model_.reconstruct(predicted, sign * quantised);
}

// A.7.1.2
void ScanEncoder::encode_run_length(BitWriter& bits, int& run_index, std::size_t run,
                                    bool to_the_end) {
  while (run >= std::size_t{1} << kRunOrder[static_cast<std::size_t>(run_index)]) {
    bits.put(1, 1);
    run -= std::size_t{1} << kRunOrder[static_cast<std::size_t>(run_index)];
    run_index = std::min(run_index + 1, kRunIndexMax);
  }
  if (to_the_end) {
    if (run != 0) bits.put(1, 1);
    return;
  }
  bits.put(0, 1);
  bits.put(static_cast<std::uint32_t>(run), kRunOrder[static_cast<std::size_t>(run_index)]);
}

// A.7.2; `type` is RItype.
std::uint16_t ScanEncoder::encode_interruption(BitWriter& bits, int type, int run_index,
                                               std::int32_t a, std::int32_t b,
                                               std::int32_t sample) {
  const Parameters& p = model_.parameters;
  RunContext& context = model_.run_contexts[static_cast<std::size_t>(type)];
  const std::int32_t predicted = type == 1 ? a : b;
  const std::int32_t sign = type == 0 && a > b ? -1 : 1;
  const std::int32_t quantised = quantise_error(sign * (sample - predicted));
  const std::int32_t error = reduce(quantised);
  const int k = context.order(type);
  bool map = false;
  if (k == 0 && error > 0 && 2 * context.negative < context.n) map = true;
  if (error < 0 && (k != 0 || 2 * context.negative >= context.n)) map = true;
  const auto mapped = static_cast<std::uint32_t>(2 * std::abs(error) - type - (map ? 1 : 0));
  const int limit = p.limit - kRunOrder[static_cast<std::size_t>(run_index)] - 1;
  bits.put_golomb(mapped, k, limit, p.quantised_bits);
  context.update(error, mapped, type, p.reset);
  return model_.reconstruct(predicted, sign * quantised);
}

void ScanEncoder::encode_line(BitWriter& bits, std::size_t component, Line above_line, Line line) {
  const std::uint16_t* above = above_line.data() + kLineMargin;
  std::uint16_t* now = line.data() + kLineMargin;
  now[-1] = above[0];  // A.2.1: Ra before the first column is Rb
  above_line[kLineMargin + columns_] = above[columns_ - 1];
  int& run_index = model_.run_index[component];
  for (std::size_t x = 0; x < columns_;) {
    const std::int32_t a = now[static_cast<std::ptrdiff_t>(x) - 1];
    const std::int32_t b = above[x];
    const std::int32_t c = above[static_cast<std::ptrdiff_t>(x) - 1];
    const std::int32_t index = model_.context_of(a, b, c, above[x + 1]);
    if (index != 0) {
      now[x] = encode_regular(bits, index, a, b, c, now[x]);
      ++x;
      continue;
    }
    const std::size_t begin = x;
    while (x < columns_ && is_near(now[x], a)) now[x++] = static_cast<std::uint16_t>(a);
    encode_run_length(bits, run_index, x - begin, x == columns_);
    if (x == columns_) return;
    const int type = is_near(a, above[x]) ? 1 : 0;
    now[x] = encode_interruption(bits, type, run_index, a, above[x], now[x]);
    ++x;
    run_index = std::max(run_index - 1, 0);
  }
}

// Annex B.3: run mode only where all components are in it; its interruptions are of type 0.
void ScanEncoder::encode_samples(BitWriter& bits, std::span<const Line> above,
                                 std::span<const Line> lines) {
  const std::size_t count = lines.size();
  for (std::size_t i = 0; i < count; ++i) {
    lines[i][0] = above[i][kLineMargin];
    above[i][kLineMargin + columns_] = above[i][kLineMargin + columns_ - 1];
  }
  const auto continues = [&](std::size_t at, std::size_t first) {
    for (std::size_t i = 0; i < count; ++i)
      if (!is_near(lines[i][at], lines[i][first - 1])) return false;
    return true;
  };
  const std::size_t end = columns_ + kLineMargin;
  int& run_index = model_.run_index[0];
  for (std::size_t x = kLineMargin; x < end;) {
    std::array<std::int32_t, kScanComponentsMax> index = {};
    std::int32_t any = 0;
    for (std::size_t i = 0; i < count; ++i) {
      index[i] = model_.context_of(lines[i][x - 1], above[i][x], above[i][x - 1], above[i][x + 1]);
      any |= index[i];
    }
    if (any != 0) {
      for (std::size_t i = 0; i < count; ++i)
        lines[i][x] = encode_regular(bits, index[i], lines[i][x - 1], above[i][x], above[i][x - 1],
                                     lines[i][x]);
      ++x;
      continue;
    }
    const std::size_t begin = x;
    while (x < end && continues(x, begin)) ++x;
    for (std::size_t i = 0; i < count; ++i)
      std::fill_n(&lines[i][begin], x - begin, lines[i][begin - 1]);
    encode_run_length(bits, run_index, x - begin, x == end);
    if (x == end) return;
    for (std::size_t i = 0; i < count; ++i)
      lines[i][x] =
          encode_interruption(bits, 0, run_index, lines[i][x - 1], above[i][x], lines[i][x]);
    run_index = std::max(run_index - 1, 0);
    ++x;
  }
}

}  // namespace slipring::codecs::jpeg_ls

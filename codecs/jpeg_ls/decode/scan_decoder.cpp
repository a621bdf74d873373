#include "codecs/jpeg_ls/decode/scan_decoder.h"

#include <algorithm>

namespace slipring::codecs::jpeg_ls {

// A.4.2, A.5
std::uint16_t ScanDecoder::decode_regular(BitReader& bits, std::int32_t index, std::int32_t a,
                                          std::int32_t b, std::int32_t c) {
  const std::int32_t sign = index < 0 ? -1 : 1;
  const Parameters& p = model_.parameters;
  Model::Context& context = model_.contexts[static_cast<std::size_t>(std::abs(index))];
  const std::int32_t predicted = std::clamp(predict(a, b, c) + sign * context.c, 0, p.maximum);
  const int k = golomb_order(context.a, context.n);
  const auto code = static_cast<std::int32_t>(bits.read_golomb(k, p.limit, p.quantised_bits));
  std::int32_t error = (code >> 1) ^ -(code & 1);
  if (model_.mirrored(context, k)) error = ~error;
  model_.update(context, error);
  return model_.reconstruct(predicted, sign * error);
}

// A.7.1.2: how many of the `left` samples are a run.
std::size_t ScanDecoder::decode_run_length(BitReader& bits, int& run_index, std::size_t left) {
  std::size_t run = 0;
  while (bits.read(1) != 0) {
    const std::size_t part = std::size_t{1} << kRunOrder[static_cast<std::size_t>(run_index)];
    if (part > left - run) return left;
    run += part;
    run_index = std::min(run_index + 1, kRunIndexMax);
    if (run == left) return left;
  }
  run += bits.read(kRunOrder[static_cast<std::size_t>(run_index)]);
  return std::min(run, left);
}

// A.7.2
std::int32_t ScanDecoder::decode_interruption_error(BitReader& bits, int type, int run_index) {
  const Parameters& p = model_.parameters;
  RunContext& context = model_.run_contexts[static_cast<std::size_t>(type)];
  const int k = context.order(type);
  const int limit = p.limit - kRunOrder[static_cast<std::size_t>(run_index)] - 1;
  const std::uint32_t code = bits.read_golomb(k, limit, p.quantised_bits);
  const std::int32_t mapped = static_cast<std::int32_t>(code) + type;
  const bool odd = (mapped & 1) != 0;
  std::int32_t error = (mapped + 1) >> 1;
  if ((k != 0 || 2 * context.negative >= context.n) == odd) error = -error;
  context.update(error, code, type, p.reset);
  return error;
}

void ScanDecoder::decode_line(BitReader& bits, std::size_t component, Line above_line, Line line) {
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
      now[x++] = decode_regular(bits, index, a, b, c);
      continue;
    }
    const std::size_t run = decode_run_length(bits, run_index, columns_ - x);
    std::fill_n(now + x, run, static_cast<std::uint16_t>(a));
    x += run;
    if (x == columns_) return;
    const std::int32_t over = above[x];
    const int type = std::abs(a - over) <= model_.parameters.near ? 1 : 0;
    const std::int32_t error = decode_interruption_error(bits, type, run_index);
    now[x++] = type == 1 ? model_.reconstruct(a, error)
                         : model_.reconstruct(over, a > over ? -error : error);
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
  int& run_index = model_.run_index[0];
  for (std::size_t x = kLineMargin; x < columns_ + kLineMargin;) {
    std::array<std::int32_t, kScanComponentsMax> index = {};
    std::int32_t any = 0;
    for (std::size_t i = 0; i < count; ++i) {
      index[i] = model_.context_of(lines[i][x - 1], above[i][x], above[i][x - 1], above[i][x + 1]);
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
      lines[i][x] = model_.reconstruct(above[i][x], lines[i][x - 1] > above[i][x] ? -error : error);
    }
    run_index = std::max(run_index - 1, 0);
    ++x;
  }
}

}  // namespace slipring::codecs::jpeg_ls

#include "codecs/jpeg_ls/model.h"

namespace slipring::codecs::jpeg_ls {

std::size_t Model::table_bytes(const Parameters& parameters) {
  return 2 * static_cast<std::size_t>(parameters.t3) + 1;
}

// A.3.3: differences beyond T3 are all in the outermost regions.
Model::Model(const Parameters& p, MutableBytes table)
    : parameters(p),
      step(2 * p.near + 1),
      quantised_(reinterpret_cast<std::int8_t*>(table.data()) + p.t3) {
  for (std::int32_t d = -p.t3; d <= p.t3; ++d)
    quantised_[d] = static_cast<std::int8_t>(region_of(p, d));
  restart();
}

// A.2.1, A.8
void Model::restart() {
  const std::uint32_t a = initial_magnitude(parameters);
  contexts.fill({a, 0, 0, 1});
  run_contexts.fill({a, 1, 0});
  run_index.fill(0);
}

std::int32_t Model::quantise(std::int32_t difference) const {
  return quantised_[std::clamp(difference, -parameters.t3, parameters.t3)];
}

std::int32_t Model::context_of(std::int32_t a, std::int32_t b, std::int32_t c,
                               std::int32_t d) const {
  return 81 * quantise(d - b) + 9 * quantise(b - c) + quantise(c - a);
}

std::uint16_t Model::reconstruct(std::int32_t predicted, std::int32_t error) const {
  std::int32_t value = predicted + error * step;
  if (value < -parameters.near)
    value += parameters.range * step;
  else if (value > parameters.maximum + parameters.near)
    value -= parameters.range * step;
  return static_cast<std::uint16_t>(std::clamp(value, 0, parameters.maximum));
}

void Model::update(Context& context, std::int32_t error) const {
  std::uint32_t a = context.a + static_cast<std::uint32_t>(std::abs(error));
  std::int32_t b = context.b + error * step;
  std::int32_t n = context.n;
  if (n == parameters.reset) {
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

}  // namespace slipring::codecs::jpeg_ls

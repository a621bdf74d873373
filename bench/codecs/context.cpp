#include "bench/codecs/context.h"

#include <benchmark/benchmark.h>

#include <string>

#include "codecs/kernels/targets.h"

namespace slipring::bench {

void add_context() {
  benchmark::AddCustomContext("compiler", __VERSION__);
  const auto targets = codecs::kernels::supported_targets();
  if (!targets.empty())
    benchmark::AddCustomContext("kernel_target", std::string(targets.front().name));
}

}  // namespace slipring::bench

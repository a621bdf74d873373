// Host: what a figure must say of where it came from.
#pragma once

#include <string>

namespace slipring::measure {

struct Host {
  std::string processor;      // as the system names it; "" when it does not
  unsigned threads = 1;       // it can run at once
  std::string kernel_target;  // the instruction set our kernels take here: "AVX3_ZEN4"
  std::string compiler;       // that built this program
};

[[nodiscard]] Host host();

}  // namespace slipring::measure

#include "engine/measure/host.h"

#include <algorithm>
#include <fstream>
#include <thread>

#include "codecs/kernels/targets.h"

namespace slipring::measure {

namespace {

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

}  // namespace

Host host() {
  Host host;
  host.processor = processor_name();
  host.threads = std::max(1U, std::thread::hardware_concurrency());
  const auto targets = codecs::kernels::supported_targets();
  host.kernel_target = targets.empty() ? "scalar" : std::string(targets.front().name);
#ifdef __clang__
  host.compiler = "clang " __clang_version__;
#else
  host.compiler = "g++ " __VERSION__;
#endif
  return host;
}

}  // namespace slipring::measure

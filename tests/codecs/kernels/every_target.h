// for_every_target: runs a check once per instruction set that this build and this processor share.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "codecs/kernels/targets.h"

namespace slipring::test {

template <class Check>
void for_every_target(Check check) {
  for (const codecs::kernels::Target& target : codecs::kernels::supported_targets()) {
    SCOPED_TRACE(std::string(target.name));
    codecs::kernels::use_target(target.bit);
    check();
  }
  codecs::kernels::use_target(0);
}

inline std::vector<std::uint8_t> random_bytes(std::size_t size, std::uint32_t seed) {
  std::mt19937 generator(seed);
  std::vector<std::uint8_t> bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(generator());
  return bytes;
}

}  // namespace slipring::test

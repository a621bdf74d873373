#include "engine/ingest/memory_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace slipring::ingest {
namespace {

TEST(MemoryGate, NeverGrantsMoreThanItHasAtOnce) {
  MemoryGate gate(100);
  std::atomic<std::uint64_t> held = 0;
  std::atomic<bool> exceeded = false;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        const MemoryGate::Grant grant(gate, 40);
        if ((held += 40) > 100) exceeded = true;
        held -= 40;
      }
    });
  threads.clear();
  EXPECT_FALSE(exceeded);
}

TEST(MemoryGate, GrantsAnOversizedRequestWhenAlone) {
  MemoryGate gate(100);
  {
    const MemoryGate::Grant grant(gate, 1000);
  }
  const MemoryGate::Grant again(gate, 1000);
  SUCCEED();
}

}  // namespace
}  // namespace slipring::ingest

// Predicate: a condition of PS3.3 evaluated on what is there. Three answers: what a program cannot
// know stays unknown, and "unknown or true" is true.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/validate/object/levels.h"

namespace slipring::validate::object {

enum class Truth : std::uint8_t { False, True, Unknown };

[[nodiscard]] Truth evaluate(std::span<const standard::Literal> condition, const Levels& levels);

// The same of conditions by their number, and of most that many attributes share once: each is
// remembered until another takes its slot, or the next level is judged.
class Answers {
 public:
  void begin_level() { ++level_; }
  [[nodiscard]] Truth to(unsigned condition, const Levels& levels);

 private:
  struct Answer {
    std::uint64_t level = 0;
    unsigned condition = 0;
    Truth truth = Truth::Unknown;
  };
  static constexpr std::size_t kSlots = 32;

  std::uint64_t level_ = 0;  // from 1 on: levels that were judged
  std::array<Answer, kSlots> answers_{};
};

}  // namespace slipring::validate::object

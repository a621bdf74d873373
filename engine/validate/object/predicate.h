// Predicate: a condition of PS3.3 evaluated on what is there. Three answers: what a program cannot
// know stays unknown, and "unknown or true" is true.
#pragma once

#include <cstdint>
#include <span>

#include "engine/validate/object/levels.h"

namespace slipring::validate::object {

enum class Truth : std::uint8_t { False, True, Unknown };

[[nodiscard]] Truth evaluate(std::span<const standard::Literal> condition, const Levels& levels);

}  // namespace slipring::validate::object

// The catalogue: one file per layer of rules, each a table. A layer joins by a file here and a line
// in engine/validate/rules.cpp; only rules that somebody checks have a row.
#pragma once

#include <span>

#include "engine/validate/rules.h"

namespace slipring::validate::catalogue {

[[nodiscard]] std::span<const Rule> file_rules();         // L0: raised by ingest
[[nodiscard]] std::span<const Rule> part10_rules();       // L1
[[nodiscard]] std::span<const Rule> encoding_rules();     // L2
[[nodiscard]] std::span<const Rule> dictionary_rules();   // L3
[[nodiscard]] std::span<const Rule> object_rules();       // L4, what PS3.3 says of an object
[[nodiscard]] std::span<const Rule> consistency_rules();  // L4, attributes against each other
[[nodiscard]] std::span<const Rule> pixel_rules();        // L5
[[nodiscard]] std::span<const Rule> cross_rules();        // L6: raised by ingest

}  // namespace slipring::validate::catalogue

// Functions: where function bodies begin and end in a C++ text, well enough to measure them. Reads
// braces outside comments and literals; knows no grammar.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slipring::house {

struct Function {
  std::string head;    // its first line
  int first_line = 0;  // from 1
  int lines = 0;       // from the head to the closing brace
};

[[nodiscard]] std::vector<Function> functions_of(std::string_view text);

}  // namespace slipring::house

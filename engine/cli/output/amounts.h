// Amounts for people: "61.2 TB", "12,104,933", "2 h 41 min".
#pragma once

#include <cstdint>
#include <string>

namespace slipring::cli {

[[nodiscard]] std::string bytes_text(std::uint64_t bytes);  // powers of 1000, three digits
[[nodiscard]] std::string count_text(std::uint64_t count);  // grouped by thousands
[[nodiscard]] std::string time_text(double seconds);

}  // namespace slipring::cli

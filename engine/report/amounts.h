// Amounts for people: "61.2 TB", "12,104,933", "2026-11-22 15:00:00".
#pragma once

#include <cstdint>
#include <string>

namespace slipring::report {

[[nodiscard]] std::string bytes_text(std::uint64_t bytes);  // powers of 1000, three digits
[[nodiscard]] std::string count_text(std::uint64_t count);  // grouped by thousands
[[nodiscard]] std::string seconds_text(
    double seconds);  // "4.2 s", "3 min 05 s", "7 h 11 min"; from 0
[[nodiscard]] std::string time_text(std::int64_t ms);  // UTC; "" for 0 and for years beyond 9999
[[nodiscard]] std::string ratio_text(std::uint64_t part,
                                     std::uint64_t whole);  // "0.57"; "-" of nothing

}  // namespace slipring::report

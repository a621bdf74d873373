// What a person types for a time of day, a span, a rate: "06:00", "4h", "90d", "200M/s". Each
// throws UsageError with the text when it is none.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>

namespace slipring::cli {

// "90", "90s", "30m", "4h", "90d", "1h30m": seconds, at least 0.
[[nodiscard]] double parse_span(const std::string& text);

// The same, where a number alone counts days.
[[nodiscard]] double parse_days(const std::string& text);

// "500M", "200M/s": bytes a second, at least 1.
[[nodiscard]] std::uint64_t parse_rate(const std::string& text);

// Seconds from `now` (local time) until the clock next shows "HH:MM"; more than 0, at most a day.
[[nodiscard]] double seconds_until(const std::string& text, const std::tm& now);

}  // namespace slipring::cli

#include "engine/cli/nightly/amounts_of_time.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "engine/cli/job_options.h"

namespace slipring::cli {

namespace {

constexpr double kDay = 24.0 * 3600;

[[noreturn]] void refuse(const std::string& text, std::string_view what) {
  throw UsageError("time", fmt::format("'{}' is not {}", text, what));
}

double unit_seconds(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return kDay;
    default:
      return 0;
  }
}

double span_seconds(const std::string& text, double plain_unit) {
  constexpr std::string_view kWhat = "a span of time such as 90s, 30m, 4h or 90d";
  constexpr unsigned kMax = 1'000'000;
  std::string_view rest = text;
  double seconds = 0;
  if (rest.empty()) refuse(text, kWhat);
  while (!rest.empty()) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc{} || number > kMax) refuse(text, kWhat);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const double unit = rest.empty() ? plain_unit : unit_seconds(rest.front());
    if (unit == 0 || (rest.empty() && seconds != 0)) refuse(text, kWhat);
    seconds += number * unit;
    if (!rest.empty()) rest.remove_prefix(1);
  }
  return seconds;
}

}  // namespace

double parse_span(const std::string& text) { return span_seconds(text, 1); }

double parse_days(const std::string& text) { return span_seconds(text, kDay) / kDay; }

std::uint64_t parse_rate(const std::string& text) {
  const std::uint64_t rate =
      parse_size(text.ends_with("/s") ? text.substr(0, text.size() - 2) : text);
  if (rate == 0) refuse(text, "a rate such as 200M/s");
  return rate;
}

double seconds_until(const std::string& text, const std::tm& now) {
  constexpr std::string_view kWhat = "a time of day such as 06:00";
  unsigned hour = 0;
  unsigned minute = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, hour);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') refuse(text, kWhat);
  const auto second = std::from_chars(first.ptr + 1, end, minute);
  const bool whole = second.ec == std::errc{} && second.ptr == end && end - first.ptr == 3;
  if (!whole || hour > 23 || minute > 59) refuse(text, kWhat);
  const int wanted = static_cast<int>(hour * 3600 + minute * 60);
  const int today = now.tm_hour * 3600 + now.tm_min * 60 + now.tm_sec;
  return wanted > today ? wanted - today : wanted - today + kDay;
}

}  // namespace slipring::cli

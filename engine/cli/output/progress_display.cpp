#include "engine/cli/output/progress_display.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "engine/cli/output/log.h"
#include "engine/cli/output/signals.h"

namespace slipring::cli {

namespace {

constexpr std::chrono::seconds kJsonEvery{1};
constexpr std::chrono::seconds kPlainEvery{30};

}  // namespace

ProgressDisplay::ProgressDisplay(const Context& context) {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (context.json)
    form_ = Form::JsonLines;
  else if (context.verbosity < 0)
    form_ = Form::None;
  else if (context.progress == "bar" || (context.progress == "auto" && terminal))
    form_ = Form::Bar;
  else if (context.progress == "plain" || context.progress == "auto")
    form_ = Form::Plain;
}

bool ProgressDisplay::is_due(std::chrono::steady_clock::duration pause) {
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < pause) return false;
  told_ = now;
  return true;
}

void ProgressDisplay::show(const std::function<Json()>& line,
                           const std::function<std::string()>& text) {
  const bool asked = take_status_request();
  if (form_ == Form::JsonLines) {
    if (is_due(kJsonEvery) || asked) print(line());
  } else if (form_ == Form::Bar) {
    fmt::print(stderr, "\r\033[K{}{}", text(), asked ? "\n" : "");
    bar_shown_ = !asked;
  } else if (form_ == Form::Plain && is_due(kPlainEvery)) {
    log_info(text());
  } else if (asked) {
    fmt::print(stderr, "{}\n", text());
  }
}

void ProgressDisplay::clear() {
  if (bar_shown_) fmt::print(stderr, "\r\033[K");
  bar_shown_ = false;
}

}  // namespace slipring::cli

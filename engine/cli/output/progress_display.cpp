#include "engine/cli/output/progress_display.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "engine/cli/output/log.h"
#include "engine/cli/output/signals.h"

namespace slipring::cli {

namespace {

constexpr std::chrono::seconds kJsonEvery{1};
constexpr std::chrono::seconds kPlainEvery{30};

// "en_GB.UTF-8", "C.utf8"; "" and "C" are not.
bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    // Nothing here changes the environment.  NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale = value;
    return locale.find("UTF-8") != locale.npos || locale.find("utf8") != locale.npos ||
           locale.find("utf-8") != locale.npos || locale.find("UTF8") != locale.npos;
  }
  return false;
}

// 0: nobody knows.
std::size_t terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

std::string fitted(std::string text, bool utf8, std::size_t columns) {
  if (!utf8) {
    for (const auto& [block, letter] : {std::pair{"█", "#"}, std::pair{"░", "."}})
      for (std::size_t at = text.find(block); at != text.npos; at = text.find(block, at))
        text.replace(at, std::strlen(block), letter);
  }
  if (columns == 0) return text;
  std::size_t shown = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins && ++shown == columns) return text.substr(0, at);  // the last one would wrap
  }
  return text;
}

ProgressDisplay::ProgressDisplay(const Context& context) : utf8_(locale_is_utf8()) {
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
    fmt::print(stderr, "\r\033[K{}{}", fitted(text(), utf8_, terminal_columns()),
               asked ? "\n" : "");
    bar_shown_ = !asked;
  } else if (form_ == Form::Plain && is_due(kPlainEvery)) {
    log_info(fitted(text(), utf8_, 0));
  } else if (asked) {
    fmt::print(stderr, "{}\n", fitted(text(), utf8_, 0));
  }
}

void ProgressDisplay::clear() {
  if (bar_shown_) fmt::print(stderr, "\r\033[K");
  bar_shown_ = false;
}

}  // namespace slipring::cli

// How far a job is, where and as often as the user wants it: a JSON line a second, a bar on a
// terminal, a plain line every half minute; and one line at once for SIGUSR1, whatever was asked.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "engine/cli/commands.h"
#include "engine/cli/output/json_lines.h"

namespace slipring::cli {

// A line of progress as a terminal can show it: of `columns` columns (0: any) all but the last, and
// with ASCII for blocks where it is not UTF-8.
[[nodiscard]] std::string fitted(std::string text, bool utf8, std::size_t columns);

class ProgressDisplay {
 public:
  explicit ProgressDisplay(const Context& context);
  // Called as often as a job likes: asks for the line or the text only when it is shown.
  void show(const std::function<Json()>& line, const std::function<std::string()>& text);
  // Before anything else is printed on the terminal.
  void clear();

 private:
  enum class Form : std::uint8_t { None, JsonLines, Bar, Plain };
  [[nodiscard]] bool is_due(std::chrono::steady_clock::duration pause);

  Form form_ = Form::None;
  bool bar_shown_ = false;
  bool utf8_;  // what the terminal's locale says
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

}  // namespace slipring::cli

// What is said of a command line that cannot be parsed: what is wrong, which command or option may
// have been meant, and where to read on.
#pragma once

#include <string>

namespace CLI {
class App;
class Error;
}  // namespace CLI

namespace slipring::cli {

// The text of an error that parsing `app` gave, with its line ends. `first_word`: of the line; ""
// where there was none.
[[nodiscard]] std::string refusal_text(const CLI::App& app, const CLI::Error& error,
                                       const std::string& first_word);

}  // namespace slipring::cli

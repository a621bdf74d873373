#include "engine/cli/command/refusal.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

namespace slipring::cli {

namespace {

// Letters to insert, leave out or exchange (Levenshtein).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char letter : from) {
    std::size_t diagonal = row[0]++;
    for (std::size_t i = 0; i < to.size(); ++i) {
      const std::size_t exchanged = diagonal + (letter == to[i] ? 0 : 1);
      diagonal = row[i + 1];
      row[i + 1] = std::min({row[i] + 1, diagonal + 1, exchanged});
    }
  }
  return row.back();
}

// ": did you mean 'NAME'?" of the name nearest to the word; "" where none is near.
std::string meant(const std::string& word, const std::vector<std::string>& names) {
  const std::size_t far = std::max<std::size_t>(2, word.size() / 3 + 1);
  const auto nearest =
      std::ranges::min_element(names, {}, [&](const auto& name) { return distance(word, name); });
  if (nearest == names.end() || distance(word, *nearest) >= far) return {};
  return fmt::format("; did you mean '{}'?", *nearest);
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

// An option that is none explains best what else the line lacks.
std::string wrong_with(const CLI::App& command, const CLI::Error& error,
                       const std::vector<std::string>& unknown) {
  for (const std::string& word : unknown)
    if (word.starts_with("-"))
      return fmt::format("no option '{}'", word) + meant(word, options_of(command));
  if (!unknown.empty()) return fmt::format("'{}' is one word too many", unknown.front());
  if (command.get_parent() == nullptr) return "a command is needed";
  return error.what();
}

}  // namespace

std::string refusal_text(const CLI::App& app, const CLI::Error& error,
                         const std::string& first_word) {
  const std::vector<CLI::App*> parsed = app.get_subcommands();
  if (parsed.empty() && !first_word.empty() && !first_word.starts_with("-"))
    return fmt::format("slipring: no command '{}'{}\n'slipring --help' lists the commands\n",
                       first_word, meant(first_word, commands_of(app)));
  const CLI::App& command = parsed.empty() ? app : *parsed.front();
  const std::string name = parsed.empty() ? "slipring" : "slipring " + command.get_name();
  const std::string what = wrong_with(command, error, app.remaining(true));
  return fmt::format("{}: {}\nsee '{} --help'\n", name, what, name);
}

}  // namespace slipring::cli

#include "engine/cli/command/refusal.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

#include "engine/dicom/escape.h"

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

// The option or positional of which an error of CLI11 speaks; null where it speaks of none.
const CLI::Option* option_in(const CLI::App& command, const std::string& said) {
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = option->get_name();
    for (const std::string& start : {name + ": ", name + " is required", name + " excludes ",
                                     "Could not convert: " + name + " = "})
      if (said.starts_with(start)) return option;
  }
  return nullptr;
}

// "UINT:INT in [0 - 65535]" and "TEXT:{error,warning}" are CLI11's words for what an option takes.
std::string wanted_by(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t range = type.find(" in [");
  const std::size_t to = type.find(" - ", range);
  const std::size_t end = type.find(']', range);
  if (range != std::string::npos && to != std::string::npos && end != std::string::npos)
    return fmt::format("a number, {} to {}", type.substr(range + 5, to - range - 5),
                       type.substr(to + 3, end - to - 3));
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open);
  if (close != std::string::npos) {
    std::string words = "one of ";
    for (const char letter : type.substr(open + 1, close - open - 1))
      words += letter == ',' ? std::string(", ") : std::string(1, letter);
    return words;
  }
  return type.starts_with("UINT") || type.starts_with("INT") || type.starts_with("FLOAT")
             ? "a number"
             : "a value";
}

// What an error of one option says, in words that name what is wanted.
std::string wrong_with_option(const CLI::Option& option, const std::string& said) {
  const std::string name = option.get_name();
  const std::string help = option.get_description().empty() ? "" : ": " + option.get_description();
  const std::string wanted = wanted_by(option);
  const auto says = [&said](std::string_view words) { return said.find(words) != said.npos; };
  if (said.starts_with(name + " is required")) return name + " is required" + help;
  if (said.starts_with(name + " excludes "))
    return fmt::format("{} cannot be given with {}", name, said.substr(name.size() + 10));
  if (says(" required ") && says(" missing"))
    return fmt::format("{} needs {}{}", name, wanted, wanted == "a value" ? help : "");
  if (option.results().size() == 1 &&
      (said.starts_with("Could not convert: ") || says(" not in range ") || says(" not in {")))
    return fmt::format("{} needs {}; '{}' is none", name, wanted,
                       dicom::terminal_text(option.results().front()));
  return said;
}

// An option that is none explains best what else the line lacks.
std::string wrong_with(const CLI::App& command, const CLI::Error& error,
                       const std::vector<std::string>& unknown) {
  for (const std::string& word : unknown)
    if (word.starts_with("-"))
      return fmt::format("no option '{}'", word) + meant(word, options_of(command));
  if (!unknown.empty()) return fmt::format("'{}' is one word too many", unknown.front());
  if (command.get_parent() == nullptr) return "a command is needed";
  std::string said = error.what();
  if (const CLI::Option* const option = option_in(command, said))
    return wrong_with_option(*option, said);
  constexpr std::string_view kUnreadable = " was not readable (missing?)";  // of --config alone
  if (said.ends_with(kUnreadable))
    return fmt::format("--config: {} cannot be read",
                       dicom::terminal_text(said.substr(0, said.size() - kUnreadable.size())));
  return said;
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

#include "engine/cli/manual/command_tree.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ranges>

namespace slipring::cli {

namespace {

// CLI11 writes the type and what may stand there into one word: "TEXT:{auto,bar}", or, where a word
// stands for a value, "TEXT:value in {skip->0,copy->1} OR {0,1}".
void read_type(const std::string& type, OptionWords& option) {
  option.value = type.substr(0, type.find(':'));
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return;
  for (const auto word : std::views::split(type.substr(open + 1, close - open - 1), ',')) {
    const std::string choice(word.begin(), word.end());
    option.choices.push_back(choice.substr(0, choice.find("->")));
  }
}

OptionWords words_of(const CLI::Option& option) {
  OptionWords words;
  words.text = option.get_description();
  if (option.get_items_expected_max() > 0) {
    read_type(option.get_type_name(), words);
    if (words.value.empty()) words.value = "TEXT";
  }
  if (option.get_positional()) {
    words.names = {option.get_name()};
    return words;
  }
  for (const std::string& name : option.get_snames()) words.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) words.names.push_back("--" + name);
  return words;
}

CommandWords words_of(const CLI::App& app) {
  CommandWords words{app.get_name(), app.get_description(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // one that --help does not show
    (option->get_positional() ? words.positionals : words.options).push_back(words_of(*option));
  }
  for (const CLI::App* below : app.get_subcommands(nullptr))
    words.commands.push_back(words_of(*below));
  return words;
}

}  // namespace

CommandWords command_tree(const Command& command) { return words_of(command.app()); }

const CommandWords* find_command(const CommandWords& root, const std::string& name) {
  const auto found = std::ranges::find(root.commands, name, &CommandWords::name);
  return found == root.commands.end() ? nullptr : &*found;
}

}  // namespace slipring::cli

#include "engine/cli/manual/completion.h"

#include <fmt/format.h>

#include <iterator>

namespace slipring::cli {

namespace {

// In single quotes, as sh, bash and zsh read them.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += R"('\'')";
    else
      out += c;
  }
  return out + "'";
}

// zsh's _arguments gives brackets and colons a meaning inside its words.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string names_of(const std::vector<CommandWords>& commands) {
  std::string names;
  for (const CommandWords& command : commands) names += (names.empty() ? "" : " ") + command.name;
  return names;
}

// What may stand at a word's place, quoted.
std::string bash_words(const CommandWords& command) {
  std::string words = names_of(command.commands);
  for (const OptionWords& option : command.options)
    for (const std::string& name : option.names) words += (words.empty() ? "" : " ") + name;
  return shell_quoted(words);
}

void append_bash_command(const CommandWords& command, std::string& out) {
  std::string values;
  for (const OptionWords& option : command.options) {
    if (option.value.empty()) continue;
    values += fmt::format("        {}) ", fmt::join(option.names, "|"));
    if (option.choices.empty())
      values += "return;;\n";  // a file, by the shell's own completion
    else
      values += fmt::format("words={};;\n",
                            shell_quoted(fmt::format("{}", fmt::join(option.choices, " "))));
  }
  out += fmt::format("    {})\n      words={}\n", command.name, bash_words(command));
  if (!values.empty()) out += fmt::format("      case \"$previous\" in\n{}      esac\n", values);
  out += "      ;;\n";
}

std::string zsh_option(const OptionWords& option) {
  std::string value;
  if (!option.value.empty()) {
    value = ":" + zsh_text(option.value) + ":";
    value +=
        option.choices.empty() ? "_files" : fmt::format("({})", fmt::join(option.choices, " "));
  }
  const std::string rest = shell_quoted("[" + zsh_text(option.text) + "]" + value);
  if (option.names.size() == 1) return option.names.front() + rest;
  return fmt::format("'({})'{{{}}}{}", fmt::join(option.names, " "), fmt::join(option.names, ","),
                     rest);
}

void append_zsh_options(const CommandWords& command, std::string& out) {
  for (const OptionWords& option : command.options)
    out += fmt::format("        {} \\\n", zsh_option(option));
}

void append_fish_option(const CommandWords& program, std::string_view condition,
                        const OptionWords& option, std::string& out) {
  out += fmt::format("complete -c {} -n {}", program.name, shell_quoted(condition));
  for (const std::string& name : option.names)
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  out += " -d " + fish_quoted(option.text);
  if (!option.choices.empty())
    out += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
  else if (!option.value.empty())
    out += " -r";
  out += '\n';
}

}  // namespace

std::string bash_completion(const CommandWords& program) {
  std::string out = fmt::format(
      "# bash completion of {0}, by '{0} completion bash'\n"
      "_{0}() {{\n"
      "  local current=\"${{COMP_WORDS[COMP_CWORD]}}\" previous=\"${{COMP_WORDS[COMP_CWORD-1]}}\"\n"
      "  local words=''\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    words={1}\n"
      "  else case \"${{COMP_WORDS[1]}}\" in\n",
      program.name, bash_words(program));
  for (const CommandWords& command : program.commands) append_bash_command(command, out);
  out += fmt::format(
      "  esac fi\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
      "}}\n"
      "complete -o default -F _{0} {0}\n",
      program.name);
  return out;
}

std::string zsh_completion(const CommandWords& program) {
  std::string out = fmt::format(
      "#compdef {0}\n"
      "# zsh completion of {0}, by '{0} completion zsh'\n"
      "_{0}() {{\n"
      "  local -a commands\n"
      "  commands=(\n",
      program.name);
  for (const CommandWords& command : program.commands)
    out += fmt::format("    {}\n", shell_quoted(command.name + ":" + zsh_text(command.text)));
  out +=
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    _arguments \\\n";
  append_zsh_options(program, out);
  out +=
      "        '*:: :'\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n";
  for (const CommandWords& command : program.commands) {
    out += fmt::format("    {})\n      _arguments -s \\\n", command.name);
    append_zsh_options(command, out);
    out += fmt::format("        {}\n      ;;\n",
                       command.commands.empty() ? "'*:file:_files'"
                                                : fmt::format("'1:command:({})' '*:file:_files'",
                                                              names_of(command.commands)));
  }
  out += fmt::format(
      "  esac\n}}\nif [ \"$funcstack[1]\" = _{0} ]; then _{0} \"$@\"; "
      "else compdef _{0} {0}; fi\n",
      program.name);
  return out;
}

std::string fish_completion(const CommandWords& program) {
  std::string out =
      fmt::format("# fish completion of {0}, by '{0} completion fish'\n", program.name);
  const std::string_view first = "__fish_use_subcommand";
  for (const CommandWords& command : program.commands)
    out += fmt::format("complete -c {} -n {} -f -a {} -d {}\n", program.name, first, command.name,
                       fish_quoted(command.text));
  for (const OptionWords& option : program.options) append_fish_option(program, first, option, out);
  for (const CommandWords& command : program.commands) {
    const std::string seen = "__fish_seen_subcommand_from " + command.name;
    for (const CommandWords& below : command.commands)
      out += fmt::format("complete -c {} -n {} -a {} -d {}\n", program.name, shell_quoted(seen),
                         below.name, fish_quoted(below.text));
    for (const OptionWords& option : command.options)
      append_fish_option(program, seen, option, out);
  }
  return out;
}

}  // namespace slipring::cli

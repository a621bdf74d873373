#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "engine/cli/commands.h"
#include "engine/cli/export/finding_file.h"
#include "engine/cli/manual/completion.h"
#include "engine/cli/manual/man_page.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/log.h"

namespace slipring::cli {

namespace {

int print_completion(const Command& app, const std::string& shell) {
  const CommandWords program = command_tree(app);
  fmt::print("{}", shell == "bash"  ? bash_completion(program)
                   : shell == "zsh" ? zsh_completion(program)
                                    : fish_completion(program));
  return kExitOk;
}

Result<void> write_page(const std::string& path, std::string_view page) {
  TRY_ASSIGN(WholeFile file, WholeFile::create(path));
  file.write(page);
  return file.finish();
}

// slipring.1 and a slipring-COMMAND.1 each.
int write_man_pages(const CommandWords& program, const std::string& folder) {
  const std::string stem = folder + "/" + program.name;
  Result<void> written = write_page(stem + ".1", man_page(program));
  for (const CommandWords& command : program.commands)
    if (written) written = write_page(stem + "-" + command.name + ".1", man_page(program, command));
  if (written) return kExitOk;
  log_error(fmt::format("slipring: {}: {}", folder, describe(written.error())));
  return kExitDestination;
}

int print_man_page(const CommandWords& program, const std::string& name) {
  if (name.empty()) {
    fmt::print("{}", man_page(program));
    return kExitOk;
  }
  const CommandWords* command = find_command(program, name);
  if (command == nullptr) {
    log_error(fmt::format("slipring: no command '{}'; 'slipring --help' lists them", name));
    return kExitUsage;
  }
  fmt::print("{}", man_page(program, *command));
  return kExitOk;
}

}  // namespace

void add_completion(Command& app, Context& context) {
  auto shell = std::make_shared<std::string>();
  Command command =
      add_command(app, context, "completion",
                  "a script that completes commands and options: source it in your shell",
                  [shell, app] { return print_completion(app, *shell); });
  command.add_option("shell", *shell, "whose words it is in")
      .required()
      .one_of({"bash", "zsh", "fish"});
}

void add_man(Command& app, Context& context) {
  auto name = std::make_shared<std::string>();
  auto folder = std::make_shared<std::string>();
  Command command = add_command(
      app, context, "man", "the manual page of a command: slipring man scan | man -l -",
      [name, folder, app] {
        const CommandWords program = command_tree(app);
        return folder->empty() ? print_man_page(program, *name) : write_man_pages(program, *folder);
      });
  command.add_option("command", *name, "without one, slipring(1)");
  command.add_option("--into", *folder, "write the pages of all commands into this folder")
      .existing_directory();
}

}  // namespace slipring::cli

#include "engine/cli/cli.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

#include "engine/cli/command/refusal.h"
#include "engine/cli/commands.h"
#include "engine/cli/network/storing_commands.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/log.h"
#include "engine/cli/query/query_commands.h"
#include "engine/cli/toml_config.h"

namespace slipring::cli {

namespace {

struct Rewrite {
  std::string_view from;
  std::string_view to;
};

// Single-dash words of other toolkits, which CLI11 would read letter by letter.
constexpr Rewrite kRewrites[] = {{"-ll", "--log-level"},
                                 {"-nh", "--no-halt"},
                                 {"+sd", ""},
                                 {"+r", ""},
                                 {"-vv", "--very-verbose"},
                                 {"-aet", "--aetitle"},
                                 {"-aec", "--call"},
                                 {"-aem", "--destination"},
                                 {"-pdu", "--max-pdu"},
                                 {"-to", "--connect-timeout"},
                                 {"-ta", "--acse-timeout"},
                                 {"-td", "--dimse-timeout"},
                                 {"+tls", "--tls"}};

std::vector<std::string> rewritten(int argc, char** argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    for (const Rewrite& rewrite : kRewrites)
      if (word == rewrite.from) word = rewrite.to;
    if (!word.empty() || std::string_view(argv[i]).empty()) words.push_back(std::move(word));
  }
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += word.find_first_of(" \t\n'\"\\") == std::string::npos ? word : "'" + word + "'";
  }
  return text;
}

void prepare_process() {
  signal(SIGUSR1, SIG_IGN);   // it asks how far a job is: no reason to end where nobody answers
  prctl(PR_SET_DUMPABLE, 0);  // no core files: they would hold patients' data
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {  // outputs wait open until their batch is durable
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

void add_shared_options(Command& app, Context& context) {
  app.add_flag("--json", context.json, "one JSON object a line on stdout");
  app.add_flag_callback(
      "-q,--quiet", [&] { context.verbosity = -1; }, "errors and the result only");
  app.add_flag_callback(
      "-v,--verbose", [&] { context.verbosity = 1; }, "a line per file that was not plainly done");
  app.add_flag_callback("--very-verbose", [&] { context.verbosity = 2; }, "-vv: every finding too");
  app.add_option("--progress", context.progress, "auto, bar, plain or none")
      .one_of({"auto", "bar", "plain", "none"});
  app.add_option("--log-file", context.log_file, "log messages to this file too");
}

std::string exit_codes() {
  std::string text = "Exit codes:";
  for (const ExitMeaning& exit : kExitMeanings)
    text += fmt::format("\n  {:<32}{}", exit.code, exit.text);
  return text;
}

struct Door {
  std::string_view name;
  void (*add)(Command& app, Context& context);
};
constexpr Door kDoors[] = {{"scan", add_scan},
                           {"validate", add_validate},
                           {"convert", add_convert},
                           {"verify", add_verify},
                           {"dump", add_dump},
                           {"frame", add_frame},
                           {"status", add_status},
                           {"report", add_report},
                           {"findings", add_findings},
                           {"explain", add_explain},
                           {"rules", add_rules},
                           {"list-ts", add_list_ts},
                           {"bench", add_bench},
                           {"echo", add_echo},
                           {"receive", add_receive},
                           {"commit", add_commit},
                           {"find", add_find},
                           {"move", add_move},
                           {"worklist", add_worklist},
                           {"pull", add_pull},
                           {"get", add_get},
                           {"send", add_send},
                           {"print", add_print},
                           {"completion", add_completion},
                           {"man", add_man}};
constexpr std::string_view kOfAll[] = {"completion", "man"};  // they tell of every command

// Where the first word names a command, that one alone: the options of all take as long as scanning
// fifty files. A configuration may hold options of any.
void add_commands(Command& app, Context& context, const std::vector<std::string>& words) {
  const auto is_first = [&](const Door& door) { return door.name == words.front(); };
  const bool one = !words.empty() && std::ranges::any_of(kDoors, is_first) &&
                   std::ranges::find(kOfAll, words.front()) == std::end(kOfAll) &&
                   std::ranges::none_of(
                       words, [](const std::string& word) { return word.starts_with("--config"); });
  for (const Door& door : kDoors)
    if (!one || is_first(door)) door.add(app, context);
}

}  // namespace

Command add_command(Command& app, Context& context, const std::string& name,
                    const std::string& help, std::function<int()> action) {
  CLI::App* const added = app.app().add_subcommand(name, help);
  added->callback([&context, action = std::move(action)] { context.action = action; });
  Command command(*added);
  add_shared_options(command, context);
  return command;
}

int run(int argc, char** argv) {
  CLI::App app{"slipring: reads, validates, converts and proves DICOM archives", "slipring"};
  app.set_version_flag("--version", "slipring " SLIPRING_VERSION);
  app.require_subcommand(1);
  app.set_config("--config", "", "options from a TOML file, a table a command");
  Context context;
  app.config_formatter(toml_config(app, context.peers));
  app.get_formatter()->column_width(34);
  std::vector<std::string> words = rewritten(argc, argv);
  context.arguments = joined(words);
  Command all(app);
  add_commands(all, context, words);
  app.footer(exit_codes());
  app.failure_message([&words](const CLI::App* parsed, const CLI::Error& error) {
    return refusal_text(*parsed, error, words.empty() ? "" : words.front());
  });
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  prepare_process();
  try {
    open_log(context.log_file, context.verbosity);
    return context.action ? context.action() : kExitUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "slipring: {}\n", error.what());
    return kExitUsage;
  }
}

}  // namespace slipring::cli

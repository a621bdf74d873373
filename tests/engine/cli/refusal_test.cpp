// What a person reads who mistyped a command line.
#include "engine/cli/command/refusal.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

namespace slipring::cli {
namespace {

// The refusal of a line; "" where it is one.
std::string refusal(std::vector<std::string> words) {
  CLI::App app{"a test", "slipring"};
  app.require_subcommand(1);
  std::string target;
  app.add_subcommand("convert", "")->add_option("--to", target, "")->required();
  app.add_subcommand("scan", "")->add_flag("--progress");
  const std::string first = words.empty() ? "" : words.front();
  std::ranges::reverse(words);
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return refusal_text(app, error, first);
  }
  return {};
}

TEST(Refusal, ACommandThatIsNoneMayHaveBeenMeantForAnother) {
  EXPECT_EQ(refusal({"convrt", "a"}),
            "slipring: no command 'convrt'; did you mean 'convert'?\n"
            "'slipring --help' lists the commands\n");
  EXPECT_EQ(refusal({"transmogrify"}),
            "slipring: no command 'transmogrify'\n'slipring --help' lists the commands\n");
}

TEST(Refusal, AnOptionThatIsNoneIsSaidBeforeWhatIsMissing) {
  EXPECT_EQ(refusal({"convert", "--too", "rle"}),
            "slipring convert: no option '--too'; did you mean '--to'?\n"
            "see 'slipring convert --help'\n");
  EXPECT_EQ(refusal({"scan", "--prgress"}),
            "slipring scan: no option '--prgress'; did you mean '--progress'?\n"
            "see 'slipring scan --help'\n");
  EXPECT_EQ(refusal({"scan", "--jobs"}),
            "slipring scan: no option '--jobs'\nsee 'slipring scan --help'\n");
}

TEST(Refusal, WhatIsMissingOrTooManyIsSaidOfItsCommand) {
  EXPECT_EQ(refusal({"convert"}),
            "slipring convert: --to is required\nsee 'slipring convert --help'\n");
  EXPECT_EQ(refusal({"scan", "a"}),
            "slipring scan: 'a' is one word too many\nsee 'slipring scan --help'\n");
  EXPECT_EQ(refusal({}), "slipring: a command is needed\nsee 'slipring --help'\n");
  EXPECT_EQ(refusal({"--progress"}), "slipring: no option '--progress'\nsee 'slipring --help'\n");
  EXPECT_EQ(refusal({"scan", "--progress"}), "");
}

}  // namespace
}  // namespace slipring::cli

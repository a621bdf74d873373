// What a person reads who mistyped a command line.
#include "engine/cli/command/refusal.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

#include "engine/cli/command/command.h"

namespace slipring::cli {
namespace {

// A command with an option of every kind; nothing that it is given is looked at.
void add_receive_to(CLI::App& app) {
  static unsigned port = 0;
  static double wait = 0;
  static std::uint64_t limit = 0;
  static std::string into;
  static std::string peer;
  static std::string sync;
  Command command(*app.add_subcommand("receive", ""));
  command.add_option("peer", peer, "HOST:PORT").required();
  command.add_option("-p,--port", port, "port to listen on").range(0U, 65535U);
  command.add_option("--wait", wait, "seconds").range(0.0, 2.5);
  command.add_option("--limit", limit, "matches");
  command.add_option("--into", into, "where objects go");
  command.add_option("--fsync", sync, "when").one_of({"none", "batch"});
  command.exclude("--into", {"--limit"});
}

// The refusal of a line; "" where it is one.
std::string refusal(std::vector<std::string> words) {
  CLI::App app{"a test", "slipring"};
  app.require_subcommand(1);
  std::string target;
  app.add_subcommand("convert", "")->add_option("--to", target, "")->required();
  app.add_subcommand("scan", "")->add_flag("--progress");
  add_receive_to(app);
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

// What comes after "slipring receive: ", without the line that names --help.
std::string of_receive(std::vector<std::string> words) {
  words.insert(words.begin(), "receive");
  const std::string text = refusal(words);
  const std::string start = "slipring receive: ";
  EXPECT_TRUE(text.starts_with(start)) << text;
  return text.substr(start.size(), text.find('\n') - start.size());
}

TEST(Refusal, AnOptionSaysWhatItNeeds) {
  EXPECT_EQ(of_receive({}), "peer is required: HOST:PORT");
  EXPECT_EQ(of_receive({"a", "--port"}), "--port needs a number, 0 to 65535");
  EXPECT_EQ(of_receive({"a", "-p", "70000"}), "--port needs a number, 0 to 65535; '70000' is none");
  EXPECT_EQ(of_receive({"a", "--wait", "3"}), "--wait needs a number, 0 to 2.5; '3' is none");
  EXPECT_EQ(of_receive({"a", "--limit", "many"}), "--limit needs a number; 'many' is none");
  EXPECT_EQ(of_receive({"a", "--into"}), "--into needs a value: where objects go");
  EXPECT_EQ(of_receive({"a", "--fsync"}), "--fsync needs one of none, batch");
  EXPECT_EQ(of_receive({"a", "--fsync", "x\ny"}),
            "--fsync needs one of none, batch; 'x\\x0ay' is none");
  EXPECT_EQ(of_receive({"a", "--into", "b", "--limit", "1"}),
            "--limit cannot be given with --into");
}

}  // namespace
}  // namespace slipring::cli

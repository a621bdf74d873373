// Options by our own names: what CLI11 does with them when a line is parsed.
#include "engine/cli/command/command.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace slipring::cli {
namespace {

// Parses `line` with the options that `add` gave.
struct Line {
  CLI::App app{"a test"};
  Command command{app};

  // What is said of a line that cannot be meant; "" when it can.
  std::string refusal(const std::string& line) {
    try {
      app.parse(line);
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
    return {};
  }
};

enum class Colour : std::uint8_t { Red, Blue };
const std::map<std::string, Colour> kColours = {{"red", Colour::Red}, {"blue", Colour::Blue}};

TEST(Command, AChoiceIsAWordInAnyCaseOfLetters) {
  Line line;
  Colour colour = Colour::Red;
  line.command.add_choice("--colour", colour, kColours, "which");
  EXPECT_EQ(line.refusal("--colour BLUE"), "");
  EXPECT_EQ(colour, Colour::Blue);
  EXPECT_NE(line.refusal("--colour green"), "");
  EXPECT_NE(line.refusal("--colour 1"), "") << "a number is no colour";
  EXPECT_EQ(colour, Colour::Blue) << "what was refused changes nothing";
}

TEST(Command, WhatATakerRefusesIsSaidOfItsOption) {
  Line line;
  line.command.add_option_function(
      "-s,--size", [](const std::string& text) { throw UsageError("size", text + " is none"); },
      "");
  EXPECT_EQ(line.refusal("--size x"), "--size: x is none");
}

TEST(Command, EndsOfARangeBelongToIt) {
  Line line;
  unsigned count = 7;
  std::uint16_t port = 0;
  double seconds = 0;
  line.command.add_option("--count", count, "").range(1U, 16U).shows_default();
  line.command.add_option("--port", port, "").range(0, 65535);
  line.command.add_option("--seconds", seconds, "").range(0.0, 10.0);
  EXPECT_EQ(line.refusal("--count 16 --port 65535 --seconds 10"), "");
  EXPECT_EQ(count, 16U);
  EXPECT_EQ(port, 65535);
  EXPECT_EQ(seconds, 10.0);
  for (const char* wrong : {"--count 17", "--count 0", "--port 65536", "--seconds 10.5"})
    EXPECT_NE(line.refusal(wrong), "") << wrong;
  EXPECT_NE(line.app.help().find("=7"), std::string::npos) << "the default is shown";
}

TEST(Command, ExcludedOptionsAreRefusedTogetherAndTakenAlone) {
  Line line;
  bool first = false;
  bool second = false;
  std::string third;
  line.command.add_flag("--first", first, "");
  line.command.add_flag("--second", second, "");
  line.command.add_option("--third", third, "");
  line.command.exclude("--third", {"--first", "--second"});
  EXPECT_EQ(line.refusal("--first --second"), "");
  EXPECT_EQ(line.refusal("--third x"), "");
  EXPECT_NE(line.refusal("--third x --second"), "");
}

TEST(Command, AListTakesOneWordEachTimeWhereItSaysSo) {
  Line line;
  std::vector<std::string> keys;
  std::vector<std::string> files;
  line.command.add_option("-k", keys, "").one_word_each();
  line.command.add_option("files", files, "").required();
  EXPECT_EQ(line.refusal("-k a -k b c d"), "");
  EXPECT_EQ(keys, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(files, (std::vector<std::string>{"c", "d"}));
}

}  // namespace
}  // namespace slipring::cli

// Sizes, names and comments: what house.md asks of every file.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <regex>
#include <set>

#include "tests/house/functions.h"
#include "tests/house/source_tree.h"

namespace slipring::house {
namespace {

constexpr std::size_t kFileLinesMax = 500;
constexpr int kFunctionLinesMax = 70;
constexpr std::size_t kLineColumnsMax = 100;
constexpr std::size_t kPiecesMax = 16;  // a header and its sources are one piece

bool is_written(const Source& source) {
  return is_cpp(source) || source.path.ends_with(".py") || source.path.ends_with(".cmake") ||
         source.path.ends_with("CMakeLists.txt");
}

std::size_t columns_of(std::string_view line) {
  std::size_t columns = 0;
  for (const char c : line) columns += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  return columns;
}

Violations size_violations(const Sources& all) {
  Violations found;
  for (const Source& source : all) {
    if (!is_written(source)) continue;
    const auto lines = lines_of(source.text);
    if (lines.size() > kFileLinesMax)
      found.push_back(source.path + ": " + std::to_string(lines.size()) + " lines");
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (columns_of(lines[i]) > kLineColumnsMax)
        found.push_back(source.path + ":" + std::to_string(i + 1) + ": wider than 100 columns");
  }
  return found;
}

Violations function_violations(const Sources& all) {
  Violations found;
  for (const Source& source : all) {
    if (!is_cpp(source) || source.path.ends_with("_cases.cpp")) continue;  // tables of test cases
    for (const Function& function : functions_of(source.text))
      if (function.lines > kFunctionLinesMax)
        found.push_back(source.path + ":" + std::to_string(function.first_line) + ": " +
                        std::to_string(function.lines) + " lines: " + function.head);
  }
  return found;
}

// "rle_decoder" for rle_decoder.h, rle_decoder.cpp, rle_decoder_simd.cpp and rle_decoder-inl.h.
std::string piece_of(std::string_view path) {
  std::string name(file_name_of(path));
  name.resize(std::min(name.find('.'), name.size()));
  for (const std::string_view ending : {"_simd", "_scalar", "-inl"})
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  return name;
}

Violations folder_violations(const Sources& all) {
  std::map<std::string, std::set<std::string>> pieces;
  for (const Source& source : all)
    if (is_cpp(source)) pieces[std::string(folder_of(source.path))].insert(piece_of(source.path));
  Violations found;
  for (const auto& [folder, names] : pieces)
    if (names.size() > kPiecesMax)
      found.push_back(folder + ": " + std::to_string(names.size()) + " pieces");
  return found;
}

Violations name_violations(const Sources& all) {
  static const std::regex in_path(
      "(^|[/_-])(utils?|common|helpers?|misc|managers?|handlers?)([/_.-]|$)");
  static const std::regex in_type(
      "\\b(class|struct|namespace)\\s+\\w*(Util|Common|Helper|Misc|Manager|Handler)\\w*\\s*[:{]");
  // It would hide GoogleTest's from every source that is joined to one that declares it.
  static const std::regex of_googletest("\\bnamespace\\s+([\\w:]+::)?testing\\s*\\{");
  Violations found;
  for (const Source& source : all) {
    if (std::regex_search(source.path, in_path)) found.push_back(source.path + ": forbidden name");
    if (!is_cpp(source)) continue;
    std::smatch match;
    for (const std::regex* forbidden : {&in_type, &of_googletest})
      if (std::regex_search(source.text, match, *forbidden))
        found.push_back(source.path + ": forbidden name: " + match.str());
  }
  return found;
}

// Written in two pieces, or this file would break its own rule.
const std::array<std::string, 5> kUnwanted = {std::string("TO") + "DO", std::string("XX") + "X",
                                              std::string("FIX") + "ME", std::string("/wo") + "rk/",
                                              std::string("/tmp/sl") + "ip/"};

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// As a word of its own; a path anywhere.
bool says(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const bool begins = word.front() == '/' || at == 0 || !is_letter(text[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (word.back() == '/' || end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

Violations word_violations(const Sources& all) {
  Violations found;
  for (const Source& source : all) {
    if (!is_written(source)) continue;
    for (const std::string& word : kUnwanted)
      if (says(source.text, word)) found.push_back(source.path + ": says " + word);
  }
  return found;
}

Violations header_violations(const Sources& all) {
  Violations found;
  for (const Source& source : all) {
    if (!source.path.ends_with(".h")) continue;
    if (!source.text.starts_with("// "))
      found.push_back(source.path + ": does not open by saying what it is");
    const bool toggled = source.path.ends_with("-inl.h");  // included once a SIMD target
    if (!toggled && source.text.find("\n#pragma once\n") == std::string::npos)
      found.push_back(source.path + ": no #pragma once");
  }
  return found;
}

void expect_clean(const Violations& found) { EXPECT_TRUE(found.empty()) << joined(found); }

TEST(TidyTest, NoFileIsTooLongAndNoLineTooWide) { expect_clean(size_violations(sources())); }
TEST(TidyTest, NoFunctionIsTooLong) { expect_clean(function_violations(sources())); }
TEST(TidyTest, NoFolderIsTooFull) { expect_clean(folder_violations(sources())); }
TEST(TidyTest, NoNameSaysNothing) { expect_clean(name_violations(sources())); }
TEST(TidyTest, NoWordPromisesLaterWork) { expect_clean(word_violations(sources())); }
TEST(TidyTest, EveryHeaderSaysWhatItIsAndIsIncludedOnce) {
  expect_clean(header_violations(sources()));
}

std::string repeated(std::string_view line, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += line;
  return text;
}

TEST(TidyTest, ACanaryThatIsTooLongOrTooWideIsSeen) {
  EXPECT_EQ(size_violations({{"a.cpp", repeated("int x;\n", 501)}}).size(), 1U);
  EXPECT_EQ(size_violations({{"a.cpp", repeated("int x;\n", 500)}}).size(), 0U);
  EXPECT_EQ(size_violations({{"a.cpp", repeated("x", 101) + "\n"}}).size(), 1U);
  EXPECT_EQ(size_violations({{"a.cpp", repeated("\xC3\xA4", 100) + "\n"}}).size(), 0U);
  EXPECT_EQ(size_violations({{"table.inc", repeated("{1},\n", 5000)}}).size(), 0U);
}

TEST(TidyTest, ACanaryWithALongFunctionIsSeenWhereverItStands) {
  const std::string body = repeated("  go(\"{\");  // {\n", 70) + "}\n";
  EXPECT_EQ(function_violations({{"a.cpp", "void f() {\n" + body}}).size(), 1U);
  EXPECT_EQ(function_violations(
                {{"a.cpp", "namespace a {\nclass B {\nint f(int x) const {\n" + body + "};\n}\n"}})
                .size(),
            1U);
  EXPECT_EQ(function_violations({{"a.cpp", "B::B()\n    : a_{1},\n      b_(2) {\n" + body}}).size(),
            1U);
  EXPECT_EQ(function_violations({{"a.cpp", "TEST(A, B) {\n" + body}}).size(), 1U);
  EXPECT_EQ(function_violations({{"a.cpp", "const int kTable[] = {\n" + body + ";\n"}}).size(), 0U);
}

TEST(TidyTest, ACanaryInAFullFolderIsSeen) {
  Sources full;
  for (int i = 0; i < 17; ++i) full.push_back({"engine/scan/a" + std::to_string(i) + ".cpp", ""});
  EXPECT_EQ(folder_violations(full).size(), 1U);
  full.back().path = "engine/scan/a0_simd.cpp";
  EXPECT_EQ(folder_violations(full).size(), 0U);
}

TEST(TidyTest, ACanaryWithANameThatSaysNothingIsSeen) {
  EXPECT_EQ(name_violations({{"engine/scan/scan_utils.h", ""}}).size(), 1U);
  EXPECT_EQ(name_violations({{"engine/common/x.h", ""}}).size(), 1U);
  EXPECT_EQ(name_violations({{"engine/scan/x.h",
                              "class Tape"
                              "Manager {"}})
                .size(),
            1U);
  EXPECT_EQ(name_violations({{"engine/scan/futile.h", "struct sigaction handler{"}}).size(), 0U);
  EXPECT_EQ(name_violations({{"tests/x.h",
                              "namespace slipring::"
                              "testing {"}})
                .size(),
            1U);
  EXPECT_EQ(name_violations({{"tests/x.h", "using namespace testing;"}}).size(), 0U);
}

TEST(TidyTest, ACanaryThatPromisesLaterWorkIsSeen) {
  EXPECT_EQ(word_violations({{"a.cpp", "// " + kUnwanted[0] + ": later\n"}}).size(), 1U);
  EXPECT_EQ(word_violations({{"a.cpp", "// " + kUnwanted[2] + "\n"}}).size(), 1U);
  EXPECT_EQ(word_violations({{"a.cpp", "open(\"" + kUnwanted[3] + "x\");\n"}}).size(), 1U);
}

TEST(TidyTest, ACanaryHeaderWithoutOpeningOrGuardIsSeen) {
  EXPECT_EQ(header_violations({{"a.h", "#pragma once\n"}}).size(), 2U);
  EXPECT_EQ(header_violations({{"a.h", "// A.\n#pragma once\n"}}).size(), 0U);
  EXPECT_EQ(header_violations({{"a-inl.h", "// A.\n"}}).size(), 0U);
}

}  // namespace
}  // namespace slipring::house

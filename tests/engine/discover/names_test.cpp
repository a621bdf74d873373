#include "engine/discover/names.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/discover/path_list.h"

namespace slipring::discover {
namespace {

TEST(SafeRelative, StaysBelow) {
  EXPECT_EQ(safe_relative("a/b"), "a/b");
  EXPECT_EQ(safe_relative("/a//b/"), "a/b");
  EXPECT_EQ(safe_relative("./a/./b"), "a/b");
  EXPECT_EQ(safe_relative("a/../b"), "b");
  EXPECT_EQ(safe_relative("../../b"), "b");
  EXPECT_EQ(safe_relative("a/b/../../../c"), "c");
  EXPECT_EQ(safe_relative(""), "");
  EXPECT_EQ(safe_relative("/.."), "");
  EXPECT_EQ(safe_relative(".../a"), ".../a") << "three dots are a name";
}

TEST(SafeRelative, NeverNamesOurOwnFolder) {
  EXPECT_EQ(safe_relative(".slipring/ledger.db"), "_slipring/ledger.db");
  EXPECT_EQ(safe_relative("a/.slipring"), "a/_slipring");
  EXPECT_EQ(safe_relative(".slipring2/x"), ".slipring2/x");
}

TEST(BaseName, IsTheLastComponent) {
  EXPECT_EQ(base_name("/a/b"), "b");
  EXPECT_EQ(base_name("b//"), "b");
  EXPECT_EQ(base_name("/"), "");
  EXPECT_EQ(base_name(""), "");
}

TEST(UniqueNames, GivesAHundredThousandNamesOnce) {
  UniqueNames names;
  std::set<std::string> given;
  for (std::uint64_t i = 0; i < 100000; ++i) {
    EXPECT_TRUE(given.insert(names.unique(std::to_string(i % 50000), i)).second);
  }
}

std::vector<std::string> cut(std::string_view text, std::size_t piece_bytes) {
  PathCutter cutter(false);
  std::vector<std::string> paths;
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    std::string_view piece = text.substr(at, piece_bytes);
    while (auto path = cutter.next(piece)) paths.push_back(path->path);
    EXPECT_TRUE(piece.empty());
  }
  if (auto path = cutter.finish()) paths.push_back(path->path);
  return paths;
}

TEST(PathCutter, GivesTheSamePathsHoweverTheListIsCut) {
  const std::string text = "a\n\nbb/c\n" + std::string(9000, 'z') + "\nlast";
  const std::vector<std::string> expected{"a", "bb/c", std::string(4095, 'z'), "last"};
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{4096}, text.size()}) {
    EXPECT_EQ(cut(text, piece), expected) << piece;
  }
}

TEST(PathCutter, CountsLines) {
  PathCutter cutter(false);
  std::string_view text = "a\n\n\nb\n";
  EXPECT_EQ(cutter.next(text)->line, 1u);
  EXPECT_EQ(cutter.next(text)->line, 4u);
  EXPECT_FALSE(cutter.next(text).has_value());
  EXPECT_FALSE(cutter.finish().has_value());
}

}  // namespace
}  // namespace slipring::discover

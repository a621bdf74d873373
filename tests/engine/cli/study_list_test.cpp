// Lists of studies as people have them: what is read, and what is said of a line that is wrong.
#include "engine/cli/query/study_list.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/engine/map/temporary_folder.h"

namespace slipring::cli {
namespace {

using Studies = std::vector<std::string>;

Result<Studies> parsed(const std::string& text, const StudyListLimits& limits = {}) {
  std::istringstream stream(text);
  return parse_study_list(stream, limits);
}

TEST(StudyListTest, AUidALineOrAColumnOfThemIsRead) {
  EXPECT_EQ(parsed("1.2.3\n1.2.4\n").value(), (Studies{"1.2.3", "1.2.4"}));
  EXPECT_EQ(parsed("patient,study\nDoe,1.2.3\r\n\"Roe\";\"1.2.4\"\n\t1.2.5").value(),
            (Studies{"1.2.3", "1.2.4", "1.2.5"}));
  EXPECT_EQ(parsed("").value(), Studies{});
  EXPECT_EQ(parsed("\n\n  \n1.2.3\n\n").value(), Studies{"1.2.3"});
}

TEST(StudyListTest, EachStudyIsThereOnceInOrder) {
  EXPECT_EQ(parsed("1.2.4\n1.2.3\n1.2.4\n").value(), (Studies{"1.2.4", "1.2.3"}));
}

TEST(StudyListTest, AByteOrderMarkIsNoPartOfTheFirstStudy) {
  EXPECT_EQ(parsed("\xEF\xBB\xBF"
                   "1.2.3\n1.2.4\n")
                .value(),
            (Studies{"1.2.3", "1.2.4"}));
}

TEST(StudyListTest, ALineWithoutAStudyIsAnErrorThatNamesIt) {
  const auto wrong = parsed("study\n1.2.3\nsomething else\n1.2.4\n");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().code, ErrorCode::Malformed);
  EXPECT_EQ(wrong.error().offset, 3U);
  EXPECT_EQ(study_list_message("list.csv", wrong.error()),
            "list.csv:3: a line of the list names no study");
}

TEST(StudyListTest, AFirstLineThatMeansToBeAStudyIsNoHeading) {
  for (const char* line : {"1.2.x\n1.2.3\n", "1.2.3/4\n"}) {
    const auto wrong = parsed(line);
    ASSERT_FALSE(wrong.has_value()) << line;
    EXPECT_EQ(wrong.error().offset, 1U);
  }
}

TEST(StudyListTest, ItsLimitsEndIt) {
  EXPECT_EQ(parsed("1.2.3\n1.2.4\n1.2.4\n", {.studies_max = 2}).value().size(), 2U);
  const auto many = parsed("1.2.3\n1.2.4\n1.2.5\n", {.studies_max = 2});
  ASSERT_FALSE(many.has_value());
  EXPECT_EQ(many.error().code, ErrorCode::LimitExceeded);
  const auto wide = parsed("1.2.3\n" + std::string(100, 'x'), {.line_bytes_max = 50});
  ASSERT_FALSE(wide.has_value());
  EXPECT_EQ(wide.error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(wide.error().offset, 2U);
}

TEST(StudyListTest, AListCutAnywhereIsABeginningOfItOrAnError) {
  const std::string whole = "study\nDoe,1.2.3\r\nRoe,1.2.44\n";
  const Studies all = parsed(whole).value();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = parsed(whole.substr(0, size));
    if (!cut) {
      EXPECT_EQ(cut.error().code, ErrorCode::Malformed) << size;
      continue;
    }
    ASSERT_LE(cut->size(), all.size()) << size;
    for (std::size_t i = 0; i < cut->size(); ++i)
      EXPECT_TRUE(all[i].starts_with((*cut)[i])) << size;
  }
}

TEST(StudyListTest, AFileThatCannotBeReadIsSaidSo) {
  const test::TemporaryFolder folder;
  for (const std::string& path : {folder.path() + "/absent.csv", folder.path()}) {
    const auto read = read_study_list(path);
    ASSERT_FALSE(read.has_value()) << path;
    EXPECT_EQ(read.error().code, ErrorCode::Io);
    EXPECT_NE(study_list_message(path, read.error()).find("cannot be read"), std::string::npos);
  }
  const std::string path = folder.path() + "/list.csv";
  std::ofstream(path) << "1.2.3\n";
  EXPECT_EQ(read_study_list(path).value(), Studies{"1.2.3"});
}

}  // namespace
}  // namespace slipring::cli

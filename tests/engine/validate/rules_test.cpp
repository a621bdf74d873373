#include "engine/validate/rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace slipring::validate {
namespace {

TEST(Rules, IdsAscendAndNoneIsThereTwice) {
  const auto all = rules();
  EXPECT_TRUE(std::ranges::is_sorted(all, std::ranges::less_equal{}, &Rule::id) ||
              std::ranges::is_sorted(all, {}, &Rule::id));
  EXPECT_EQ(std::ranges::adjacent_find(all, {}, &Rule::id), all.end());
}

TEST(Rules, EveryRuleSaysWhatItMeansWhatToDoAndWhereItIsWritten) {
  for (const Rule& rule : rules()) {
    SCOPED_TRACE(dicom::to_string(rule.id));
    EXPECT_GE(rule.title.size(), 10U);
    EXPECT_LE(rule.title.size(), 72U);
    EXPECT_FALSE(std::isupper(static_cast<unsigned char>(rule.title[0])) != 0 &&
                 std::islower(static_cast<unsigned char>(rule.title[1])) != 0)
        << "a title begins in lower case";
    EXPECT_NE(rule.title.back(), '.');
    EXPECT_EQ(rule.meaning.back(), '.');
    EXPECT_EQ(rule.advice.back(), '.');
    EXPECT_TRUE(rule.clause.starts_with("PS3.")) << rule.clause;
    EXPECT_EQ(find_rule(rule.id), &rule);
    EXPECT_EQ(parse_rule_id(dicom::to_string(rule.id)), rule.id);
  }
}

TEST(Rules, AnIdIsReadInAnyCaseAndNothingElseIs) {
  EXPECT_EQ(parse_rule_id("l2-20"), (dicom::RuleId{2, 20}));
  EXPECT_EQ(parse_rule_id("L5-8"), (dicom::RuleId{5, 8}));
  for (const char* text :
       {"", "L", "L-", "L2", "L2-", "-20", "2-20", "L2-20x", "L2-256", "Lx-20", "L2 20"})
    EXPECT_FALSE(parse_rule_id(text)) << text;
  EXPECT_EQ(find_rule({2, 99}), nullptr);
}

}  // namespace
}  // namespace slipring::validate

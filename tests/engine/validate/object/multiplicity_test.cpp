// Every form of value multiplicity that PS3.6 uses.
#include "engine/validate/dictionary/multiplicity.h"

#include <gtest/gtest.h>

namespace slipring::validate::dictionary {
namespace {

TEST(Multiplicity, EveryFormAllowsWhatItSays) {
  struct Case {
    std::string_view vm;
    std::initializer_list<unsigned> right;
    std::initializer_list<unsigned> wrong;
  };
  const std::initializer_list<Case> cases = {
      {"1", {1}, {2, 3}},           {"3", {3}, {1, 2, 4}},    {"1-3", {1, 2, 3}, {4}},
      {"1-n", {1, 2, 99}, {0}},     {"2-n", {2, 3, 99}, {1}}, {"2-2n", {2, 4, 98}, {1, 3}},
      {"3-3n", {3, 6, 99}, {4, 5}}, {"6-n", {6, 7}, {5}},     {"1-99", {1, 99}, {100}},
      {"odd", {1, 2, 3}, {}},
  };
  for (const Case& each : cases) {
    for (const unsigned count : each.right)
      EXPECT_TRUE(parse_multiplicity(each.vm).allows(count)) << each.vm << " " << count;
    for (const unsigned count : each.wrong)
      EXPECT_FALSE(parse_multiplicity(each.vm).allows(count)) << each.vm << " " << count;
  }
}

}  // namespace
}  // namespace slipring::validate::dictionary

// What a C-GET proposes.
#include "engine/retrieve/contexts.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/dimse/service/query.h"

namespace slipring::retrieve {
namespace {

std::vector<std::string> many_classes(std::size_t count) {
  std::vector<std::string> classes;
  for (std::size_t i = 0; i < count; ++i) classes.push_back("1.2.3." + std::to_string(i + 1));
  return classes;
}

TEST(ContextsTest, ClassesAreEachOnceInOrderAndTheUsualOnesWhereNoneAreNamed) {
  const std::vector<query::Instance> instances = {
      {"1.2.9", "1.1", "1"}, {"1.2.3", "1.2", "1"}, {"", "1.3", "1"}, {"1.2.9", "1.4", "1"}};
  EXPECT_EQ(classes_of(instances), (std::vector<std::string>{"1.2.9", "1.2.3"}));
  const std::vector<query::Instance> nameless = {{"", "1.1", "1"}};
  const auto usual = classes_of(nameless);
  EXPECT_GT(usual.size(), 10U);
  EXPECT_EQ(std::set<std::string>(usual.begin(), usual.end()).size(), usual.size());
}

TEST(ContextsTest, EachClassIsTakenUncompressedAndAsMuchElseAsThereIsRoomFor) {
  for (const std::size_t count : {1UL, 6UL, 30UL, 63UL, 200UL}) {
    const auto classes = many_classes(count);
    dimse::Proposal proposal;
    propose_get(classes, proposal);
    ASSERT_LE(proposal.contexts.size(), 128U);
    const std::size_t taken = std::min<std::size_t>(count, 63);
    EXPECT_EQ(proposal.roles.size(), taken);
    for (const dimse::RoleSelection& role : proposal.roles) EXPECT_TRUE(role.scp);
    std::set<std::pair<std::string, std::string>> pairs;
    for (const dimse::ProposedContext& context : proposal.contexts)
      for (const std::string& syntax : context.transfer_syntaxes)
        EXPECT_TRUE(pairs.emplace(context.abstract_syntax, syntax).second);
    for (std::size_t i = 0; i < taken; ++i)
      for (const char* syntax : {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2"})
        EXPECT_TRUE(pairs.contains({classes[i], syntax})) << count;
    EXPECT_TRUE(
        pairs.contains({std::string(dimse::query_classes::kStudyRootGet), "1.2.840.10008.1.2"}));
    if (count == 1) {
      EXPECT_TRUE(pairs.contains({classes[0], "1.2.840.10008.1.2.4.201"}));
    }
  }
}

}  // namespace
}  // namespace slipring::retrieve

// The generated tables hold together: every number in them leads somewhere.
#include "engine/validate/standard/object_definition.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/validate/standard/private_dictionary.h"
#include "engine/validate/standard/uids.h"

namespace slipring::validate::standard {
namespace {

void expect_level_is_whole(unsigned number, std::size_t modules, unsigned depth) {
  ASSERT_LT(depth, 64U);
  const auto rows = level(number);
  EXPECT_TRUE(std::ranges::is_sorted(rows, {}, &Row::tag));
  for (const Row& row : rows) {
    EXPECT_GE(row.type(), Type::One);
    EXPECT_LE(row.type(), Type::Three);
    EXPECT_LT(row.module, modules);
    for (const Literal& literal : condition(row.condition))
      EXPECT_LE(literal.operation(), Operation::Unknown);
    if (!condition(row.condition).empty()) {
      EXPECT_TRUE(condition(row.condition).back().ends_clause());
    }
    for (const Words& word : words(terms(row.terms).first_word, terms(row.terms).count))
      EXPECT_FALSE(text(word).empty());
    const bool itself = row.children == number;  // content items
    if (row.children != 0 && !itself) expect_level_is_whole(row.children, 1, depth + 1);
  }
}

TEST(ObjectDefinition, EveryDefinitionIsWhole) {
  ASSERT_GE(iod_count(), 170U);
  for (unsigned i = 1; i <= iod_count(); ++i) {
    SCOPED_TRACE(text(iod(i)->name));
    EXPECT_FALSE(level(iod(i)->root).empty());
    EXPECT_FALSE(modules(*iod(i)).empty());
    expect_level_is_whole(iod(i)->root, modules(*iod(i)).size(), 0);
  }
  EXPECT_EQ(iod(0), nullptr);
  EXPECT_EQ(iod(iod_count() + 1), nullptr);
}

TEST(ObjectDefinition, TheUsualSopClassesHaveTheirs) {
  for (const char* uid : {"1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4",
                          "1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.6.1",
                          "1.2.840.10008.5.1.4.1.1.481.3", "1.2.840.10008.5.1.4.1.1.88.33"}) {
    const Uid found = find_uid(uid);
    EXPECT_EQ(found.kind, UidKind::SopClass) << uid;
    EXPECT_NE(iod(found.iod), nullptr) << uid;
  }
  EXPECT_EQ(find_uid("1.2.840.10008.1.2").kind, UidKind::TransferSyntax);
  EXPECT_EQ(find_uid("1.2.3").kind, UidKind::None);
  EXPECT_EQ(find_uid("").kind, UidKind::None);
}

TEST(ObjectDefinition, PrivateAttributesAreFoundInAnyBlock) {
  const unsigned siemens = find_creator("SIEMENS MR HEADER");
  ASSERT_NE(siemens, 0U);
  EXPECT_EQ(find_private(siemens, dicom::Tag(0x00191008)).vr, "CS");
  EXPECT_EQ(find_private(siemens, dicom::Tag(0x00194208)).vr, "CS");
  EXPECT_EQ(find_private(siemens, dicom::Tag(0x00211008)).vr, "");
  EXPECT_EQ(find_creator("nobody"), 0U);
  EXPECT_EQ(find_private(0, dicom::Tag(0x00191008)).vr, "");
}

}  // namespace
}  // namespace slipring::validate::standard

#include "engine/dicom/dictionary.h"

#include <gtest/gtest.h>

namespace slipring::dicom {
namespace {

TEST(Dictionary, knows_ordinary_attributes) {
  const DictionaryEntry* entry = find_in_dictionary(tags::Rows);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->tag, tags::Rows);
  EXPECT_EQ(entry->vr, VR::US);
  EXPECT_EQ(entry->vm(), "1");
  EXPECT_EQ(entry->keyword(), "Rows");
  EXPECT_FALSE(entry->retired);
  EXPECT_TRUE(find_in_dictionary(Tag(0x0008, 0x0010))->retired);
}

TEST(Dictionary, knows_attributes_of_several_vrs) {
  const DictionaryEntry* smallest = find_in_dictionary(Tag(0x0028, 0x0106));
  EXPECT_EQ(smallest->vr, VR::US);
  EXPECT_EQ(smallest->other_vr, VR::SS);
  EXPECT_EQ(smallest->third_vr, VR::None);
  EXPECT_TRUE(vr_agrees(tags::PixelData, VR::OB));
  EXPECT_TRUE(vr_agrees(tags::PixelData, VR::OW));
  EXPECT_FALSE(vr_agrees(tags::PixelData, VR::UN));
  EXPECT_TRUE(vr_agrees(Tag(0x0009, 0x1001), VR::UN));
  EXPECT_TRUE(vr_agrees(Tag(0x0008, 0xFFF0), VR::UN));
}

TEST(Dictionary, answers_repeating_groups_with_their_first_tag) {
  for (const unsigned overlay : {0x6000U, 0x6002U, 0x60FEU}) {
    const auto group = static_cast<std::uint16_t>(overlay);
    const DictionaryEntry* entry = find_in_dictionary(Tag(group, 0x3000));
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry->keyword(), "OverlayData");
    EXPECT_EQ(entry->tag, Tag(0x6000, 0x3000));
    EXPECT_EQ(implicit_vr(Tag(group, 0x3000)), VR::OW);
  }
  EXPECT_EQ(keyword(Tag(0x5012, 0x3000)), "CurveData");
  EXPECT_EQ(keyword(Tag(0x0020, 0x3142)), "SourceImageIDs");
  EXPECT_EQ(keyword(Tag(0x0028, 0x0410)), "RowsForNthOrderCoefficients");
  EXPECT_EQ(keyword(Tag(0x7F02, 0x0010)), "VariablePixelData");
  EXPECT_EQ(keyword(tags::PixelData), "PixelData");
  EXPECT_EQ(find_in_dictionary(Tag(0x6001, 0x3000)), nullptr);
}

TEST(Dictionary, gives_the_vr_of_what_it_does_not_know) {
  EXPECT_EQ(implicit_vr(tags::PixelData), VR::OW);
  EXPECT_EQ(implicit_vr(Tag(0x0008, 0x0000)), VR::UL);
  EXPECT_EQ(implicit_vr(Tag(0x0009, 0x0000)), VR::UL);
  EXPECT_EQ(implicit_vr(Tag(0x0009, 0x0010)), VR::LO);
  EXPECT_EQ(implicit_vr(Tag(0x0009, 0x1001)), VR::UN);
  EXPECT_EQ(implicit_vr(Tag(0x0008, 0xFFF0)), VR::UN);
  EXPECT_EQ(implicit_vr(Tag(0x0028, 0x0106)), VR::US);
  EXPECT_EQ(implicit_vr(Tag(0xFFFF, 0xFFFF)), VR::UN);
}

TEST(Dictionary, names_private_elements_and_group_lengths) {
  EXPECT_EQ(keyword(Tag(0x0009, 0x0010)), "PrivateCreator");
  EXPECT_EQ(keyword(Tag(0x0009, 0x1001)), "Private");
  EXPECT_EQ(keyword(Tag(0x0010, 0x0000)), "GroupLength");
  EXPECT_EQ(keyword(Tag(0x0008, 0xFFF0)), "");
}

TEST(Dictionary, finds_every_keyword_it_gives) {
  EXPECT_EQ(find_keyword("PatientID")->tag, Tag(0x0010, 0x0020));
  EXPECT_EQ(find_keyword("OverlayData")->tag, Tag(0x6000, 0x3000));
  EXPECT_EQ(find_keyword("NoSuchThing"), nullptr);
  EXPECT_EQ(find_keyword(""), nullptr);
  int known = 0;
  for (std::uint32_t group = 0; group <= 0xFFFE; group += 2) {
    for (std::uint32_t element = 0; element < 0x200; ++element) {
      const Tag tag((group << 16) | element);
      const DictionaryEntry* entry = find_in_dictionary(tag);
      if (entry == nullptr || entry->tag != tag || entry->keyword().empty()) continue;
      ++known;
      const DictionaryEntry* found = find_keyword(entry->keyword());
      ASSERT_NE(found, nullptr) << entry->keyword();
      EXPECT_EQ(found->keyword(), entry->keyword());
    }
  }
  EXPECT_GT(known, 2000);
}

}  // namespace
}  // namespace slipring::dicom

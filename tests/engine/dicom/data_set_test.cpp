// Tags, findings, and a data set's accessors over a tape made by hand.
#include "engine/dicom/data_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "engine/dicom/finding.h"

namespace slipring::dicom {
namespace {

constexpr Tag kSequence{0x0040, 0x0275};
constexpr Tag kInside{0x0008, 0x0050};

Element entry(Tag tag, unsigned depth, VR vr = VR::None, std::uint64_t offset = 0,
              std::uint32_t length = 0) {
  return Element::make(tag, vr, Header::Implicit, offset, length, depth);
}

TEST(TapeElement, fields_keep_what_they_are_given) {
  const Element element =
      Element::make(tags::PixelData, VR::OW, Header::ExplicitLong, 0xFFFFFFFFFFF0, 0xFFFFFFFE, 253);
  EXPECT_EQ(element.tag, tags::PixelData);
  EXPECT_EQ(element.vr(), VR::OW);
  EXPECT_EQ(element.header_bytes(), 12U);
  EXPECT_EQ(element.header_offset(), 0xFFFFFFFFFFF0 - 12);
  EXPECT_EQ(element.length, 0xFFFFFFFEU);
  EXPECT_EQ(element.depth, 253U);
}

TEST(DataSetFind, of_each_in_one_pass_gives_what_one_by_one_gives) {
  std::mt19937 random(7);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  const std::array wanted = {Tag(2), Tag(3), Tag(5), Tag(8), Tag(9)};
  for (int round = 0; round < 5000; ++round) {
    std::vector<Element> tape;
    const unsigned length = below(12);
    for (unsigned i = 0; i < length; ++i)
      tape.push_back(entry(Tag(1 + below(10)), below(4) == 0 ? 2 : 0));
    if (below(2) == 0) std::ranges::stable_sort(tape, {}, &Element::tag);
    const DataSet set({}, tape, {});
    std::array<const Element*, wanted.size()> found{};
    set.find_each(wanted, found);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      ASSERT_EQ(found[i], set.find(wanted[i])) << "round " << round << ", tag " << i;
  }
}

TEST(DataSetPath, names_items_fragments_and_what_is_inside) {
  const std::vector<Element> tape = {
      entry(kInside, 0),
      entry(kSequence, 0, VR::SQ),
      entry(tags::Item, 1),
      entry(kInside, 2),
      entry(tags::ItemDelimitationItem, 1),
      entry(tags::Item, 1),
      entry(kInside, 2),
      entry(kSequence, 2, VR::SQ),
      entry(tags::Item, 3),
      entry(kInside, 4),
      entry(tags::ItemDelimitationItem, 3),
      entry(tags::SequenceDelimitationItem, 3),
      entry(Tag(0x0050, 0x0001), 2),
      entry(tags::ItemDelimitationItem, 1),
      entry(tags::SequenceDelimitationItem, 1),
      entry(tags::PixelData, 0, VR::OB),
      entry(tags::Item, 1),
      entry(tags::Item, 1),
      entry(tags::SequenceDelimitationItem, 1),
  };
  const DataSet set({}, tape, {});
  EXPECT_EQ(set.path_of(0), "(0008,0050)");
  EXPECT_EQ(set.path_of(1), "(0040,0275)");
  EXPECT_EQ(set.path_of(2), "(0040,0275)[1]");
  EXPECT_EQ(set.path_of(3), "(0040,0275)[1].(0008,0050)");
  EXPECT_EQ(set.path_of(5), "(0040,0275)[2]");
  EXPECT_EQ(set.path_of(6), "(0040,0275)[2].(0008,0050)");
  EXPECT_EQ(set.path_of(9), "(0040,0275)[2].(0040,0275)[1].(0008,0050)");
  EXPECT_EQ(set.path_of(12), "(0040,0275)[2].(0050,0001)");
  EXPECT_EQ(set.path_of(13), "(0040,0275)[2]");
  EXPECT_EQ(set.path_of(17), "(7FE0,0010)[2]");
  EXPECT_EQ(set.next_sibling(1), 15U);
  EXPECT_EQ(set.next_sibling(2), 4U);
}

TEST(DataSetValue, numbers_are_read_in_the_byte_order_of_the_data_set) {
  const std::vector<std::uint8_t> bytes = {0x01, 0x02, 0xFF, 0xFE, 0x03, 0x04};
  const std::vector<Element> tape = {
      entry(tags::Rows, 0, VR::US, 0, 2), entry(tags::Columns, 0, VR::SS, 2, 2),
      entry(tags::BitsAllocated, 0, VR::UL, 0, 4), entry(tags::BitsStored, 0, VR::UN, 4, 2),
      entry(tags::HighBit, 0, VR::US, 4, 1)};
  const DataSet little(bytes, tape, {true, false});
  const DataSet big(bytes, tape, {true, true});
  EXPECT_EQ(little.number_us(tags::Rows), 0x0201U);
  EXPECT_EQ(big.number_us(tags::Rows), 0x0102U);
  EXPECT_EQ(little.number_is(tags::Columns), -257);
  EXPECT_EQ(big.number_is(tags::Columns), -2);
  EXPECT_EQ(big.number_us(tags::Columns), std::nullopt);
  EXPECT_EQ(little.number_us(tags::BitsAllocated), 0xFEFF0201U);
  EXPECT_EQ(big.number_us(tags::BitsStored), 0x0304U);
  EXPECT_EQ(little.number_us(tags::HighBit), std::nullopt);
  EXPECT_EQ(little.number_us(tags::PixelData), std::nullopt);
}

TEST(DataSetValue, integer_strings_are_read_to_their_first_backslash) {
  const std::string_view text = " 12\\13 +5 7xISO_IR 100 ";
  const std::vector<Element> tape = {
      entry(tags::NumberOfFrames, 0, VR::IS, 0, 6), entry(tags::Rows, 0, VR::IS, 7, 3),
      entry(tags::Columns, 0, VR::IS, 10, 2), entry(tags::SpecificCharacterSet, 0, VR::CS, 12, 11)};
  const DataSet set(as_bytes(text), tape, {});
  EXPECT_EQ(set.number_is(tags::NumberOfFrames), 12);
  EXPECT_EQ(set.number_is(tags::Rows), 5);
  EXPECT_EQ(set.number_is(tags::Columns), std::nullopt);
  EXPECT_EQ(set.text(tags::SpecificCharacterSet), "ISO_IR 100");
  EXPECT_EQ(set.text(tags::Modality), "");
}

TEST(DataSetValue, values_are_clipped_to_the_bytes_there_are) {
  const std::vector<std::uint8_t> bytes(10);
  const std::vector<Element> tape = {entry(tags::PixelData, 0, VR::OW, 6, 0xFFFFFFFE),
                                     entry(tags::Rows, 0, VR::US, 10, 2),
                                     entry(tags::Columns, 0, VR::SQ, 2, kUndefinedLength)};
  const DataSet set(bytes, tape, {});
  EXPECT_EQ(set.value(tape[0]).size(), 4U);
  EXPECT_EQ(set.value(tape[1]).size(), 0U);
  EXPECT_EQ(set.value(tape[2]).size(), 0U);
}

TEST(DataSetValue, find_sees_depth_0_only) {
  const std::vector<Element> tape = {entry(kSequence, 0, VR::SQ),
                                     entry(tags::Item, 1),
                                     entry(tags::Rows, 2, VR::US, 4, 2),
                                     entry(tags::ItemDelimitationItem, 1),
                                     entry(tags::SequenceDelimitationItem, 1),
                                     entry(tags::Rows, 0, VR::US, 8, 2)};
  const DataSet set({}, tape, {});
  EXPECT_EQ(set.find(tags::Rows), &set.tape()[5]);
  EXPECT_EQ(set.find(tags::Item), nullptr);
}

TEST(FindingsCap, twenty_of_a_rule_are_kept_a_hundred_of_its_errors_and_all_are_counted) {
  Findings findings;
  const Finding warning{{2, 20}, Severity::Warning, {}, 0, "", ""};
  const Finding error{{2, 20}, Severity::Error, {}, 0, "", ""};
  for (int i = 0; i < 30; ++i) findings.add(warning);
  findings.add(error);
  findings.add({{2, 21}, Severity::Info, {}, 0, "", ""});
  EXPECT_EQ(findings.kept().size(), 22U);
  EXPECT_TRUE(findings.full({2, 20}, Severity::Warning));
  EXPECT_FALSE(findings.full({2, 20}, Severity::Error));
  EXPECT_FALSE(findings.full({2, 21}, Severity::Info));
  EXPECT_EQ(findings.count(RuleId{2, 20}), 31U);
  EXPECT_EQ(findings.count(Severity::Warning), 30U);
  EXPECT_EQ(findings.count(Severity::Error), 1U);
  Findings more;
  more.append(findings);
  more.append(findings);
  EXPECT_EQ(more.count(RuleId{2, 20}), 62U);
  EXPECT_EQ(more.kept().size(), 24U);
  for (int i = 0; i < 200; ++i) more.add(error);
  EXPECT_TRUE(more.full({2, 20}, Severity::Error));
  EXPECT_LE(more.kept().size(), 2 + Findings::kErrorsKeptPerRule);
  more.clear();
  EXPECT_TRUE(more.empty());
  EXPECT_EQ(to_string(RuleId{2, 5}), "L2-05");
}

TEST(ValueRepresentation, two_letters_name_it_and_nothing_else_does) {
  EXPECT_EQ(vr_from('A', 'E'), VR::AE);
  EXPECT_EQ(vr_from('U', 'V'), VR::UV);
  EXPECT_EQ(vr_from('Z', 'Z'), VR::Unknown);
  EXPECT_EQ(vr_from('-', '-'), VR::None);
  EXPECT_EQ(vr_from('?', '?'), VR::None);
  EXPECT_EQ(vr_from('a', 'e'), VR::None);
  EXPECT_EQ(vr_from(0, 0), VR::None);
  EXPECT_EQ(vr_from(0xFF, 'A'), VR::None);
  for (int i = 1; i < kVRCount - 1; ++i) {
    const auto vr = static_cast<VR>(i);
    EXPECT_EQ(
        vr_from(static_cast<std::uint8_t>(name(vr)[0]), static_cast<std::uint8_t>(name(vr)[1])),
        vr);
  }
}

}  // namespace
}  // namespace slipring::dicom

// Single elements: value representations, lengths, order, groups.
#include "tests/engine/scan/scan_fixture.h"

namespace slipring::test {
namespace {

using dicom::RuleId;
namespace tags = dicom::tags;

class Elements : public ScanTest {
 protected:
  static ObjectBuilder object(std::string_view uid = kExplicitLittleUid) {
    ObjectBuilder builder;
    builder.preamble().meta(uid).text(tags::SOPInstanceUID, VR::UI, "1.2.3.4");
    return builder;
  }
  [[nodiscard]] const dicom::Element& at(std::size_t index) const {
    return scanned_.tape.at(index);
  }
};

TEST_F(Elements, every_vr_is_read_with_its_own_header) {
  for (const std::string_view uid : {kExplicitLittleUid, kExplicitBigUid}) {
    for (int i = 1; i < dicom::kVRCount - 1; ++i) {
      const auto vr = static_cast<VR>(i);
      if (vr == VR::SQ) continue;
      auto builder = object(uid);
      const std::uint64_t begin = builder.size();
      builder.header(Tag(0x0009, 0x1001), vr, 8).raw("12345678");
      const unsigned header = dicom::facts(vr).long_header ? 12 : 8;
      scan(builder);
      ASSERT_EQ(scanned_.tape.size(), 2U) << dicom::name(vr);
      EXPECT_EQ(at(1).vr(), vr);
      EXPECT_EQ(at(1).offset, begin + header);
      EXPECT_EQ(at(1).header_bytes(), header);
      EXPECT_EQ(at(1).length, 8U);
      EXPECT_EQ(found(), uid == kExplicitBigUid ? "L1-12W" : "") << dicom::name(vr);
    }
  }
}

TEST_F(Elements, implicit_elements_get_their_vr_from_the_dictionary) {
  auto builder = object(kImplicitLittleUid);
  builder.header(tags::Modality, VR::CS, 2).raw("CT");
  builder.header(Tag(0x0009, 0x0010), VR::LO, 4).raw("ACME");
  builder.header(Tag(0x0009, 0x1001), VR::UN, 2).raw("xx");
  builder.us(tags::Rows, 2).header(Tag(0x6002, 0x3000), VR::OW, 2).raw("ab");
  builder.header(tags::PixelData, VR::OW, 2).raw("ab");
  scan(builder);
  ASSERT_EQ(scanned_.tape.size(), 7U);
  const VR expected[] = {VR::UI, VR::CS, VR::LO, VR::UN, VR::US, VR::OW, VR::OW};
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(at(i).vr(), expected[i]) << i;
  EXPECT_EQ(at(6).header(), dicom::Header::Implicit);
  EXPECT_EQ(found(), "");
}

TEST_F(Elements, odd_length_is_reported_and_kept) {
  auto builder = object();
  builder.element(Tag(0x0008, 0x0050), VR::SH, "ABC").us(tags::Rows, 2);
  scan(builder);
  EXPECT_EQ(found(), "L2-03W");
  EXPECT_EQ(scanned_.tape.size(), 3U);
  EXPECT_EQ(at(1).length, 3U);
}

TEST_F(Elements, length_that_is_no_multiple_of_the_unit_is_an_error_finding) {
  auto builder = object();
  builder.element(Tag(0x0028, 0x0009), VR::AT, "ab").element(tags::Rows, VR::US, "abc");
  builder.element(Tag(0x7FE0, 0x0008), VR::OF, "abcdef");
  scan(builder);
  EXPECT_EQ(found(), "L2-12E");
  EXPECT_EQ(scanned_.findings.count(RuleId{2, 12}), 3U);
}

TEST_F(Elements, descending_tags_are_reported_once_each) {
  auto builder = object();
  builder.us(tags::Columns, 2).us(tags::Rows, 2).us(tags::BitsAllocated, 8);
  scan(builder);
  EXPECT_EQ(found(), "L2-01W");
  EXPECT_EQ(finding(RuleId{2, 1})->tag, tags::Rows);
  EXPECT_EQ(scanned_.tape.size(), 4U);
}

TEST_F(Elements, an_element_twice_is_an_error_unless_the_values_are_equal) {
  auto equal = object();
  equal.us(tags::Rows, 2).us(tags::Rows, 2);
  scan(equal);
  EXPECT_EQ(found(), "L2-02W");
  auto different = object();
  different.us(tags::Rows, 2).us(tags::Rows, 3);
  scan(different);
  EXPECT_EQ(found(), "L2-02E");
  auto apart = object();
  apart.us(tags::Rows, 2).us(tags::Columns, 2).us(tags::Rows, 2).us(tags::BitsAllocated, 8);
  scan(apart);
  EXPECT_EQ(found(), "L2-01W L2-02W");
}

TEST_F(Elements, reserved_bytes_that_are_not_zero_are_reported) {
  auto builder = object();
  builder.tag(Tag(0x0009, 0x1001)).raw("OB").u16(0x2020).u32(2).raw("ab");
  scan(builder);
  EXPECT_EQ(found(), "L2-09W");
  EXPECT_EQ(at(1).length, 2U);
}

TEST_F(Elements, unknown_vr_has_a_long_header_where_that_makes_sense_else_a_short_one) {
  auto long_form = object();
  long_form.tag(Tag(0x0009, 0x1001)).raw("ZZ").u16(0).u32(4).raw("abcd").us(tags::Rows, 2);
  scan(long_form);
  EXPECT_EQ(found(), "L2-10W");
  EXPECT_EQ(at(1).header(), dicom::Header::ExplicitLong);
  EXPECT_EQ(at(1).vr(), VR::Unknown);
  EXPECT_EQ(at(2).tag, tags::Rows);
  auto short_form = object();
  short_form.tag(Tag(0x0009, 0x1001)).raw("ZZ").u16(4).raw("abcd").us(tags::Rows, 2);
  scan(short_form);
  EXPECT_EQ(found(), "L2-10W");
  EXPECT_EQ(at(1).header(), dicom::Header::ExplicitShort);
  EXPECT_EQ(at(2).tag, tags::Rows);
}

TEST_F(Elements, vr_of_two_blanks_or_nuls_is_read_by_its_length) {
  for (const std::string_view letters : {std::string_view("  "), std::string_view("\0\0", 2)}) {
    auto builder = object();
    builder.tag(Tag(0x0009, 0x1001)).raw(letters).u16(4).raw("abcd").us(tags::Rows, 2);
    scan(builder);
    EXPECT_EQ(found(), "L2-10E");
    EXPECT_EQ(at(1).length, 4U);
    EXPECT_EQ(at(2).tag, tags::Rows);
  }
}

TEST_F(Elements, one_implicit_element_among_explicit_ones_is_read) {
  auto builder = object();
  builder.tag(Tag(0x0008, 0x0050)).u32(4).raw("abcd").us(tags::Rows, 2);
  scan(builder);
  EXPECT_EQ(found(), "L2-10E");
  EXPECT_EQ(at(1).header(), dicom::Header::Implicit);
  EXPECT_EQ(at(1).vr(), VR::SH);
  EXPECT_EQ(at(2).header(), dicom::Header::ExplicitShort);
}

TEST_F(Elements, bytes_that_are_no_element_end_the_walk_with_their_offset) {
  auto builder = object();
  const std::uint64_t begin = builder.size();
  builder.raw("\x10\x00\x10\x00\xFF\xFE\xFD\xFC\xFB\xFA and more of that");
  scan(builder);
  ASSERT_TRUE(scanned_.error);
  EXPECT_EQ(scanned_.error->offset, begin);
  EXPECT_EQ(scanned_.tape.size(), 1U);
}

TEST_F(Elements, vr_that_is_not_the_dictionarys_is_reported_when_asked) {
  auto builder = object();
  builder.element(tags::Modality, VR::LO, "CT").element(Tag(0x0008, 0x0070), VR::UN, "ab");
  builder.element(tags::PixelData, VR::OB, "ab");
  const auto bytes = builder.take();
  scan(bytes);
  EXPECT_EQ(found(), "L2-11I L2-11W");
  scan::Options options;
  options.compare_vrs = false;
  scan(bytes, options);
  EXPECT_EQ(found(), "");
}

TEST_F(Elements, group_lengths_are_reported_once_and_compared) {
  auto right = object();
  right.ul(Tag(0x0028, 0x0000), 20).us(tags::Rows, 2).us(tags::Columns, 2);
  right.ul(Tag(0x0040, 0x0000), 0);
  scan(right);
  EXPECT_EQ(found(), "L2-13W");
  EXPECT_EQ(scanned_.findings.count(RuleId{2, 13}), 1U);
  auto wrong = object(kExplicitBigUid);
  wrong.ul(Tag(0x0028, 0x0000), 30).us(tags::Rows, 2).us(tags::Columns, 2);
  wrong.ul(Tag(0x0040, 0x0000), 0);
  scan(wrong);
  EXPECT_EQ(scanned_.findings.count(RuleId{2, 13}), 2U);
}

TEST_F(Elements, illegal_groups_are_reported) {
  for (const unsigned group : {0x0001U, 0x0003U, 0x0005U, 0x0007U, 0xFFFFU}) {
    auto builder = object();
    builder.element(Tag(static_cast<std::uint16_t>(group), 0x0011), VR::LO, "ab");
    scan(builder);
    EXPECT_TRUE(finding(RuleId{2, 14})) << group;
    EXPECT_EQ(scanned_.tape.size(), 2U);
  }
}

TEST_F(Elements, group_2_inside_the_data_set_is_an_error_finding) {
  auto builder = object();
  builder.element(Tag(0x0002, 0x0013), VR::SH, "ab").us(tags::Rows, 2);
  scan(builder);
  EXPECT_EQ(found(), "L1-10E L2-01W");
  EXPECT_EQ(scanned_.tape.size(), 3U);
}

TEST_F(Elements, private_elements_need_no_dictionary) {
  auto builder = object();
  builder.text(Tag(0x0009, 0x0010), VR::LO, "ACME").text(Tag(0x0009, 0x1001), VR::ST, "hello");
  scan(builder);
  EXPECT_EQ(found(), "");
  EXPECT_EQ(scanned_.tape.size(), 3U);
}

TEST_F(Elements, implicit_value_that_is_no_sequence_is_kept_as_it_is) {
  auto builder = object(kImplicitLittleUid);
  builder.header(Tag(0x0040, 0x0275), VR::SQ, 12).raw("not an item!").us(Tag(0x0040, 0xA0B0), 1);
  scan(builder);
  EXPECT_EQ(found(), "L2-11W");
  EXPECT_EQ(at(1).vr(), VR::UN);
  EXPECT_EQ(at(1).length, 12U);
  EXPECT_EQ(scanned_.tape.size(), 3U);
}

TEST_F(Elements, value_beyond_the_file_is_truncated_with_both_numbers) {
  auto builder = object();
  const std::uint64_t begin = builder.size();
  builder.header(tags::PixelData, VR::OW, 0xFFFFFFFE).raw("abcd");
  scan(builder);
  ASSERT_TRUE(scanned_.error);
  EXPECT_EQ(scanned_.error->code, ErrorCode::Truncated);
  EXPECT_EQ(scanned_.error->offset, begin);
  EXPECT_EQ(scanned_.error->expected, 0xFFFFFFFEU);
  EXPECT_EQ(scanned_.error->actual, 4U);
  EXPECT_EQ(finding(RuleId{2, 4})->tag, tags::PixelData);
  EXPECT_EQ(scanned_.data_set_end, begin);
}

TEST_F(Elements, trailing_padding_and_zeros_are_told) {
  auto padding = object();
  padding.element(tags::PixelData, VR::OW, "ab");
  padding.element(tags::DataSetTrailingPadding, VR::OB, "zz");
  scan(padding);
  EXPECT_EQ(found(), "");
  EXPECT_EQ(scanned_.tape.back().tag, tags::DataSetTrailingPadding);
  for (const std::size_t zeros : {1U, 7U, 8U, 5000U}) {
    auto builder = object();
    builder.element(tags::PixelData, VR::OW, "ab");
    const std::uint64_t end = builder.size();
    builder.zeros(zeros);
    scan(builder);
    EXPECT_EQ(found(), "L2-18I") << zeros;
    EXPECT_FALSE(scanned_.error);
    EXPECT_EQ(scanned_.data_set_end, end);
  }
}

TEST_F(Elements, long_tail_of_zeros_without_pixel_data_looks_like_loss) {
  auto builder = object();
  builder.zeros(5000);
  scan(builder);
  EXPECT_EQ(found(), "L0-05W");
  auto inside = object();
  inside.zeros(5000).raw("and then something");
  scan(inside);
  ASSERT_TRUE(scanned_.error);
}

TEST_F(Elements, rubbish_after_complete_pixel_data_is_a_warning_with_its_size) {
  auto builder = object();
  builder.element(tags::PixelData, VR::OW, "ab");
  const std::uint64_t end = builder.size();
  builder.raw("\x01\x02\x03 rubbish");
  scan(builder);
  EXPECT_EQ(found(), "L2-18W");
  EXPECT_FALSE(scanned_.error);
  EXPECT_EQ(scanned_.data_set_end, end);
  EXPECT_EQ(finding(RuleId{2, 18})->message, "11 bytes after the pixel data are no element");
  auto before = object();
  before.raw("\x01\x02\x03 rubbish");
  scan(before);
  EXPECT_TRUE(scanned_.error);
}

TEST_F(Elements, elements_over_the_limit_end_the_walk) {
  auto builder = object();
  for (std::uint16_t i = 0; i < 100; ++i)
    builder.us(Tag(0x0009, static_cast<std::uint16_t>(0x1001 + i)), i);
  scan(builder, {.limits = {.elements_max = 50}});
  ASSERT_TRUE(scanned_.error);
  EXPECT_EQ(scanned_.error->code, ErrorCode::LimitExceeded);
  EXPECT_EQ(scanned_.tape.size(), 50U);
}

}  // namespace
}  // namespace slipring::test

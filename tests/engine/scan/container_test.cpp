// Sequences, items, delimiters and fragments, right and wrong.
#include "tests/engine/scan/scan_fixture.h"

namespace slipring::test {
namespace {

using dicom::RuleId;
namespace tags = dicom::tags;

constexpr dicom::Tag kSequence{0x0040, 0x0275};
constexpr dicom::Tag kInner{0x0040, 0x0008};
constexpr dicom::Tag kInside{0x0008, 0x0050};
constexpr dicom::Tag kAfter{0x0040, 0xA124};

class Containers : public ScanTest {
 protected:
  static ObjectBuilder object(std::string_view uid = kExplicitLittleUid) {
    ObjectBuilder builder;
    builder.preamble().meta(uid);
    builder.text(tags::SOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.7");
    builder.text(tags::SOPInstanceUID, VR::UI, "1.2.3.4");
    return builder;
  }
  // The tape without the two UIDs every object here begins with.
  [[nodiscard]] std::string rest() const {
    const std::string text = tape();
    constexpr std::string_view kBegin = "0:(0008,0016) 0:(0008,0018) ";
    return text.starts_with(kBegin) ? text.substr(kBegin.size()) : text;
  }
};

TEST_F(Containers, sequence_and_item_of_undefined_length_close_with_their_delimiters) {
  auto builder = object();
  builder.sequence(kSequence).item().text(kInside, VR::SH, "A1").end_item().end_sequence();
  builder.text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0040,0275) 1:(FFFE,E000) 2:(0008,0050) 1:(FFFE,E00D) 1:(FFFE,E0DD) "
            "0:(0040,A124)");
  EXPECT_EQ(found(), "");
  EXPECT_FALSE(scanned_.error);
}

TEST_F(Containers, sequence_and_item_of_declared_length_close_without_bytes) {
  auto builder = object();
  builder.sequence(kSequence, 18).item(10).text(kInside, VR::SH, "A1").text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0040,0275) 1:(FFFE,E000) 2:(0008,0050) 1:(FFFE,E00D)* 1:(FFFE,E0DD)* "
            "0:(0040,A124)");
  EXPECT_EQ(found(), "");
}

TEST_F(Containers, empty_sequences_and_items_are_closed_too) {
  auto builder = object();
  builder.sequence(kInner, 0).sequence(kSequence).item(0).item().end_item().end_sequence();
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0040,0008) 1:(FFFE,E0DD)* 0:(0040,0275) 1:(FFFE,E000) 1:(FFFE,E00D)* "
            "1:(FFFE,E000) 1:(FFFE,E00D) 1:(FFFE,E0DD)");
  EXPECT_EQ(found(), "");
}

TEST_F(Containers, big_endian_and_implicit_sequences_are_walked_alike) {
  for (const std::string_view uid : {kExplicitBigUid, kImplicitLittleUid}) {
    auto builder = object(uid);
    builder.sequence(kSequence).item().sequence(kInner).item().text(kInside, VR::SH, "A1");
    builder.end_item().end_sequence().end_item().end_sequence();
    scan(builder);
    EXPECT_EQ(rest(),
              "0:(0040,0275) 1:(FFFE,E000) 2:(0040,0008) 3:(FFFE,E000) 4:(0008,0050) "
              "3:(FFFE,E00D) 3:(FFFE,E0DD) 1:(FFFE,E00D) 1:(FFFE,E0DD)");
    EXPECT_FALSE(scanned_.error);
    EXPECT_EQ(scanned_.actual->uid, uid);
  }
}

TEST_F(Containers, un_of_undefined_length_is_an_implicit_little_endian_sequence) {
  for (const std::string_view uid : {kExplicitLittleUid, kExplicitBigUid}) {
    auto builder = object(uid);
    builder.header(Tag(0x0041, 0x1001), VR::UN, dicom::kUndefinedLength);
    builder.encoding(Encoded::ImplicitLittle).item().text(kInside, VR::SH, "A1");
    builder.sequence(kSequence, 8).item(0).end_item().end_sequence();
    builder.encoding(uid == kExplicitBigUid ? Encoded::ExplicitBig : Encoded::ExplicitLittle);
    builder.us(Tag(0x0041, 0x1002), 7);
    scan(builder);
    EXPECT_EQ(rest(),
              "0:(0041,1001) 1:(FFFE,E000) 2:(0008,0050) 2:(0040,0275) 3:(FFFE,E000) "
              "3:(FFFE,E00D)* 3:(FFFE,E0DD)* 1:(FFFE,E00D) 1:(FFFE,E0DD) 0:(0041,1002)");
    EXPECT_EQ(scanned_.tape[4].header(), dicom::Header::Implicit);
    EXPECT_EQ(scanned_.tape[4].vr(), VR::SH);
    EXPECT_TRUE(finding(RuleId{2, 24}));
    EXPECT_FALSE(scanned_.error);
  }
}

TEST_F(Containers, implicit_elements_inside_an_explicit_sequence_are_read_and_reported) {
  auto builder = object();
  builder.sequence(kSequence).item().encoding(Encoded::ImplicitLittle);
  builder.text(kInside, VR::SH, "A1").text(Tag(0x0008, 0x0060), VR::CS, "CT");
  builder.end_item().end_sequence().encoding(Encoded::ExplicitLittle);
  builder.text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0040,0275) 1:(FFFE,E000) 2:(0008,0050) 2:(0008,0060) 1:(FFFE,E00D) "
            "1:(FFFE,E0DD) 0:(0040,A124)");
  EXPECT_EQ(found(), "L2-10E");
  EXPECT_EQ(finding(RuleId{2, 10})->path, "(0040,0275)[1].(0008,0050)");
  EXPECT_EQ(scanned_.tape[4].header(), dicom::Header::Implicit);
}

TEST_F(Containers, explicit_elements_inside_an_implicit_sequence_are_read_and_reported) {
  auto builder = object(kImplicitLittleUid);
  builder.sequence(kSequence).item().encoding(Encoded::ExplicitLittle);
  builder.text(kInside, VR::SH, "A1").text(Tag(0x0008, 0x0060), VR::CS, "CT");
  builder.end_item().end_sequence().encoding(Encoded::ImplicitLittle);
  builder.text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0040,0275) 1:(FFFE,E000) 2:(0008,0050) 2:(0008,0060) 1:(FFFE,E00D) "
            "1:(FFFE,E0DD) 0:(0040,A124)");
  EXPECT_EQ(found(), "L1-13W");
  EXPECT_EQ(scanned_.tape[4].header(), dicom::Header::ExplicitShort);
}

TEST_F(Containers, missing_item_delimiter_is_found_at_the_next_item_and_at_the_end) {
  auto builder = object();
  builder.sequence(kSequence).item().text(kInside, VR::SH, "A1");
  builder.item().text(kInside, VR::SH, "A2").end_sequence().text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0040,0275) 1:(FFFE,E000) 2:(0008,0050) 1:(FFFE,E00D)* 1:(FFFE,E000) "
            "2:(0008,0050) 1:(FFFE,E00D)* 1:(FFFE,E0DD) 0:(0040,A124)");
  EXPECT_EQ(found(), "L2-06E");
  EXPECT_EQ(scanned_.findings.count(RuleId{2, 6}), 2U);
}

TEST_F(Containers, missing_sequence_delimiter_is_found_at_the_next_element) {
  auto builder = object();
  builder.sequence(kSequence).item().text(kInside, VR::SH, "A1").end_item();
  builder.text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0040,0275) 1:(FFFE,E000) 2:(0008,0050) 1:(FFFE,E00D) 1:(FFFE,E0DD)* "
            "0:(0040,A124)");
  EXPECT_EQ(found(), "L2-06E");
}

TEST_F(Containers, undefined_item_in_a_declared_sequence_ends_with_it) {
  auto builder = object();
  builder.sequence(kSequence, 18).item().text(kInside, VR::SH, "A1").text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0040,0275) 1:(FFFE,E000) 2:(0008,0050) 1:(FFFE,E00D)* 1:(FFFE,E0DD)* "
            "0:(0040,A124)");
  EXPECT_EQ(found(), "L2-06E");
}

TEST_F(Containers, stray_delimiters_are_stepped_over) {
  auto builder = object();
  builder.end_sequence().sequence(kSequence).end_item().item(0).end_sequence().end_item();
  builder.text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(rest(), "0:(0040,0275) 1:(FFFE,E000) 1:(FFFE,E00D)* 1:(FFFE,E0DD) 0:(0040,A124)");
  EXPECT_EQ(found(), "L2-07W");
  EXPECT_EQ(scanned_.findings.count(RuleId{2, 7}), 3U);
}

TEST_F(Containers, delimiters_inside_declared_lengths_close_what_they_end) {
  auto builder = object();
  builder.sequence(kSequence, 34).item(18).text(kInside, VR::SH, "A1").end_item().end_sequence();
  builder.text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0040,0275) 1:(FFFE,E000) 2:(0008,0050) 1:(FFFE,E00D) 1:(FFFE,E0DD) "
            "0:(0040,A124)");
  EXPECT_EQ(found(), "L2-07W");
}

TEST_F(Containers, delimiter_with_a_length_is_an_error_finding_and_nothing_more) {
  auto builder = object();
  builder.sequence(kSequence)
      .item()
      .text(kInside, VR::SH, "A1")
      .end_item(4)
      .end_sequence(0x20202020);
  builder.text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(found(), "L2-07E");
  EXPECT_FALSE(scanned_.error);
  EXPECT_EQ(scanned_.tape.back().tag, kAfter);
}

TEST_F(Containers, item_beyond_its_sequence_is_believed_when_something_sensible_follows) {
  auto builder = object();
  builder.sequence(kSequence, 10).item(10).text(kInside, VR::SH, "A1").text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(found(), "L2-04E");
  EXPECT_FALSE(scanned_.error);
  EXPECT_EQ(scanned_.tape.back().tag, kAfter);
}

TEST_F(Containers, item_beyond_its_sequence_ends_with_it_when_its_elements_do) {
  auto builder = object();
  builder.sequence(kSequence, 18).item(200).text(kInside, VR::SH, "A1").text(kAfter, VR::UI, "1.2");
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0040,0275) 1:(FFFE,E000) 2:(0008,0050) 1:(FFFE,E00D)* 1:(FFFE,E0DD)* "
            "0:(0040,A124)");
  EXPECT_EQ(found(), "L2-04E");
  EXPECT_FALSE(scanned_.error);
}

TEST_F(Containers, element_beyond_its_item_ends_the_walk) {
  auto builder = object();
  builder.sequence(kSequence).item(10).header(kInside, VR::SH, 4).raw("A1A2").end_sequence();
  const std::uint64_t sequence_at = builder.size() - 8 - 12 - 8 - 12;
  scan(builder);
  ASSERT_TRUE(scanned_.error);
  EXPECT_EQ(scanned_.error->code, ErrorCode::Malformed);
  EXPECT_EQ(scanned_.error->offset, sequence_at + 20);
  EXPECT_EQ(scanned_.error->expected, 4U);
  EXPECT_EQ(scanned_.error->actual, 2U);
  EXPECT_EQ(finding(RuleId{2, 4})->path, "(0040,0275)[1].(0008,0050)");
}

TEST_F(Containers, nesting_up_to_the_limit_is_walked_and_beyond_it_is_an_error) {
  for (const unsigned levels : {64U, 65U, 5000U}) {
    auto builder = object();
    for (unsigned i = 0; i < levels; ++i) builder.sequence(kSequence).item();
    for (unsigned i = 0; i < levels; ++i) builder.end_item().end_sequence();
    scan(builder);
    EXPECT_EQ(scanned_.error.has_value(), levels > 64) << levels;
    if (!scanned_.error) continue;
    EXPECT_EQ(scanned_.error->code, ErrorCode::LimitExceeded);
    EXPECT_TRUE(finding(RuleId{2, 8}));
  }
}

TEST_F(Containers, fragments_stand_on_the_tape_one_deeper) {
  auto builder = object(kRleUid);
  builder.header(tags::PixelData, VR::OB, dicom::kUndefinedLength);
  builder.fragment("").fragment("abcd").fragment("ef").end_sequence();
  scan(builder);
  EXPECT_EQ(rest(), "0:(7FE0,0010) 1:(FFFE,E000) 1:(FFFE,E000) 1:(FFFE,E000) 1:(FFFE,E0DD)");
  EXPECT_EQ(as_text(scanned_.data_set().value(scanned_.tape[4])), "abcd");
  EXPECT_EQ(found(), "");
}

TEST_F(Containers, fragments_may_hold_the_bytes_of_delimiters) {
  auto builder = object(kRleUid);
  builder.header(tags::PixelData, VR::OB, dicom::kUndefinedLength).fragment("");
  builder.fragment(std::string_view("\xFE\xFF\xDD\xE0\0\0\0\0\xFE\xFF\0\xE0", 12)).end_sequence();
  scan(builder);
  EXPECT_EQ(rest(), "0:(7FE0,0010) 1:(FFFE,E000) 1:(FFFE,E000) 1:(FFFE,E0DD)");
  EXPECT_EQ(found(), "");
}

TEST_F(Containers, fragment_lengths_one_off_are_mended_and_reported) {
  auto odd = object(kRleUid);
  odd.header(tags::PixelData, VR::OB, dicom::kUndefinedLength).fragment("");
  odd.item(3).raw("abcd").fragment("ef").end_sequence();
  scan(odd);
  EXPECT_EQ(found(), "L2-03W");
  EXPECT_EQ(rest(), "0:(7FE0,0010) 1:(FFFE,E000) 1:(FFFE,E000) 1:(FFFE,E000) 1:(FFFE,E0DD)");
  auto large = object(kRleUid);
  large.header(tags::PixelData, VR::OB, dicom::kUndefinedLength).fragment("");
  large.item(5).raw("abcd").end_sequence();
  scan(large);
  EXPECT_EQ(found(), "L2-04W");
  EXPECT_EQ(scanned_.tape[4].length, 4U);
}

TEST_F(Containers, missing_delimiter_after_the_last_fragment_is_tolerated) {
  auto at_end = object(kRleUid);
  at_end.header(tags::PixelData, VR::OB, dicom::kUndefinedLength).fragment("").fragment("ab");
  scan(at_end);
  EXPECT_EQ(found(), "L2-06W");
  EXPECT_FALSE(scanned_.error);
  auto before_element = object(kRleUid);
  before_element.header(tags::PixelData, VR::OB, dicom::kUndefinedLength);
  before_element.fragment("").fragment("ab");
  before_element.element(tags::DataSetTrailingPadding, VR::OB, "xy");
  scan(before_element);
  EXPECT_EQ(found(), "L2-06E");
  EXPECT_EQ(scanned_.tape.back().tag, tags::DataSetTrailingPadding);
  auto before_zeros = object(kRleUid);
  before_zeros.header(tags::PixelData, VR::OB, dicom::kUndefinedLength);
  before_zeros.fragment("").fragment("ab").zeros(6000);
  scan(before_zeros);
  EXPECT_EQ(found(), "L2-06W L2-18I");
}

TEST_F(Containers, encapsulated_pixel_data_of_declared_length_is_walked_and_reported) {
  auto builder = object(kRleUid);
  builder.header(tags::PixelData, VR::OB, 8 + 12 + 8).fragment("").fragment("abcd").end_sequence();
  scan(builder);
  EXPECT_EQ(rest(), "0:(7FE0,0010) 1:(FFFE,E000) 1:(FFFE,E000) 1:(FFFE,E0DD)");
  EXPECT_EQ(found(), "L1-13W L2-07W");
  EXPECT_EQ(scanned_.actual->uid, kRleUid);
}

TEST_F(Containers, native_pixel_data_under_an_encapsulated_syntax_is_called_native) {
  auto builder = object(kRleUid);
  builder.element(tags::PixelData, VR::OW, "abcd");
  scan(builder);
  EXPECT_EQ(found(), "L1-13W");
  EXPECT_EQ(scanned_.actual->uid, kExplicitLittleUid);
}

TEST_F(Containers, fragments_under_a_native_syntax_are_an_error_finding) {
  auto builder = object();
  builder.header(tags::PixelData, VR::OW, dicom::kUndefinedLength).fragment("").fragment("ab");
  builder.end_sequence();
  scan(builder);
  EXPECT_EQ(found(), "L1-13E");
  EXPECT_FALSE(scanned_.error);
}

TEST_F(Containers, fragment_of_undefined_length_ends_the_walk) {
  auto builder = object(kRleUid);
  builder.header(tags::PixelData, VR::OB, dicom::kUndefinedLength).fragment("").item().raw("ab");
  scan(builder);
  ASSERT_TRUE(scanned_.error);
  EXPECT_EQ(scanned_.error->code, ErrorCode::Malformed);
}

TEST_F(Containers, icon_pixel_data_in_fragments_is_walked_inside_its_item) {
  auto builder = object(kRleUid);
  builder.sequence(tags::IconImageSequence).item();
  builder.header(tags::PixelData, VR::OB, dicom::kUndefinedLength).fragment("").fragment("ab");
  builder.end_sequence().end_item().end_sequence();
  builder.header(tags::PixelData, VR::OB, dicom::kUndefinedLength).fragment("").fragment("cd");
  builder.end_sequence();
  scan(builder);
  EXPECT_EQ(rest(),
            "0:(0088,0200) 1:(FFFE,E000) 2:(7FE0,0010) 3:(FFFE,E000) 3:(FFFE,E000) "
            "3:(FFFE,E0DD) 1:(FFFE,E00D) 1:(FFFE,E0DD) 0:(7FE0,0010) 1:(FFFE,E000) "
            "1:(FFFE,E000) 1:(FFFE,E0DD)");
  EXPECT_EQ(found(), "");
}

TEST_F(Containers, pixel_data_of_vr_un_and_undefined_length_holds_fragments) {
  auto builder = object(kRleUid);
  builder.header(tags::PixelData, VR::UN, dicom::kUndefinedLength).fragment("").fragment("ab");
  builder.end_sequence();
  scan(builder);
  EXPECT_EQ(rest(), "0:(7FE0,0010) 1:(FFFE,E000) 1:(FFFE,E000) 1:(FFFE,E0DD)");
}

TEST_F(Containers, undefined_length_on_another_vr_is_tolerated_only_before_items) {
  auto with_items = object();
  with_items.header(Tag(0x0041, 0x1001), VR::OB, dicom::kUndefinedLength).fragment("ab");
  with_items.end_sequence().us(Tag(0x0041, 0x1002), 7);
  scan(with_items);
  EXPECT_EQ(found(), "L2-05E");
  EXPECT_FALSE(scanned_.error);
  auto without = object();
  without.header(Tag(0x0041, 0x1001), VR::UT, dicom::kUndefinedLength).raw("some text");
  scan(without);
  EXPECT_EQ(found(), "L2-05E");
  ASSERT_TRUE(scanned_.error);
}

TEST_F(Containers, data_set_that_ends_inside_a_sequence_is_truncated) {
  auto builder = object();
  const std::uint64_t at = builder.size();
  builder.sequence(kSequence).item().text(kInside, VR::SH, "A1").end_item();
  scan(builder);
  ASSERT_TRUE(scanned_.error);
  EXPECT_EQ(scanned_.error->code, ErrorCode::Truncated);
  EXPECT_EQ(scanned_.error->offset, at);
  EXPECT_EQ(finding(RuleId{2, 6})->path, "(0040,0275)[1]");
}

TEST_F(Containers, declared_sequence_beyond_the_file_is_truncated_where_it_is_cut) {
  auto builder = object();
  builder.sequence(kSequence, 500).item(400).text(kInside, VR::SH, "A1");
  const std::uint64_t at = builder.size();
  builder.header(Tag(0x0008, 0x0060), VR::CS, 16).raw("SHORT");
  scan(builder);
  ASSERT_TRUE(scanned_.error);
  EXPECT_EQ(scanned_.error->code, ErrorCode::Truncated);
  EXPECT_EQ(scanned_.error->offset, at);
  EXPECT_EQ(scanned_.error->expected, 16U);
  EXPECT_EQ(scanned_.error->actual, 5U);
  EXPECT_EQ(finding(RuleId{2, 4})->path, "(0040,0275)[1].(0008,0060)");
}

}  // namespace
}  // namespace slipring::test

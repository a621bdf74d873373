// Objects cut short at every byte and objects with one byte changed: always an answer, the tape
// always well formed, a cut never taken for a whole.
#include "tests/engine/scan/scan_fixture.h"

namespace slipring::test {
namespace {

namespace tags = dicom::tags;
using dicom::Tag;
using dicom::VR;

// One of everything: nested sequences of both lengths, private elements, an icon, pixel data,
// padding.
std::vector<std::uint8_t> rich(std::string_view uid, bool encapsulated) {
  ObjectBuilder builder;
  builder.preamble().meta(encapsulated ? kRleUid : uid);
  builder.text(tags::SpecificCharacterSet, VR::CS, "ISO_IR 100");
  builder.text(tags::SOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.7");
  builder.text(tags::SOPInstanceUID, VR::UI, "1.2.3.4").text(tags::Modality, VR::CS, "OT");
  builder.text(Tag(0x0009, 0x0010), VR::LO, "ACME").element(Tag(0x0009, 0x1001), VR::UN, "opaque");
  builder.header(Tag(0x0009, 0x1002), VR::UN, dicom::kUndefinedLength);
  const bool big = uid == kExplicitBigUid && !encapsulated;
  const bool implicit = uid == kImplicitLittleUid && !encapsulated;
  builder.encoding(Encoded::ImplicitLittle).item().text(Tag(0x0008, 0x0050), VR::SH, "A1");
  builder.end_item().end_sequence();
  builder.encoding(big        ? Encoded::ExplicitBig
                   : implicit ? Encoded::ImplicitLittle
                              : Encoded::ExplicitLittle);
  builder.us(tags::Rows, 1).us(tags::Columns, 2);
  builder.sequence(Tag(0x0040, 0x0275)).item().sequence(Tag(0x0040, 0x0008), 8 + 10).item(10);
  builder.text(Tag(0x0008, 0x0100), VR::SH, "C1").end_item().item().end_item().end_sequence();
  builder.sequence(tags::IconImageSequence, 8 + 10).item(10).us(tags::Rows, 1);
  if (encapsulated) {
    builder.header(tags::PixelData, VR::OB, dicom::kUndefinedLength).fragment("").fragment("abcd");
    builder.fragment("ef").end_sequence();
  } else {
    builder.element(tags::PixelData, VR::OW, "abcd");
  }
  return builder.element(tags::DataSetTrailingPadding, VR::OB, "zz").take();
}

class Damage : public ScanTest {
 protected:
  static std::vector<std::vector<std::uint8_t>> objects() {
    std::vector<std::vector<std::uint8_t>> all = {
        rich(kExplicitLittleUid, false), rich(kImplicitLittleUid, false),
        rich(kExplicitBigUid, false), rich(kExplicitLittleUid, true)};
    const auto& explicit_object = all[0];
    all.emplace_back(explicit_object.begin() + 132, explicit_object.end());  // no preamble
    return all;
  }
};

TEST_F(Damage, the_whole_objects_are_clean) {
  for (const auto& object : objects()) {
    scan(object);
    EXPECT_FALSE(scanned_.error);
    EXPECT_EQ(scanned_.findings.count(Severity::Error), 0U) << found();
    EXPECT_EQ(scanned_.data_set_end, object.size());
  }
}

TEST_F(Damage, objects_cut_at_every_byte_are_an_error_or_end_between_elements) {
  for (const auto& object : objects()) {
    scan(object);
    const dicom::Tape whole = scanned_.tape;
    for (std::size_t size = 0; size < object.size(); ++size) {
      scan({object.begin(), object.begin() + static_cast<long>(size)});
      if (!dicom::is_dicom(scanned_.kind)) {
        EXPECT_LT(size, 200U);
        continue;
      }
      // What is on the tape was on the whole one, up to what had to be closed.
      std::size_t same = 0;
      while (same < scanned_.tape.size() && scanned_.tape[same].tag == whole[same].tag &&
             scanned_.tape[same].offset == whole[same].offset)
        ++same;
      EXPECT_TRUE(std::all_of(scanned_.tape.begin() + static_cast<long>(same), scanned_.tape.end(),
                              [](const dicom::Element& element) { return element.synthetic(); }))
          << size;
      if (scanned_.error) {
        EXPECT_EQ(scanned_.error->code, ErrorCode::Truncated) << size;
        EXPECT_LE(scanned_.error->offset, size);
        EXPECT_GT(scanned_.findings.count(Severity::Error), 0U) << size;
        continue;
      }
      const bool between = std::ranges::any_of(whole, [&](const dicom::Element& element) {
        return element.depth == 0 && element.header_offset() == size;
      });
      // After the last fragment a cut is told, but nothing is lost by it.
      const bool told = finding({2, 6}) != nullptr || finding({2, 18}) != nullptr;
      EXPECT_TRUE(between || told) << size;
    }
  }
}

TEST_F(Damage, objects_with_one_byte_changed_always_get_an_answer) {
  for (const auto& object : objects()) {
    for (std::size_t at = 0; at < object.size(); ++at) {
      for (const unsigned change : {0x01U, 0x80U, 0xFFU, 0x20U}) {
        auto bytes = object;
        bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ change);
        scan(std::move(bytes));
        EXPECT_EQ(scanned_.more_needed_bytes, 0U);
      }
    }
  }
}

TEST_F(Damage, lengths_near_32_bits_are_errors_and_never_wrap) {
  for (const std::uint32_t length : {0xFFFFFFFEU, 0xFFFFFFF0U, 0x80000000U, 0x7FFFFFFFU}) {
    for (const VR vr : {VR::OB, VR::SQ, VR::UN, VR::UT}) {
      ObjectBuilder builder;
      builder.preamble().meta(kExplicitLittleUid).header(Tag(0x0040, 0x0275), vr, length);
      builder.item(length).raw("12345678");
      scan(builder);
      EXPECT_TRUE(scanned_.error) << length;
    }
  }
}

TEST_F(Damage, zeros_and_repeated_headers_take_no_time) {
  ObjectBuilder zeros;
  zeros.preamble().meta(kExplicitLittleUid).us(tags::Rows, 1).zeros(1 << 22).raw("end");
  scan(zeros);
  EXPECT_TRUE(scanned_.error);
  ObjectBuilder same;
  same.preamble().meta(kExplicitLittleUid);
  for (int i = 0; i < 50000; ++i) same.ul(Tag(0x0028, 0x0000), 0xFFFFFF);
  for (int i = 0; i < 50000; ++i) same.sequence(Tag(0x0008, 0x1140), 0);
  scan(same);
  EXPECT_EQ(scanned_.findings.kept().size(), 41U) << found();
  ObjectBuilder delimiters;
  delimiters.preamble().meta(kExplicitLittleUid).us(tags::Rows, 1);
  for (int i = 0; i < 100000; ++i) delimiters.end_sequence();
  scan(delimiters);
  EXPECT_EQ(scanned_.findings.count(dicom::RuleId{2, 7}), 100000U);
}

}  // namespace
}  // namespace slipring::test

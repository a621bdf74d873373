// Whole files: preamble, meta group, transfer syntax, and what is no DICOM at all.
#include "codecs/deflate/deflate.h"
#include "tests/engine/scan/scan_fixture.h"

namespace slipring::test {
namespace {

using namespace std::string_view_literals;
using dicom::FileKind;
using dicom::RuleId;
namespace tags = dicom::tags;

class Files : public ScanTest {
 protected:
  static ObjectBuilder& data_set(ObjectBuilder& builder) {
    builder.text(tags::SpecificCharacterSet, VR::CS, "ISO_IR 100");
    builder.text(tags::SOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.7");
    builder.text(tags::SOPInstanceUID, VR::UI, "1.2.3.4").text(tags::Modality, VR::CS, "OT");
    return builder.us(tags::Rows, 1).us(tags::Columns, 2).element(tags::PixelData, VR::OW, "ab");
  }
  FileKind kind(std::string_view text) {
    scan(std::vector<std::uint8_t>(text.begin(), text.end()));
    return scanned_.kind;
  }
};

TEST_F(Files, part_10_in_each_native_syntax_is_clean) {
  for (const std::string_view uid : {kExplicitLittleUid, kImplicitLittleUid}) {
    ObjectBuilder builder;
    builder.preamble().meta(uid);
    const std::uint64_t begin = builder.size();
    scan(data_set(builder));
    EXPECT_EQ(scanned_.kind, FileKind::Part10);
    EXPECT_EQ(found(), "");
    EXPECT_EQ(scanned_.transfer_syntax_uid, uid);
    EXPECT_EQ(scanned_.actual, scanned_.declared);
    EXPECT_EQ(scanned_.data_set_begin, begin);
    EXPECT_EQ(scanned_.data_set_end, bytes_.size());
    EXPECT_EQ(scanned_.data_set().number_us(tags::Columns), 2U);
  }
  ObjectBuilder big;
  big.preamble().meta(kExplicitBigUid);
  scan(data_set(big));
  EXPECT_EQ(found(), "L1-12W");  // retired
  EXPECT_EQ(scanned_.data_set().number_us(tags::Columns), 2U);
}

TEST_F(Files, dicm_at_byte_0_is_taken) {
  ObjectBuilder builder;
  builder.raw("DICM").meta(kExplicitLittleUid);
  scan(data_set(builder));
  EXPECT_EQ(scanned_.kind, FileKind::NoPreamble);
  EXPECT_EQ(found(), "L1-01W");
  EXPECT_EQ(scanned_.tape.size(), 7U);
}

TEST_F(Files, meta_group_at_byte_0_is_taken) {
  ObjectBuilder builder;
  builder.meta(kImplicitLittleUid);
  scan(data_set(builder));
  EXPECT_EQ(scanned_.kind, FileKind::NoPreamble);
  EXPECT_EQ(found(), "L1-01W");
  EXPECT_EQ(scanned_.actual->uid, kImplicitLittleUid);
}

TEST_F(Files, bare_data_sets_are_read_in_the_encoding_they_show) {
  constexpr std::pair<Encoded, std::string_view> kAll[] = {
      {Encoded::ExplicitLittle, kExplicitLittleUid},
      {Encoded::ImplicitLittle, kImplicitLittleUid},
      {Encoded::ExplicitBig, kExplicitBigUid}};
  for (const auto& [encoded, uid] : kAll) {
    ObjectBuilder builder(encoded);
    scan(data_set(builder));
    EXPECT_EQ(scanned_.kind, FileKind::NoPreamble);
    EXPECT_EQ(found(), "L1-01W L1-05W");
    ASSERT_NE(scanned_.actual, nullptr);
    EXPECT_EQ(scanned_.actual->uid, uid);
    EXPECT_EQ(scanned_.tape.size(), 7U);
  }
}

TEST_F(Files, part_10_without_meta_group_is_read) {
  ObjectBuilder builder(Encoded::ImplicitLittle);
  builder.preamble();
  scan(data_set(builder));
  EXPECT_EQ(scanned_.kind, FileKind::Part10);
  EXPECT_EQ(scanned_.actual->uid, kImplicitLittleUid);
  EXPECT_EQ(scanned_.tape.size(), 7U);
}

TEST_F(Files, acr_nema_is_told_by_its_recognition_code) {
  ObjectBuilder builder(Encoded::ImplicitLittle);
  builder.ul(Tag(0x0008, 0x0000), 40).ul(Tag(0x0008, 0x0001), 100);
  builder.text(tags::RecognitionCode, VR::SH, "ACR-NEMA 2.0").text(tags::Modality, VR::CS, "CT");
  builder.ul(Tag(0x0028, 0x0000), 30).us(tags::Rows, 1).us(tags::Columns, 2);
  builder.element(tags::PixelData, VR::OW, "ab");
  scan(builder);
  EXPECT_EQ(scanned_.kind, FileKind::AcrNema);
  EXPECT_FALSE(scanned_.error);
  EXPECT_EQ(scanned_.tape.size(), 8U);
}

TEST_F(Files, dicomdir_is_told_by_class_or_by_group_4) {
  ObjectBuilder builder;
  builder.preamble().meta(kExplicitLittleUid, "1.2.840.10008.1.3.10");
  builder.text(Tag(0x0004, 0x1130), VR::CS, "SET").sequence(tags::DirectoryRecordSequence, 0);
  scan(builder);
  EXPECT_EQ(scanned_.kind, FileKind::Dicomdir);
  EXPECT_EQ(found(), "");
}

TEST_F(Files, declared_syntax_that_is_wrong_gives_way_to_what_the_elements_show) {
  struct Row {
    std::string_view declared;
    Encoded real;
    std::string_view actual;
  };
  constexpr Row kRows[] = {
      {kExplicitLittleUid, Encoded::ImplicitLittle, kImplicitLittleUid},
      {kExplicitLittleUid, Encoded::ExplicitBig, kExplicitBigUid},
      {kImplicitLittleUid, Encoded::ExplicitLittle, kExplicitLittleUid},
      {kImplicitLittleUid, Encoded::ExplicitBig, kExplicitBigUid},
      {kExplicitBigUid, Encoded::ExplicitLittle, kExplicitLittleUid},
      {kExplicitBigUid, Encoded::ImplicitLittle, kImplicitLittleUid},
  };
  for (const Row& row : kRows) {
    ObjectBuilder builder;
    builder.preamble().meta(row.declared).encoding(row.real);
    scan(data_set(builder));
    EXPECT_EQ(scanned_.declared->uid, row.declared);
    EXPECT_EQ(scanned_.actual->uid, row.actual) << row.declared;
    EXPECT_TRUE(finding(RuleId{1, 13})) << row.declared;
    EXPECT_EQ(scanned_.tape.size(), 7U) << row.declared;
    EXPECT_FALSE(scanned_.error);
  }
}

// In either byte order these are elements, and those of the wrong one look better: in order, of
// groups a data set may have, defined by the standard.
TEST_F(Files, declared_byte_order_stands_where_the_other_one_can_be_read_too) {
  for (const std::string_view declared : {kExplicitLittleUid, kExplicitBigUid}) {
    ObjectBuilder disorder;
    disorder.preamble().meta(declared);
    for (const Tag tag : {Tag(0x0007, 0x003A), Tag(0x1007, 0x0021), Tag(0x0065, 0x0700)})
      disorder.element(tag, VR::UN, "");
    scan(disorder);
    EXPECT_EQ(scanned_.actual, scanned_.declared) << declared;
    EXPECT_EQ(tape(), "0:(0007,003A) 0:(1007,0021) 0:(0065,0700)") << declared;
    ObjectBuilder defined;
    defined.preamble().meta(declared);
    defined.element(Tag(0x0800, 0x0500), VR::CS, "").element(Tag(0x1000, 0x1000), VR::PN, "");
    scan(defined);
    EXPECT_EQ(scanned_.actual, scanned_.declared) << declared;
    EXPECT_EQ(tape(), "0:(0800,0500) 0:(1000,1000)") << declared;
  }
}

TEST_F(Files, unknown_and_missing_transfer_syntax_are_guessed_and_reported) {
  ObjectBuilder unknown;
  unknown.preamble().meta("1.2.3.99");
  scan(data_set(unknown));
  EXPECT_EQ(found(), "L1-05E L1-05W");
  EXPECT_EQ(scanned_.transfer_syntax_uid, "1.2.3.99");
  EXPECT_EQ(scanned_.declared, nullptr);
  EXPECT_EQ(scanned_.actual->uid, kExplicitLittleUid);
  ObjectBuilder missing;
  missing.preamble().ul(tags::FileMetaInformationGroupLength, 0).encoding(Encoded::ImplicitLittle);
  scan(data_set(missing));
  EXPECT_EQ(scanned_.actual->uid, kImplicitLittleUid);
  EXPECT_TRUE(finding(RuleId{1, 5}));
}

TEST_F(Files, ge_private_and_philips_syntaxes_are_read) {
  ObjectBuilder ge;
  ge.preamble().meta("1.2.840.113619.5.2").encoding(Encoded::ImplicitLittle);
  scan(data_set(ge));
  EXPECT_EQ(found(), "");
  ObjectBuilder philips;
  philips.preamble().meta("1.3.46.670589.33.1.4.1");
  scan(data_set(philips));
  EXPECT_EQ(found(), "");
  ObjectBuilder papyrus;
  papyrus.preamble().meta("1.2.840.10008.1.20").encoding(Encoded::ImplicitLittle);
  scan(data_set(papyrus));
  EXPECT_EQ(found(), "L1-12W");
}

TEST_F(Files, meta_group_length_wrong_or_missing_does_not_matter) {
  for (const std::uint32_t length : {0U, 10U, 5000U, 0xFFFFFFF0U}) {
    ObjectBuilder builder;
    builder.preamble().ul(tags::FileMetaInformationGroupLength, length);
    builder.text(tags::TransferSyntaxUID, VR::UI, kImplicitLittleUid)
        .encoding(Encoded::ImplicitLittle);
    scan(data_set(builder));
    EXPECT_TRUE(finding(RuleId{1, 3})) << length;
    EXPECT_EQ(scanned_.tape.size(), 7U);
  }
  ObjectBuilder builder;
  builder.preamble().text(tags::TransferSyntaxUID, VR::UI, kExplicitLittleUid);
  scan(data_set(builder));
  EXPECT_EQ(found(), "L1-03W L1-06W L1-07W L1-08W");
}

TEST_F(Files, implicit_meta_group_is_read_and_reported) {
  ObjectBuilder builder;
  builder.preamble().encoding(Encoded::ImplicitLittle);
  builder.text(tags::TransferSyntaxUID, VR::UI, kExplicitLittleUid)
      .encoding(Encoded::ExplicitLittle);
  scan(data_set(builder));
  EXPECT_TRUE(finding(RuleId{1, 4}));
  EXPECT_EQ(scanned_.actual->uid, kExplicitLittleUid);
  EXPECT_EQ(scanned_.tape.size(), 7U);
}

TEST_F(Files, meta_group_oddities_are_reported) {
  ObjectBuilder builder;
  builder.preamble().meta(kExplicitLittleUid, "1.2.840.10008.5.1.4.1.1.2");
  builder.text(Tag(0x0002, 0x0099), VR::SH, "X")
      .text(tags::SourceApplicationEntityTitle, VR::AE, "A");
  builder.element(tags::PrivateInformation, VR::OB, "ab");
  scan(data_set(builder));
  EXPECT_EQ(found(), "L1-03W L1-07W L1-09W L1-11W");
  EXPECT_EQ(scanned_.findings.count(RuleId{1, 9}), 2U);
}

TEST_F(Files, deflated_data_sets_are_inflated_raw_or_wrapped) {
  ObjectBuilder inside;
  data_set(inside);
  Buffer deflated;
  ASSERT_TRUE(codecs::deflate::deflate_raw(inside.bytes(), 6, deflated));
  ObjectBuilder raw;
  raw.preamble().meta(kDeflatedUid).raw(deflated.bytes());
  if (raw.size() % 2 != 0) raw.zeros(1);
  const auto bytes = raw.take();
  scan(bytes);
  EXPECT_EQ(found(), "");
  EXPECT_EQ(scanned_.tape.size(), 7U);
  EXPECT_EQ(scanned_.bytes.size(), inside.size());
  EXPECT_EQ(scanned_.data_set_begin, 0U);
  EXPECT_EQ(scanned_.file_bytes.size(), bytes.size());

  ObjectBuilder trailing;
  trailing.preamble().meta(kDeflatedUid).raw(deflated.bytes()).raw("rubbish");
  scan(trailing);
  EXPECT_EQ(found(), "L1-14W");

  std::vector<std::uint8_t> cut(bytes.begin(),
                                bytes.end() - static_cast<long>(deflated.size() / 2));
  scan(cut);
  EXPECT_EQ(found(), "L1-14E");
  ASSERT_TRUE(scanned_.error);
  EXPECT_EQ(scanned_.error->code, ErrorCode::Truncated);
}

TEST_F(Files, deflate_bombs_stop_at_the_limit) {
  const std::vector<std::uint8_t> zeros(1 << 20);
  Buffer deflated;
  ASSERT_TRUE(codecs::deflate::deflate_raw(zeros, 6, deflated));
  ObjectBuilder builder;
  builder.preamble().meta(kDeflatedUid).raw(deflated.bytes());
  scan(builder, {.limits = {.inflated_bytes_max = 1 << 16}});
  ASSERT_TRUE(scanned_.error);
  EXPECT_EQ(scanned_.error->code, ErrorCode::LimitExceeded);
}

TEST_F(Files, data_set_declared_deflated_that_is_not_is_read_as_it_is) {
  ObjectBuilder builder;
  builder.preamble().meta(kDeflatedUid);
  scan(data_set(builder));
  EXPECT_EQ(found(), "L1-13W");
  EXPECT_EQ(scanned_.actual->uid, kExplicitLittleUid);
  EXPECT_EQ(scanned_.tape.size(), 7U);
}

TEST_F(Files, preambles_are_classified) {
  const auto with = [&](std::string_view text) {
    ObjectBuilder builder;
    builder.preamble().meta(kExplicitLittleUid);
    auto bytes = data_set(builder).take();
    std::ranges::copy(text, bytes.begin());
    scan(bytes);
    return found();
  };
  EXPECT_EQ(with(""), "");
  EXPECT_EQ(with("II*\0"sv), "L1-02I");
  EXPECT_EQ(with("PK\3\4"), "L1-02I");
  EXPECT_EQ(with("MZ"), "L1-02W");
  EXPECT_EQ(with("\x7F"
                 "ELF"),
            "L1-02W");
  EXPECT_EQ(with("#!/bin/sh"), "L1-02W");
  EXPECT_EQ(scanned_.kind, FileKind::Part10);
}

TEST_F(Files, files_that_are_not_dicom_are_told_apart) {
  EXPECT_EQ(kind(""), FileKind::Empty);
  EXPECT_EQ(found(), "L0-02E");
  EXPECT_EQ(kind(std::string(5000, '\0')), FileKind::ZeroFilled);
  EXPECT_EQ(kind("PK\3\4 and the rest"), FileKind::Zip);
  EXPECT_EQ(found(), "L0-08E");
  EXPECT_EQ(kind("\x1F\x8B\x08 and the rest"), FileKind::Gzip);
  EXPECT_EQ(kind("name" + std::string(253, '\0') + "ustar" + std::string(250, '\0')),
            FileKind::Tar);
  EXPECT_EQ(kind("\xFF\xD8\xFF\xE0\0\4ab\xFF\xC0\0\4"sv), FileKind::Jpeg);
  EXPECT_EQ(kind("\xFF\xD8\xFF\xF7\0\4ab"sv), FileKind::JpegLs);
  EXPECT_EQ(kind("\xFF\x4F\xFF\x51 codestream"), FileKind::Jpeg2000);
  EXPECT_EQ(kind("\0\0\0\x0CjP  \r\n\x87\n"sv), FileKind::Jpeg2000);
  EXPECT_EQ(kind("\xFF\x0A codestream"), FileKind::JpegXl);
  EXPECT_EQ(kind("\x89PNG\r\n\x1A\n"), FileKind::Png);
  EXPECT_EQ(kind("II*\0 tiff"sv), FileKind::Tiff);
  EXPECT_EQ(kind("MM\0* tiff"sv), FileKind::Tiff);
  EXPECT_EQ(kind("GIF89a"), FileKind::Gif);
  EXPECT_EQ(kind("BM\x14\0\0\0\0\0\0\0\x0E\0\0\0bitmap"sv), FileKind::Bmp);
  EXPECT_EQ(kind("%PDF-1.7"), FileKind::Pdf);
  EXPECT_EQ(kind("\x7F"
                 "ELF\2\1\1"),
            FileKind::Elf);
  EXPECT_EQ(kind("MZ\x90" + std::string(100, '\0')), FileKind::Exe);
  EXPECT_EQ(kind("\x5C\1\0\0"sv), FileKind::Nifti);
  EXPECT_EQ(kind("  <!DOCTYPE html><p>"), FileKind::Html);
  EXPECT_EQ(kind("<?xml version='1.0'?>"), FileKind::Xml);
  EXPECT_EQ(kind("{ \"a\": 1 }"), FileKind::Json);
  EXPECT_EQ(kind("[1, 2]"), FileKind::Json);
  EXPECT_EQ(kind("Patient list\r\n1;2;3\r\n"), FileKind::Text);
  EXPECT_EQ(kind("\xEF\xBB\xBFna\xC3\xAFve"), FileKind::Text);
  EXPECT_EQ(kind("\xFF\xFEh\0i\0"sv), FileKind::Text);
  EXPECT_EQ(kind("\1\2\3\4\5\6\7\x10\x11"), FileKind::Unknown);
  std::string iso(40000, '\0');
  iso[0] = 'x';
  iso.replace(32769, 5, "CD001");
  EXPECT_EQ(kind(iso), FileKind::Iso9660);
  EXPECT_EQ(scanned_.actual, nullptr);
  EXPECT_FALSE(scanned_.error);
}

TEST_F(Files, text_and_binary_that_begin_a_little_like_a_data_set_are_not_taken_for_one) {
  EXPECT_FALSE(dicom::is_dicom(kind("\x08\0\x05\0CS\x04\0text that goes on and on and on"sv)));
  EXPECT_FALSE(dicom::is_dicom(kind("\x08\0\0\0\x04\0\0\0\1\2\3\4\x08\0\1\0\xFF\xFF\xFF\x7F"sv)));
  EXPECT_FALSE(dicom::is_dicom(kind(std::string(128, ' ') + "DICOM is a standard")));
  EXPECT_FALSE(dicom::is_dicom(kind(std::string(400, '\2'))));
}

TEST_F(Files, file_that_ends_after_the_meta_group_has_an_error) {
  ObjectBuilder builder;
  builder.preamble().meta(kExplicitLittleUid);
  scan(builder);
  ASSERT_TRUE(scanned_.error);
  EXPECT_EQ(scanned_.error->code, ErrorCode::Truncated);
  ObjectBuilder magic_only;
  magic_only.preamble();
  scan(magic_only);
  EXPECT_EQ(scanned_.kind, FileKind::Part10);
  EXPECT_TRUE(scanned_.error);
}

TEST_F(Files, one_scanned_serves_many_files) {
  ObjectBuilder first;
  first.preamble().meta(kExplicitLittleUid);
  scan(data_set(first));
  kind("just text");
  EXPECT_TRUE(scanned_.tape.empty());
  EXPECT_TRUE(scanned_.meta_tape.empty());
  EXPECT_EQ(scanned_.transfer_syntax_uid, "");
  EXPECT_TRUE(scanned_.findings.empty());
}

}  // namespace
}  // namespace slipring::test

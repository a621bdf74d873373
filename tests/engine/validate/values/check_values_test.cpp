#include "engine/validate/values/check_values.h"

#include <gtest/gtest.h>

#include "tests/engine/validate/validate_fixture.h"

namespace slipring::test {
namespace {

// The only finding of an object with one element.
dicom::Finding only(FileBytes bytes) {
  const Validated validated(std::move(bytes));
  EXPECT_EQ(validated.findings().kept().size(), 1U) << validated.all();
  return validated.findings().kept().empty() ? dicom::Finding{}
                                             : validated.findings().kept().front();
}

std::uint64_t offset_of(const FileBytes& bytes, std::string_view text) {
  return as_text(bytes).find(text);
}

TEST(CheckValues, TheOffsetIsOfTheByteThatIsWrong) {
  const FileBytes code = with({0x0008, 0x0060}, VR::CS, "CT\\mr ");
  EXPECT_EQ(only(code).offset, offset_of(code, "mr"));
  EXPECT_EQ(only(code).message, "CS value 2 has byte 6D at 0, which CS does not allow");
  const FileBytes date = with({0x0010, 0x0030}, VR::DA, "1993.08.22");
  EXPECT_EQ(only(date).message, "DA value 1 is in the form YYYY.MM.DD of ACR-NEMA");
  const FileBytes numbers = with({0x0020, 0x0032}, VR::DS, "1.5\\-2\\x3 ");
  EXPECT_EQ(only(numbers).offset, offset_of(numbers, "x3"));
  const FileBytes name = with({0x0010, 0x0010}, VR::PN,
                              "abc\xE9"
                              "d ");
  EXPECT_EQ(only(name).offset, offset_of(name, "\xE9"));
  EXPECT_EQ(only(name).message, "PN: 1 bytes mean nothing in ISO-IR 6, (0008,0005) is absent");
}

TEST(CheckValues, ManyUidsOfFullLengthAreRight) {
  const std::string uid = "1." + std::string(62, '2');
  EXPECT_TRUE(
      Validated(with({0x0008, 0x001A}, VR::UI, uid + "\\" + uid + "\\1.2" + std::string("\0", 1)))
          .findings()
          .empty());
  EXPECT_EQ(
      only(with({0x0008, 0x001A}, VR::UI, uid + "\\" + uid + "33" + std::string("\0", 1))).message,
      "UI value 2 is longer than 64 characters");
}

TEST(CheckValues, AnItemsCharacterSetHoldsInsideItAndNoFurther) {
  const auto build = [](bool second) {
    ObjectBuilder b = object();
    b.text(tags::SpecificCharacterSet, VR::CS, "ISO_IR 192");
    identity(b).sequence({0x0040, 0x0275});
    b.item().text(tags::SpecificCharacterSet, VR::CS, "ISO_IR 100");
    b.element({0x0040, 0x0007}, VR::LO, "\xFCz").end_item();
    b.item().element({0x0040, 0x0007}, VR::LO, second ? "\xFCz" : "\xC3\xBC").end_item();
    return b.end_sequence().element({0x4008, 0x010B}, VR::ST, "\xC3\xBC").take();
  };
  EXPECT_TRUE(Validated(build(false)).findings().empty()) << Validated(build(false)).all();
  const dicom::Finding finding = only(build(true));
  EXPECT_EQ(finding.path, "(0040,0275)[2].(0040,0007)");
  EXPECT_EQ(finding.message, "LO: 1 bytes mean nothing in ISO-IR 192");
}

TEST(CheckValues, MoreValuesThanABatchHoldsAreAllLookedAt) {
  ObjectBuilder b = object();
  identity(b);
  for (std::uint16_t i = 0; i < 1000; ++i)
    b.element({0x0009, static_cast<std::uint16_t>(0x1000 + i)}, VR::IS,
              i % 100 == 99 ? "1x" : "12");
  const Validated validated(b.take());
  EXPECT_EQ(validated.findings().count(dicom::RuleId{2, 20}), 10U) << validated.all();
}

TEST(CheckValues, AMillionFaultsCostACountEach) {
  ObjectBuilder b = object();
  identity(b).sequence({0x0040, 0x0275});
  for (int i = 0; i < 100'000; ++i) b.item(12).element({0x0010, 0x0030}, VR::DA, "2024");
  const Validated validated(b.end_sequence().take());
  EXPECT_EQ(validated.findings().count(dicom::RuleId{2, 20}), 100'000U);
  EXPECT_EQ(validated.findings().kept().size(), dicom::Findings::kKeptPerRule);
}

TEST(CheckValues, NothingIsSaidOfValuesWhenNobodyAsks) {
  validate::Options options;
  options.values = options.object = false;
  EXPECT_TRUE(Validated(with({0x0010, 0x0030}, VR::DA, "2024"), options).findings().empty());
}

TEST(CheckValues, BigEndianNumbersAreReadAsSuch) {
  ObjectBuilder b = object(kExplicitBigUid);
  identity(b).header({0x0068, 0x6365}, VR::FD, 8).u32(0x3FF00000).u32(0x00007FF0);
  const Validated validated(b.take());
  EXPECT_EQ(validated.findings().count(dicom::RuleId{2, 20}), 0U) << validated.all();
}

}  // namespace
}  // namespace slipring::test

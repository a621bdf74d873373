#include "engine/validate/values/text.h"

#include <gtest/gtest.h>

#include <string>

namespace slipring::validate::values {
namespace {

using dicom::VR;

TextFacts read(VR vr, std::string_view text, std::string_view charset = {}) {
  return read_text(as_bytes(text), dicom::parse_specific_character_set(charset), text_shape(vr));
}

bool faultless(const TextFacts& facts) {
  return facts.nul.count + facts.control.count + facts.line.count + facts.undecodable.count +
             facts.undeclared.count + facts.not_reset.count + facts.too_long.count +
             facts.groups.count + facts.components.count ==
         0;
}

std::string repeat(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

TEST(Text, LengthsAreInCharactersNotInBytes) {
  const std::string umlauts = repeat("\xC3\xBC", 16);
  EXPECT_TRUE(faultless(read(VR::SH, umlauts, "ISO_IR 192")));
  EXPECT_EQ(read(VR::SH, umlauts, "ISO_IR 192").longest_characters, 16U);
  EXPECT_EQ(read(VR::SH, umlauts + "\xC3\xBC", "ISO_IR 192").too_long.count, 1U);
  EXPECT_EQ(read(VR::SH, umlauts, "ISO_IR 100").longest_characters, 32U);
  // Four bytes a character.
  EXPECT_TRUE(faultless(read(VR::SH, repeat("\x81\x30\x81\x30", 16), "GB18030")));
  EXPECT_TRUE(faultless(read(VR::SH, repeat("\xD0\xA1", 16), "GBK")));
}

TEST(Text, EscapeSequencesAreNotCounted) {
  const std::string kanji = "\x1B$B" + repeat(";3", 16) + "\x1B(B";
  const TextFacts facts = read(VR::SH, kanji, "\\ISO 2022 IR 87");
  EXPECT_TRUE(faultless(facts));
  EXPECT_EQ(facts.longest_characters, 16U);
}

TEST(Text, EachValueAndEachGroupOfANameIsMeasuredAlone) {
  EXPECT_TRUE(faultless(read(VR::SH, repeat("1234567890123456\\", 5))));
  EXPECT_EQ(read(VR::SH, "12345678901234567\\1\\12345678901234567").too_long.count, 2U);
  const std::string group(64, 'a');
  EXPECT_TRUE(faultless(read(VR::PN, group + "=" + group + "=" + group)));
  EXPECT_EQ(read(VR::PN, group + "b=c").too_long.count, 1U);
  EXPECT_EQ(read(VR::PN, "a=b=c=d").groups.count, 1U);
  EXPECT_EQ(read(VR::PN, "a^b^c^d^e^f^g").components.count, 1U);
  EXPECT_TRUE(faultless(read(VR::PN, "a^b^c^d^e\\f=g=h\\i")));
}

TEST(Text, ABackslashInsideATwoByteCharacterSeparatesNothing) {
  // GB18030 and GBK: second bytes from 40 on, so 5C is one of them.
  EXPECT_TRUE(faultless(read(VR::SH, repeat("\x81\x5C", 16), "GB18030")));
  EXPECT_EQ(read(VR::SH, repeat("\x81\x5C", 17), "GBK").too_long.count, 1U);
}

TEST(Text, NamesOfTheStandardsExamplesAreFaultless) {
  // PS3.5 H.3.1, H.3.2, I.2, J.3, J.4, K.2
  EXPECT_TRUE(faultless(read(
      VR::PN,
      "Yamada^Tarou=\x1B\x24\x42\x3B\x33\x45\x44\x1B\x28\x42^\x1B\x24\x42\x42\x40\x4F\x3A\x1B\x28"
      "\x42=\x1B\x24\x42\x24\x64\x24\x5E\x24\x40\x1B\x28\x42^\x1B\x24\x42\x24\x3F\x24\x6D\x24\x26"
      "\x1B\x28\x42",
      "\\ISO 2022 IR 87")));
  EXPECT_TRUE(faultless(read(
      VR::PN,
      "\xD4\xCF\xC0\xDE^\xC0\xDB\xB3=\x1B\x24\x42\x3B\x33\x45\x44\x1B\x28\x4A^\x1B\x24\x42\x42\x40"
      "\x4F\x3A\x1B\x28\x4A",
      "ISO 2022 IR 13\\ISO 2022 IR 87")));
  EXPECT_TRUE(faultless(read(
      VR::PN,
      "Hong^Gildong=\x1B\x24\x29\x43\xFB\xF3^\x1B\x24\x29\x43\xD1\xCE\xD4\xD7=\x1B\x24\x29\x43\xC8"
      "\xAB^\x1B\x24\x29\x43\xB1\xE6\xB5\xBF",
      "\\ISO 2022 IR 149")));
  EXPECT_TRUE(
      faultless(read(VR::PN, "Wang^XiaoDong=\xE7\x8E\x8B^\xE5\xB0\x8F\xE6\x9D\xB1", "ISO_IR 192")));
  EXPECT_TRUE(faultless(read(VR::PN, "Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB", "GB18030")));
  EXPECT_TRUE(faultless(
      read(VR::PN, "Zhang^XiaoDong=\x1B\x24\x29\x41\xD5\xC5^\x1B\x24\x29\x41\xD0\xA1\xB6\xAB=",
           "\\ISO 2022 IR 58")));
}

TEST(Text, ASetThatIsNotDesignatedAgainAfterADelimiterCannotBeRead) {
  EXPECT_EQ(
      read(VR::PN, "\x1B\x24\x29\x43\xFB\xF3^\xD1\xCE", "\\ISO 2022 IR 149").undecodable.count, 2U);
}

TEST(Text, LinesEndWhereTheyMayAndControlCharactersNowhere) {
  EXPECT_TRUE(faultless(read(VR::UT, "a\tb\r\nc\f")));
  EXPECT_EQ(read(VR::LO, "a\tb\r\nc").line.count, 3U);
  EXPECT_EQ(read(VR::UT, std::string_view("a\0b\x01\x7F", 5)).nul.count, 1U);
  EXPECT_EQ(read(VR::UT, std::string_view("a\0b\x01\x7F", 5)).control.count, 2U);
  EXPECT_EQ(read(VR::LT, "\x1B$B;3\r\nabc", "\\ISO 2022 IR 87").not_reset.count, 1U);
}

TEST(Text, BytesUnderAnUnknownTermAreNotJudged) {
  EXPECT_TRUE(faultless(read(VR::LO, "\x80\xFF\x90", "MARTIAN")));
  EXPECT_EQ(read(VR::LO, "\x80\xFF\x90", "ISO_IR 100").undecodable.count, 2U);
}

TEST(Text, TrailingSpacesDoNotCount) {
  EXPECT_TRUE(faultless(read(VR::SH, "1234567890123456        ")));
  EXPECT_TRUE(faultless(read(VR::SH, "12345678901234  \\x")));
}

}  // namespace
}  // namespace slipring::validate::values

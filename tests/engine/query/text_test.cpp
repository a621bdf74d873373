// The examples of PS3.5 Annex H to K, as bytes.
#include "engine/query/text.h"

#include <gtest/gtest.h>

namespace slipring::query {
namespace {

std::string converted(std::string_view bytes, std::string_view set, dicom::VR vr = dicom::VR::PN) {
  return utf8_text(as_bytes(bytes), dicom::parse_specific_character_set(set), vr);
}

TEST(QueryTextTest, SingleByteSetsBecomeUtf8) {
  EXPECT_EQ(converted("DOE^JOHN", ""), "DOE^JOHN");
  EXPECT_EQ(converted("Buc^J\xE9r\xF4me", "ISO_IR 100"), "Buc^Jérôme");
  EXPECT_EQ(converted("\xBB\xEE\xDA", "ISO_IR 144"), "Люк");
  EXPECT_EQ(converted("\xC4\xE9\xEF", "ISO_IR 126"), "Διο");
  EXPECT_EQ(converted("Müller", "ISO_IR 192"), "Müller");
}

TEST(QueryTextTest, EscapeSequencesSwitchAndDelimitersSwitchBack) {
  EXPECT_EQ(converted("Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B", "\\ISO 2022 IR 87"),
            "Yamada^Tarou=山田^太郎");
  EXPECT_EQ(converted("\xD4\xCF\xC0\xDE^\xC0\xDB\xB3", "ISO_IR 13"), "ﾔﾏﾀﾞ^ﾀﾛｳ");
  EXPECT_EQ(converted("Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7", "\\ISO 2022 IR 149"),
            "Hong^Gildong=洪^吉洞");
}

TEST(QueryTextTest, ChineseSetsBecomeUtf8) {
  EXPECT_EQ(converted("Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB", "GB18030"),
            "Wang^XiaoDong=王^小东");
  EXPECT_EQ(converted("\xCD\xF5", "GBK"), "王");
}

TEST(QueryTextTest, BytesThatMeanNothingStayAsTheyAre) {
  EXPECT_EQ(converted("A\xE9", ""), "A\xE9");
  EXPECT_EQ(converted("A\x1Bzz", "ISO_IR 100"), "A\x1Bzz");
  EXPECT_EQ(converted("A\xFF", "ISO_IR 192"), "A\xFF");
  EXPECT_EQ(converted("", "ISO_IR 192"), "");
}

}  // namespace
}  // namespace slipring::query

#include "engine/dicom/escape.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace slipring::dicom {
namespace {

using namespace std::string_view_literals;

std::string json_string(std::string_view bytes) {
  std::string out;
  append_json_string(out, bytes);
  return out;
}

TEST(Escape, LeavesOrdinaryPathsAndMultiValuesAlone) {
  for (const auto text : {"CT/a/0f3.dcm"sv, "ORIGINAL\\PRIMARY"sv, "caf\xC3\xA9"sv, ""sv}) {
    EXPECT_EQ(terminal_text(text), text);
    EXPECT_EQ(json_text(text), text);
  }
}

TEST(Escape, ShowsInvalidBytesAsHexadecimal) {
  EXPECT_EQ(json_text("caf\xE9"sv), "caf\\xe9");
  EXPECT_EQ(terminal_text("\xED\xA0\x80"sv), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(terminal_text("\xC0\xAF"sv), "\\xc0\\xaf");           // an overlong '/'
  EXPECT_EQ(terminal_text("\xF4\x90\x80\x80"sv), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(terminal_text("\xE2\x82"sv), "\\xe2\\x82");  // ends too early
}

TEST(Escape, LetsNoControlReachATerminal) {
  EXPECT_EQ(terminal_text("a\x1B[2Jb\nc\0"sv), "a\\x1b[2Jb\\x0ac\\x00");
  EXPECT_EQ(terminal_text("\x7F\xC2\x9B"sv), "\\x7f\\xc2\\x9b");
  EXPECT_EQ(terminal_text("gpj.\xE2\x80\xAE"
                          "exe"sv),
            "gpj.\\xe2\\x80\\xae"
            "exe");
}

TEST(Escape, QuotesJsonStrings) {
  EXPECT_EQ(json_string("a\"b\\c\n\x1B"sv), R"("a\"b\\c\u000a\u001b")");
  EXPECT_EQ(json_string("\xFF\xC2\x9B\xE2\x80\xA8"sv), R"("\\xff\u009b\u2028")");
}

TEST(Escape, IsReversibleForEveryPairOfBytesEvenAfterABackslashAndX) {
  for (unsigned a = 0; a < 256; ++a)
    for (unsigned b = 0; b < 256; ++b)
      for (const auto prefix : {""sv, "\\"sv, "\\x"sv, "\\x4"sv, "\\\\x"sv}) {
        std::string bytes(prefix);
        bytes += static_cast<char>(a);
        bytes += static_cast<char>(b);
        ASSERT_EQ(unescape(terminal_text(bytes)), bytes);
        ASSERT_EQ(unescape(json_text(bytes)), bytes);
      }
}

TEST(Escape, CountsUtf8Sequences) {
  EXPECT_EQ(utf8_sequence_bytes(""), 0U);
  EXPECT_EQ(utf8_sequence_bytes("a"), 1U);
  EXPECT_EQ(utf8_sequence_bytes("\xC2\x80"), 2U);
  EXPECT_EQ(utf8_sequence_bytes("\xE0\xA0\x80"), 3U);
  EXPECT_EQ(utf8_sequence_bytes("\xE0\x9F\x80"), 0U);
  EXPECT_EQ(utf8_sequence_bytes("\xF0\x90\x80\x80"), 4U);
  EXPECT_EQ(utf8_sequence_bytes("\xF4\x8F\xBF\xBF"), 4U);
  EXPECT_EQ(utf8_sequence_bytes("\x80"), 0U);
}

}  // namespace
}  // namespace slipring::dicom

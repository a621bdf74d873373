#include "engine/dicom/charset.h"

#include <gtest/gtest.h>

#include <string>

namespace slipring::dicom {
namespace {

CharsetProblem problem(std::string_view value) {
  return parse_specific_character_set(value).problem;
}

TEST(Charset, EveryDefinedTermIsKnown) {
  for (const char* term : {"",
                           "ISO_IR 100",
                           "ISO_IR 101",
                           "ISO_IR 109",
                           "ISO_IR 110",
                           "ISO_IR 144",
                           "ISO_IR 127",
                           "ISO_IR 126",
                           "ISO_IR 138",
                           "ISO_IR 148",
                           "ISO_IR 203",
                           "ISO_IR 13",
                           "ISO_IR 166",
                           "ISO_IR 192",
                           "ISO_IR 6 ",
                           "GB18030",
                           "GBK",
                           "ISO 2022 IR 6",
                           "ISO 2022 IR 100",
                           "ISO 2022 IR 13",
                           "ISO 2022 IR 166",
                           "\\ISO 2022 IR 87",
                           "ISO 2022 IR 6\\ISO 2022 IR 87\\ISO 2022 IR 159",
                           "\\ISO 2022 IR 149",
                           "\\ISO 2022 IR 58",
                           "ISO 2022 IR 100\\ISO 2022 IR 144"})
    EXPECT_EQ(problem(term), CharsetProblem::None) << term;
}

TEST(Charset, WhatCannotStandThereIsSaidWithItsValue) {
  EXPECT_EQ(problem("ISO_IR 999"), CharsetProblem::UnknownTerm);
  EXPECT_EQ(problem("latin1"), CharsetProblem::UnknownTerm);
  EXPECT_EQ(problem("ISO_IR 87"), CharsetProblem::UnknownTerm);
  EXPECT_EQ(problem("ISO 2022 IR 192"), CharsetProblem::UnknownTerm);
  EXPECT_EQ(problem("ISO 2022 IR 87"), CharsetProblem::ExtensionNotFirst);
  EXPECT_EQ(problem("ISO_IR 192\\ISO 2022 IR 87"), CharsetProblem::NotCombinable);
  EXPECT_EQ(problem("ISO_IR 100\\ISO 2022 IR 87"), CharsetProblem::NotAnExtensionTerm);
  EXPECT_EQ(parse_specific_character_set("ISO 2022 IR 6\\xyz").problem_value, 2);
  EXPECT_FALSE(parse_specific_character_set("xyz").known);
}

TEST(Charset, ATermThatIsNearlyOneIsTakenForIt) {
  for (const char* term : {"ISO-IR 100", "ISO_IR_100", "ISO IR 100", "iso_ir 100", "ISO_IR100"}) {
    const SpecificCharacterSet charset = parse_specific_character_set(term);
    EXPECT_EQ(charset.first, CharacterSet::Latin1) << term;
    EXPECT_EQ(charset.problem, CharsetProblem::UnknownTerm) << term;
    EXPECT_TRUE(charset.known);
  }
}

// The kinds of the steps through text: C character, E escape, U undeclared, X unknown escape, ?
// undecodable.
std::string steps(std::string_view text, std::string_view charset) {
  TextReader reader(as_bytes(text), parse_specific_character_set(charset));
  std::string kinds;
  while (!reader.done()) kinds += "CEUX?"[static_cast<std::size_t>(reader.next().kind)];
  return kinds;
}

TEST(Charset, Utf8IsReadStrictly) {
  EXPECT_EQ(steps("a\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80", "ISO_IR 192"), "CCCC");
  EXPECT_EQ(steps("\xC0\x80", "ISO_IR 192"), "??") << "overlong";
  EXPECT_EQ(steps("\xE0\x80\x80", "ISO_IR 192"), "???") << "overlong";
  EXPECT_EQ(steps("\xED\xA0\x80", "ISO_IR 192"), "???") << "a surrogate";
  EXPECT_EQ(steps("\xF4\x90\x80\x80", "ISO_IR 192"), "????") << "above U+10FFFF";
  EXPECT_EQ(steps("\xE2\x82", "ISO_IR 192"), "??") << "cut short";
  EXPECT_EQ(steps("\xFF", "ISO_IR 192"), "?");
}

TEST(Charset, HolesOfSingleByteSetsCannotBeRead) {
  EXPECT_EQ(steps("\xE9\xFF", "ISO_IR 100"), "CC");
  EXPECT_EQ(steps("\x80\x9F", "ISO_IR 100"), "??");
  EXPECT_EQ(steps("\xA5", "ISO_IR 109"), "?");
  EXPECT_EQ(steps("\xC0\xC1", "ISO_IR 127"), "?C");
  EXPECT_EQ(steps("\xD2\xD3", "ISO_IR 126"), "?C");
  EXPECT_EQ(steps("\xBF\xC0\xDE\xDF\xE0", "ISO_IR 138"), "???CC");
  EXPECT_EQ(steps("\xDB\xDF", "ISO_IR 166"), "?C");
  EXPECT_EQ(steps("\xA1\xDF\xE0", "ISO_IR 13"), "CC?");
  EXPECT_EQ(steps("\xE9", ""), "?");
}

TEST(Charset, EscapesSwitchOnlyToSetsThatAreDeclared) {
  EXPECT_EQ(steps("\x1B-A\xE9\x1B-L\xE9", "ISO 2022 IR 100\\ISO 2022 IR 144"), "ECEC");
  EXPECT_EQ(steps("\x1B-F\xE9", "ISO 2022 IR 100\\ISO 2022 IR 144"), "UC");
  EXPECT_EQ(steps("\x1B-A\xE9", "ISO_IR 100"), "UC") << "no code extensions with one value";
  EXPECT_EQ(steps("\x1B(Bab", "\\ISO 2022 IR 87"), "ECC");
  EXPECT_EQ(steps("\x1B%Gab", "\\ISO 2022 IR 87"), "XCCCC");
  EXPECT_EQ(steps("\x1B", "\\ISO 2022 IR 87"), "X");
  EXPECT_EQ(steps("\x1B$(D\x22\x2F\x1B(B", "\\ISO 2022 IR 159"), "ECE");
  EXPECT_EQ(steps("\x1B$B;3E", "\\ISO 2022 IR 87"), "EC?") << "half a character";
}

TEST(Charset, ResettingGoesBackToValueOne) {
  TextReader reader(as_bytes("\x1B$B;3x"), parse_specific_character_set("\\ISO 2022 IR 87"));
  reader.next();
  reader.next();
  EXPECT_TRUE(reader.must_reset());
  reader.reset();
  EXPECT_FALSE(reader.must_reset());
  EXPECT_EQ(reader.next().code, 'x');
  EXPECT_TRUE(reader.done());
}

TEST(Charset, AnyBytesInAnySetComeToAnEnd) {
  for (const char* charset :
       {"", "ISO_IR 100", "ISO_IR 192", "GB18030", "GBK", "ISO 2022 IR 13\\ISO 2022 IR 87",
        "\\ISO 2022 IR 149\\ISO 2022 IR 58\\ISO 2022 IR 159"})
    for (unsigned first = 0; first < 256; ++first)
      for (unsigned second = 0; second < 256; ++second) {
        const std::string text{'\x1B', '$',    static_cast<char>(first), static_cast<char>(second),
                               '(',    '\x8F', static_cast<char>(second)};
        std::size_t read = 0;
        TextReader reader(as_bytes(text), parse_specific_character_set(charset));
        while (!reader.done()) read += reader.next().length_bytes;
        ASSERT_EQ(read, text.size());
      }
}

}  // namespace
}  // namespace slipring::dicom

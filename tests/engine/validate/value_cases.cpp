#include "tests/engine/validate/rule_cases.h"

namespace slipring::test {

namespace {

using enum dicom::Severity;

constexpr Tag kPatientName{0x0010, 0x0010}, kBirthDate{0x0010, 0x0030}, kPatientID{0x0010, 0x0020},
    kComments{0x0010, 0x4000}, kOtherNames{0x0010, 0x1001}, kRequest{0x0040, 0x0275},
    kStepDescription{0x0040, 0x0007}, kTextValue{0x0040, 0xA160},
    kDimensionPosition{0x0068, 0x6365};

// A name in the second item of a sequence.
FileBytes nested(std::string_view value) {
  ObjectBuilder builder = object();
  identity(builder).sequence(kRequest).item().end_item().item();
  builder.element(kStepDescription, VR::LO, value);
  return builder.end_item().end_sequence().take();
}

FileBytes implicit(Tag tag, std::string_view value) {
  ObjectBuilder builder = object(kImplicitLittleUid);
  return identity(builder).element(tag, VR::LO, value).take();
}

std::string many_values() {
  std::string text;
  while (text.size() < 70000) text += "abc\\";
  return text + "abcd";
}

}  // namespace

std::vector<RuleCase> value_cases() {
  return {
      {{2, 15},
       Warning,
       "an unknown term",
       [] { return with(kPatientID, VR::LO, "abcd", "ISO_IR 999"); },
       [] { return with(kPatientID, VR::LO, "abcd", "ISO_IR 100"); },
       "(0008,0005)"},
      {{2, 15},
       Warning,
       "UTF-8 beside another set",
       [] { return with(kPatientID, VR::LO, "abcd", "ISO_IR 192\\ISO 2022 IR 87"); },
       [] { return with(kPatientID, VR::LO, "abcd", "ISO_IR 192"); },
       "(0008,0005)"},
      {{2, 16},
       Warning,
       "Latin letters without a character set",
       [] { return with(kPatientName, VR::PN, "M\xFCller"); },
       [] { return with(kPatientName, VR::PN, "M\xFCller", "ISO_IR 100"); },
       "(0010,0010)"},
      {{2, 16},
       Warning,
       "broken UTF-8",
       [] { return with(kPatientName, VR::PN, "M\xC3(ller", "ISO_IR 192"); },
       [] { return with(kPatientName, VR::PN, "M\xC3\xBCllers", "ISO_IR 192"); },
       "(0010,0010)"},
      {{2, 17},
       Warning,
       "an escape sequence that is not announced",
       [] { return with(kPatientName, VR::PN, "\x1B$B;3ED\x1B(B"); },
       [] { return with(kPatientName, VR::PN, "\x1B$B;3ED\x1B(B", "\\ISO 2022 IR 87"); },
       "(0010,0010)"},
      {{2, 17},
       Warning,
       "a two-byte set not switched back",
       [] { return with(kPatientName, VR::PN, "\x1B$B;3ED ", "\\ISO 2022 IR 87"); },
       [] { return with(kPatientName, VR::PN, "\x1B$B;3ED\x1B(B", "\\ISO 2022 IR 87"); },
       "(0010,0010)"},
      {{2, 19},
       Warning,
       "more than a 16-bit length can say",
       [] { return implicit(kOtherNames, many_values()); },
       [] { return implicit(kOtherNames, "a\\bc"); },
       "(0010,1001)"},
      {{2, 20},
       Warning,
       "no day of the calendar",
       [] { return with(kBirthDate, VR::DA, "20230229"); },
       [] { return with(kBirthDate, VR::DA, "20240229"); },
       "(0010,0030)"},
      {{2, 20},
       Warning,
       "too many characters in an item",
       [] { return nested(std::string(66, 'a')); },
       [] { return nested(std::string(64, 'a')); },
       "(0040,0275)[2].(0040,0007)"},
      {{2, 20},
       Warning,
       "a number that is none",
       [] {
         const double infinite = 1e308 * 10;
         return with(kDimensionPosition, VR::FD,
                     std::string_view(reinterpret_cast<const char*>(&infinite), sizeof infinite));
       },
       [] { return with(kDimensionPosition, VR::FD, std::string_view("\0\0\0\0\0\0\0\0", 8)); },
       "(0068,6365)"},
      {{2, 21},
       Warning,
       "text padded with NUL",
       [] { return with(kPatientID, VR::LO, std::string_view("abc\0", 4)); },
       [] { return with(kPatientID, VR::LO, "abc "); },
       "(0010,0020)"},
      {{2, 21},
       Warning,
       "a UID padded with a space",
       [] { return with({0x0008, 0x1155}, VR::UI, "1.2.345 "); },
       [] { return with({0x0008, 0x1155}, VR::UI, std::string_view("1.2.345\0", 8)); },
       "(0008,1155)"},
      {{2, 22},
       Warning,
       "NUL inside a name",
       [] { return with(kPatientName, VR::PN, std::string_view("a\0bc", 4)); },
       [] { return with(kPatientName, VR::PN, "a bc"); },
       "(0010,0010)"},
      {{2, 22},
       Warning,
       "NUL inside a code",
       [] { return with({0x0008, 0x0060}, VR::CS, std::string_view("C\0TT", 4)); },
       [] { return with({0x0008, 0x0060}, VR::CS, "CT"); },
       "(0008,0060)"},
      {{2, 23},
       Warning,
       "a bell in a comment",
       [] {
         return with(kComments, VR::LT,
                     "a\x07"
                     "bc");
       },
       [] { return with(kComments, VR::LT, "a\r\nb"); },
       "(0010,4000)"},
      {{2, 23},
       Warning,
       "a control character in an AE title",
       [] { return with({0x0008, 0x0054}, VR::AE, "A\x01"); },
       [] { return with({0x0008, 0x0054}, VR::AE, "AB"); },
       "(0008,0054)"},
  };
}

}  // namespace slipring::test

#include "engine/validate/values/grammar.h"

#include <gtest/gtest.h>

#include <string>

namespace slipring::validate::values {
namespace {

using dicom::VR;

void good(VR vr, std::initializer_list<std::string_view> all) {
  for (const std::string_view value : all)
    EXPECT_FALSE(complaint(vr, value)) << "'" << value << "': " << complaint(vr, value).what;
}

void bad(VR vr, std::initializer_list<std::string_view> all) {
  for (const std::string_view value : all) EXPECT_TRUE(complaint(vr, value)) << "'" << value << "'";
}

TEST(Grammar, AnApplicationEntityHas16CharactersAndIsNotOnlySpaces) {
  good(VR::AE, {"", "A", "STORESCP", " lead", "1234567890123456", "1234567890123456  "});
  bad(VR::AE, {" ", "    ", "12345678901234567"});
}

TEST(Grammar, AnAgeIsThreeDigitsAndAUnit) {
  good(VR::AS, {"", "018M", "000D", "120Y", "052W"});
  bad(VR::AS, {"18M", "0018", "018X", "18YY", "018m", "0180Y", " 18Y"});
}

TEST(Grammar, ACodeHas16Characters) {
  good(VR::CS, {"", "CT", "ORIGINAL", "1234567890123456", "1234567890123456 "});
  bad(VR::CS, {"12345678901234567"});
}

TEST(Grammar, ADateIsADayOfTheCalendar) {
  good(VR::DA, {"", "20240229", "20000229", "19991231", "00010101"});
  bad(VR::DA, {"20230229", "19000229", "20231301", "20230001", "20230100", "20230132", "2023011",
               "202301011", "20230431", "2023 101", "        ", "20230101-", "2023-01-01"});
  EXPECT_NE(complaint(VR::DA, "1993.08.22").what.find("ACR-NEMA"), std::string_view::npos);
}

TEST(Grammar, ATimeStopsAfterAnyPart) {
  good(VR::TM,
       {"", "10", "1030", "103015", "103015.1", "103015.123456", "235960", "000000", "10  ", " "});
  bad(VR::TM, {"1", "24", "1060", "103061", "103015.", "103015.1234567", "10.5", "1030.5", "103",
               "10301", "103015,5", " 10", "103015.1a"});
  EXPECT_NE(complaint(VR::TM, "10:30:15").what.find("ACR-NEMA"), std::string_view::npos);
}

TEST(Grammar, ADateTimeMayHaveAZone) {
  good(VR::DT, {"", "2024", "202402", "20240229", "2024022910", "202402291030", "20240229103015",
                "20240229103015.123456", "20240229103015.123456+0100", "2024-1200", "2024+1400",
                "2024+0000", "20240229103060"});
  bad(VR::DT, {"202", "202413", "20230229", "2024022924", "202402291060", "20240229103061",
               "20240229103015.", "20240229103015.1234567", "2024-0000", "2024+1401", "2024-1201",
               "2024+14", "2024+0160", "2024+0100x", "20240229T10"});
}

TEST(Grammar, ADecimalStringIsAFiniteNumberOf16Characters) {
  good(VR::DS, {"", " ", "0", "-1", "+1.5", ".5", "5.", "1e5", "1E-05", " 1.0 ", "-1.2345678901234",
                "1e308", "1234567890123456"});
  bad(VR::DS, {"-", ".", "e5", "1e", "1e+", "1.2.3", "1,5", "0x10", "12345678901234567", "1 2",
               "--1", "1e999", "nan", "inf"});
}

TEST(Grammar, AnIntegerStringHas32Bits) {
  good(VR::IS, {"", " ", "0", "-1", "+7", " 12 ", "2147483647", "-2147483648", "000000000012"});
  bad(VR::IS, {"-", "1.0", "2147483648", "-2147483649", "1234567890123", "1e5", "1 2", "+-1"});
}

TEST(Grammar, AUidHasNoEmptyComponentsAndNoLeadingZeros) {
  good(VR::UI, {"", "1", "1.2.840.10008.1.2", "0.0", "2.25.0"});
  EXPECT_FALSE(complaint(VR::UI, std::string(64, '1')));
  EXPECT_TRUE(complaint(VR::UI, std::string(65, '1')));
  bad(VR::UI, {"1..2", ".1", "1.", "1.02", "01", "1.2 ", "1.a", "-1"});
}

TEST(Grammar, APersonNameHasThreeGroupsOfFiveComponents) {
  const auto is_good = [](std::string_view name) { return !person_name_complaint(name); };
  EXPECT_TRUE(is_good("Adams^John Robert Quincy^^Rev.^B.A. M.Div."));
  EXPECT_TRUE(is_good("a^b^c^d^e=f^g=h"));
  EXPECT_TRUE(is_good(std::string(64, 'a') + "=" + std::string(64, 'b') + "=" +
                      std::string(64, 'c') + "  "));
  EXPECT_FALSE(is_good("a^b^c^d^e^f"));
  EXPECT_FALSE(is_good("a=b=c=d"));
  EXPECT_FALSE(is_good("a=" + std::string(65, 'b')));
  EXPECT_TRUE(is_good(""));
}

TEST(Grammar, NoValueOfAnyLengthOrByteIsReadBeyondItsEnd) {
  for (const VR vr : {VR::AE, VR::AS, VR::CS, VR::DA, VR::DS, VR::DT, VR::IS, VR::TM, VR::UI})
    for (const std::string_view whole : {"20240229103015.123456+0100", "1.2.840.10008.1.2",
                                         "-1.5e+10", "018M", "1993.08.22", "10:30:15"})
      for (std::size_t length = 0; length <= whole.size(); ++length)
        for (int byte = 0; byte < 256; byte += 5) {
          std::string value(whole.substr(0, length));
          value.shrink_to_fit();
          static_cast<void>(complaint(vr, value));
          if (length > 0) value[length / 2] = static_cast<char>(byte);
          static_cast<void>(complaint(vr, value));
          static_cast<void>(person_name_complaint(value));
        }
}

}  // namespace
}  // namespace slipring::validate::values

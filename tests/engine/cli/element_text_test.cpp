#include "engine/cli/file/element_text.h"

#include <gtest/gtest.h>

#include <array>

namespace slipring::cli {
namespace {

dicom::Element element_of(dicom::Tag tag, dicom::VR vr, std::uint32_t length) {
  dicom::Element element;
  element.tag = tag;
  element.vr_code = static_cast<unsigned>(vr) & 0x3FU;
  element.length = length;
  return element;
}

TEST(ElementText, HidesNamesAndPatientsUnlessAsked) {
  const std::array tape = {element_of({0x0010, 0x0010}, dicom::VR::PN, 4),
                           element_of({0x0010, 0x0020}, dicom::VR::LO, 4)};
  const dicom::DataSet data_set(as_bytes("Doe^"), tape, {});
  for (const dicom::Element& element : tape) {
    EXPECT_EQ(value_text(data_set, element, false).find("Doe"), std::string::npos);
    EXPECT_EQ(value_text(data_set, element, true), "[Doe^]");
  }
}

TEST(ElementText, ReadsNumbersInTheDataSetsByteOrder) {
  const std::array tape = {element_of(dicom::tags::Rows, dicom::VR::US, 4)};
  const std::array<std::uint8_t, 4> bytes = {1, 2, 3, 4};
  EXPECT_EQ(value_text({bytes, tape, {true, false}}, tape[0], false), "513\\1027");
  EXPECT_EQ(value_text({bytes, tape, {true, true}}, tape[0], false), "258\\772");
}

TEST(ElementText, ShortensLongValues) {
  const std::string text(1000, 'x');
  const std::array tape = {element_of({0x0040, 0xA160}, dicom::VR::UT, 1000)};
  EXPECT_LE(value_text({as_bytes(text), tape, {}}, tape[0], true).size(), kValueShown + 3);
}

}  // namespace
}  // namespace slipring::cli

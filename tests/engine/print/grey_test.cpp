// Stored values to what a film shows, against the standard's own formulas and figures.
#include "engine/print/grey.h"

#include <gtest/gtest.h>

#include "tests/engine/print/images.h"

namespace slipring::print {
namespace {

using dicom::Tag;
using dicom::VR;
using test::ObjectBuilder;
using test::prepared;
using test::SmallImage;
using test::values_of;
using test::words;

constexpr Tag kCentre{0x0028, 0x1050};
constexpr Tag kWidth{0x0028, 0x1051};
constexpr Tag kIntercept{0x0028, 0x1052};
constexpr Tag kSlope{0x0028, 0x1053};
constexpr Tag kFunction{0x0028, 0x1056};

std::vector<int> grey(const SmallImage& image, unsigned bits = 8) {
  const auto printable = prepared(image.bytes(), {false, bits, {}});
  EXPECT_TRUE(printable.has_value()) << printable.error().what;
  return printable ? values_of(*printable) : std::vector<int>{};
}

TEST(WindowTest, LinearIsTheStandardsOwnExample) {
  // PS3.3 C.11.2.1.2.1: centre 2048, width 4096 maps 0 to 0 and 4095 to the largest.
  const Window window{Window::Function::Linear, 2048, 4096};
  EXPECT_EQ(window(0), 0);
  EXPECT_EQ(window(4095), 1);
  EXPECT_EQ(window(-1), 0);
  EXPECT_EQ(window(5000), 1);
  EXPECT_NEAR(window(2047.5), 0.5, 1e-12);
  // Centre 2048, width 1: a threshold.
  const Window narrow{Window::Function::Linear, 2048, 1};
  EXPECT_EQ(narrow(2047), 0);
  EXPECT_EQ(narrow(2048), 1);
}

TEST(WindowTest, TheOtherFunctionsAreTheStandards) {
  const Window exact{Window::Function::LinearExact, 2048, 4096};
  EXPECT_EQ(exact(0), 0);
  EXPECT_EQ(exact(4096), 1);
  EXPECT_NEAR(exact(1024), 0.25, 1e-12);
  const Window sigmoid{Window::Function::Sigmoid, 100, 50};
  EXPECT_NEAR(sigmoid(100), 0.5, 1e-12);
  EXPECT_NEAR(sigmoid(125), 0.880797, 1e-6);
}

TEST(StoredValueTest, BitsAreTakenFromHighBitDownAndSignsExtended) {
  pixel::Layout layout{.rows = 1,
                       .columns = 2,
                       .bits_allocated = 16,
                       .bits_stored = 12,
                       .high_bit = 15,
                       .is_signed = true};
  const auto frame = words({0x8003, 0x7FFF});
  EXPECT_EQ(stored_value(frame, layout, 0), -2048);
  EXPECT_EQ(stored_value(frame, layout, 1), 2047);
  layout.high_bit = 11;
  EXPECT_EQ(stored_value(frame, layout, 0), 3);
  EXPECT_EQ(stored_value(frame, layout, 1), -1);
  layout = {.rows = 1, .columns = 8, .bits_allocated = 1, .bits_stored = 1, .high_bit = 0};
  const std::uint8_t bits[] = {0b00000101};
  EXPECT_EQ(stored_value(bits, layout, 0), 1);
  EXPECT_EQ(stored_value(bits, layout, 1), 0);
  EXPECT_EQ(stored_value(bits, layout, 2), 1);
}

TEST(GreyTest, RescaleAndWindowAreApplied) {
  SmallImage image;
  image.pixels = words({0, 1024, 1536, 2048});  // -1024, 0, 512, 1024
  image.more.text(kCentre, VR::DS, "0.5 ").text(kWidth, VR::DS, "1025");
  image.more.text(kIntercept, VR::DS, "-1024 ").text(kSlope, VR::DS, "1 ");
  EXPECT_EQ(grey(image), (std::vector<int>{0, 128, 255, 255}));
  EXPECT_EQ(grey(image, 12), (std::vector<int>{0, 2048, 4095, 4095}));
}

TEST(GreyTest, AWindowThatIsGivenGoesBeforeTheImages) {
  SmallImage image;
  image.pixels = words({0, 100, 200, 300});
  image.more.text(kCentre, VR::DS, "1 ").text(kWidth, VR::DS, "1 ");
  const auto printable =
      prepared(image.bytes(), {false, 8, Window{Window::Function::Linear, 150.5, 301}});
  ASSERT_TRUE(printable.has_value());
  EXPECT_EQ(values_of(*printable), (std::vector<int>{0, 85, 170, 255}));
}

TEST(GreyTest, WithoutAWindowAllValuesAreShownButPadding) {
  SmallImage image;
  image.is_signed = true;
  image.stored = 16;
  image.more.header(Tag{0x0028, 0x0120}, VR::SS, 2).u16(static_cast<std::uint16_t>(-2000));
  image.pixels = words({-2000, -100, 0, 100});
  EXPECT_EQ(grey(image), (std::vector<int>{0, 0, 128, 255}));
}

TEST(GreyTest, AVoiLutIsAppliedWhereThereIsNoWindow) {
  SmallImage image;
  image.pixels = words({9, 10, 11, 20});
  ObjectBuilder item;
  item.header(Tag{0x0028, 0x3002}, VR::US, 6).u16(3).u16(10).u16(12);
  item.header(Tag{0x0028, 0x3006}, VR::US, 6).u16(4095).u16(1000).u16(0);
  image.more.header(Tag{0x0028, 0x3010}, VR::SQ, static_cast<std::uint32_t>(item.size() + 8));
  image.more.tag(dicom::tags::Item).u32(static_cast<std::uint32_t>(item.size()));
  image.more.raw(item.bytes());
  EXPECT_EQ(grey(image, 12), (std::vector<int>{4095, 4095, 1000, 0}));
}

TEST(GreyTest, NonsenseInTheAttributesIsPassedOver) {
  for (const char* centre : {"", "abc ", "1e999 ", "\\", "nan "}) {
    SmallImage image;
    image.pixels = words({0, 10, 20, 30});
    image.more.text(kCentre, VR::DS, centre).text(kWidth, VR::DS, "100 ");
    image.more.text(kFunction, VR::CS, "?");
    image.more.text(kSlope, VR::DS, "0 ");
    EXPECT_EQ(grey(image), (std::vector<int>{0, 85, 170, 255})) << centre;
  }
}

TEST(GreyTest, Monochrome1StaysAndIsSaidSo) {
  SmallImage image;
  image.photometric = "MONOCHROME1";
  image.pixels = words({0, 10, 20, 30});
  const auto printable = prepared(image.bytes(), {});
  ASSERT_TRUE(printable.has_value());
  EXPECT_EQ(printable->photometric, "MONOCHROME1");
  EXPECT_EQ(printable->bits, 12U);
  EXPECT_EQ(values_of(*printable), (std::vector<int>{0, 1365, 2730, 4095}));
}

}  // namespace
}  // namespace slipring::print

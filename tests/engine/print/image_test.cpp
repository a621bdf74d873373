// Frames as a printer takes them: colour in every interpretation, and what no printer takes.
#include "engine/print/image.h"

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

SmallImage colours(std::string photometric, std::vector<std::uint8_t> pixels) {
  SmallImage image;
  image.columns = 2;
  image.samples = 3;
  image.allocated = image.stored = 8;
  image.photometric = std::move(photometric);
  image.pixels = std::move(pixels);
  return image;
}

std::vector<int> rgb(const SmallImage& image) {
  const auto printable = prepared(image.bytes(), {true, 0, {}});
  EXPECT_TRUE(printable.has_value()) << printable.error().what;
  if (!printable) return {};
  EXPECT_EQ(printable->photometric, "RGB");
  EXPECT_EQ(printable->bits, 8U);
  EXPECT_EQ(printable->pixels.size(), 6U);
  return values_of(*printable);
}

TEST(ImageTest, RgbBecomesThreePlanes) {
  const std::vector<std::uint8_t> pixels = {255, 0, 10, 0, 200, 20};
  EXPECT_EQ(rgb(colours("RGB", pixels)), (std::vector<int>{255, 0, 0, 200, 10, 20}));
  SmallImage planes = colours("RGB", {255, 0, 0, 200, 10, 20});
  planes.planar = true;
  EXPECT_EQ(rgb(planes), (std::vector<int>{255, 0, 0, 200, 10, 20}));
}

TEST(ImageTest, YbrBecomesRgb) {
  // BT.601: pure red, and grey.
  EXPECT_EQ(rgb(colours("YBR_FULL", {76, 85, 255, 100, 128, 128})),
            (std::vector<int>{254, 100, 0, 100, 0, 100}));
  SmallImage half = colours("YBR_FULL_422", {76, 100, 85, 255});
  EXPECT_EQ(rgb(half), (std::vector<int>{254, 255, 0, 24, 0, 24}));
}

TEST(ImageTest, APaletteIsLookedUp) {
  SmallImage image = colours("PALETTE COLOR", {0, 1});
  image.samples = 1;
  for (std::uint16_t colour = 0; colour < 3; ++colour)
    image.more.header(Tag(0x0028, static_cast<std::uint16_t>(0x1101 + colour)), VR::US, 6)
        .u16(2)
        .u16(0)
        .u16(16);
  for (std::uint16_t colour = 0; colour < 3; ++colour)
    image.more.header(Tag(0x0028, static_cast<std::uint16_t>(0x1201 + colour)), VR::OW, 4)
        .u16(static_cast<std::uint16_t>(0x1100 * (colour + 1)))
        .u16(0xFF00);
  EXPECT_EQ(rgb(image), (std::vector<int>{0x11, 255, 0x22, 255, 0x33, 255}));
}

TEST(ImageTest, GreyGoesOntoAColourFilmAndColourOntoAGreyOne) {
  SmallImage grey;
  grey.columns = 2;
  grey.pixels = words({0, 4095});
  EXPECT_EQ(rgb(grey), (std::vector<int>{0, 255, 0, 255, 0, 255}));
  grey.photometric = "MONOCHROME1";
  EXPECT_EQ(rgb(grey), (std::vector<int>{255, 0, 255, 0, 255, 0}));
  const auto light = prepared(colours("RGB", {255, 0, 0, 255, 255, 255}).bytes(), {});
  ASSERT_TRUE(light.has_value());
  EXPECT_EQ(light->photometric, "MONOCHROME2");
  EXPECT_EQ(values_of(*light), (std::vector<int>{76, 255}));
}

TEST(ImageTest, PixelsThatAreNotSquareAreSaidSo) {
  SmallImage image;
  image.pixels = words({0, 1, 2, 3});
  image.more.text(dicom::tags::PixelSpacing, VR::DS, "0.5\\0.25");
  const auto printable = prepared(image.bytes(), {});
  ASSERT_TRUE(printable.has_value());
  EXPECT_EQ(printable->aspect, "2\\1");
}

TEST(ImageTest, WhatNoPrinterTakesIsRefusedWithAReason) {
  const auto why = [](const SmallImage& image, bool colour) {
    const auto printable = prepared(image.bytes(), {colour, 0, {}});
    return printable ? std::string_view() : printable.error().what;
  };
  EXPECT_NE(why(colours("CMYK", {0, 0, 0, 0, 0, 0}), true), "");
  SmallImage palette = colours("PALETTE COLOR", {0, 1});
  palette.samples = 1;
  EXPECT_NE(why(palette, true), "");
  EXPECT_NE(why(palette, false), "");
}

TEST(ImageTest, AnObjectCutAnywhereIsPreparedOrRefused) {
  SmallImage image;
  image.pixels = words({0, 1, 2, 3});
  ObjectBuilder item;
  item.header(Tag{0x0028, 0x3002}, VR::US, 6).u16(3).u16(1).u16(16);
  item.header(Tag{0x0028, 0x3006}, VR::OW, 6).u16(0).u16(1000).u16(65535);
  image.more.header(Tag{0x0028, 0x3010}, VR::SQ, static_cast<std::uint32_t>(item.size() + 8));
  image.more.tag(dicom::tags::Item).u32(static_cast<std::uint32_t>(item.size()));
  image.more.raw(item.bytes());
  const auto whole = image.bytes();
  ASSERT_TRUE(prepared(whole, {}).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(prepared({whole.begin(), whole.begin() + static_cast<long>(size)}, {}).has_value())
        << size;
}

}  // namespace
}  // namespace slipring::print

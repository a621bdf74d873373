// Frames whose declared size their codestream cannot stand for: refused before memory is taken.
#include "codecs/pixel/expansion.h"

#include <gtest/gtest.h>

#include "engine/pixels/pixels.h"
#include "engine/scan/scan.h"
#include "tests/engine/transcode/objects.h"

namespace slipring {
namespace {

constexpr std::string_view kRleUid = "1.2.840.10008.1.2.5";

// One RLE segment of 64 header bytes and `packets`.
std::vector<std::uint8_t> rle_object(std::uint16_t rows, std::uint16_t columns,
                                     std::string packets) {
  test::Image image;
  image.rows = rows;
  image.columns = columns;
  test::ObjectBuilder object;
  object.preamble().meta(kRleUid);
  test::describe(object, image);
  std::string frame(64, '\0');
  frame[0] = 1;
  frame[4] = 64;
  frame += packets;
  object.header(test::tags::PixelData, dicom::VR::OB, dicom::kUndefinedLength);
  object.fragment("").fragment(frame).end_sequence();
  return object.take();
}

TEST(ExpansionTest, AFrameFarLargerThanItsCodestreamIsRefusedWithBothSizes) {
  const auto bytes = rle_object(40000, 50000, "\x81\x07");
  dicom::Scanned scanned;
  scan::scan(bytes, bytes.size(), {}, scanned);
  const auto object = pixels::open_object(scanned);
  ASSERT_TRUE(object && *object);
  dicom::SerialSchedule schedule;
  const auto answer = pixels::digest_pixels(**object, schedule);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::Truncated);
  EXPECT_EQ(answer.error().expected, 2'000'000'000U / 64);
  EXPECT_EQ(answer.error().actual, 66U);
}

TEST(ExpansionTest, TheEmptiestFrameOfItsFormatIsDecoded) {
  const auto bytes = rle_object(1, 128, "\x81\x07");
  dicom::Scanned scanned;
  scan::scan(bytes, bytes.size(), {}, scanned);
  const auto object = pixels::open_object(scanned);
  ASSERT_TRUE(object && *object);
  dicom::SerialSchedule schedule;
  EXPECT_TRUE(pixels::digest_pixels(**object, schedule));
  EXPECT_EQ(pixel::expansion_max(pixel::Format::Rle), 64U);
}

}  // namespace
}  // namespace slipring

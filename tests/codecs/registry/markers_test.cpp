#include <gtest/gtest.h>

#include "codecs/jpeg2000_markers.h"
#include "codecs/jpeg_markers.h"
#include "codecs/registry.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;

Pixels jpeg_ls_stream() {
  const pixel::Layout l = layout(7, 9, 3, 8, 8);
  return encode(*find(pixel::Format::JpegLs), make_frame(l, Pattern::Noise), l);
}

Pixels jpeg2000_stream() {
  const pixel::Layout l = layout(7, 9, 3, 16, 12, true);
  return encode(*find(pixel::Format::Jpeg2000), make_frame(l, Pattern::Noise), l);
}

TEST(JpegMarkers, ReadTheHeader) {
  const auto header = read_jpeg_header(jpeg_ls_stream());
  ASSERT_TRUE(header);
  EXPECT_EQ(header->sof, jpeg_marker::kSof55);
  EXPECT_EQ(header->rows, 7);
  EXPECT_EQ(header->columns, 9);
  EXPECT_EQ(header->components, 3);
  EXPECT_EQ(header->precision_bits, 8);
  EXPECT_EQ(header->scan.components, 3);
}

TEST(JpegMarkers, APrefixOfTheHeaderIsNeverAHeader) {
  const Pixels stream = jpeg_ls_stream();
  const auto header = read_jpeg_header(stream);
  ASSERT_TRUE(header);
  for (std::size_t size = 0; size < header->scan_offset; ++size)
    EXPECT_FALSE(read_jpeg_header(Bytes{stream}.first(size))) << size;
}

TEST(JpegMarkers, ALengthBelowTwoIsMalformed) {
  const Pixels stream = {0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x01, 0x00, 0x00};
  EXPECT_EQ(read_jpeg_header(stream).error().code, ErrorCode::Malformed);
  EXPECT_EQ(read_jpeg_header(stream).error().offset, 2U);
}

TEST(JpegMarkers, EntropyCodedDataEndsAtAMarker) {
  const Pixels data = {0x12, 0xFF, 0x00, 0xFF, 0xD3, 0x34, 0xFF, 0x5A, 0xFF, 0xFF, 0xD9};
  JpegMarkers bytes_stuffed(data);
  bytes_stuffed.skip_entropy_coded(JpegMarkers::Stuffing::Bytes);
  EXPECT_EQ(bytes_stuffed.offset(), 6U);
  JpegMarkers bits_stuffed(data);
  bits_stuffed.skip_entropy_coded(JpegMarkers::Stuffing::Bits);
  EXPECT_EQ(bits_stuffed.offset(), 9U);
}

TEST(Jpeg2000Markers, ReadTheHeader) {
  const auto header = read_jpeg2000_header(jpeg2000_stream());
  ASSERT_TRUE(header);
  EXPECT_EQ(header->height, 7U);
  EXPECT_EQ(header->width, 9U);
  EXPECT_EQ(header->components, 3);
  EXPECT_EQ(header->precision_bits, 12);
  EXPECT_TRUE(header->is_signed);
  EXPECT_TRUE(header->cod.style.reversible);
  EXPECT_EQ(header->cod.style.levels, 2);  // 7 rows leave one after two halvings
  EXPECT_EQ(header->cod.layers, 1);
  EXPECT_EQ(header->tiles, 1U);
  EXPECT_FALSE(header->high_throughput);
}

TEST(Jpeg2000Markers, APrefixOfTheHeaderIsNeverAHeader) {
  const Pixels stream = jpeg2000_stream();
  const auto header = read_jpeg2000_header(stream);
  ASSERT_TRUE(header);
  for (std::size_t size = 0; size < header->end; ++size)
    EXPECT_FALSE(read_jpeg2000_header(Bytes{stream}.first(size))) << size;
}

TEST(Jpeg2000Markers, EverySingleByteChangeOfTheHeaderIsSurvived) {
  const Pixels stream = jpeg2000_stream();
  for (std::size_t at = 0; at < 110; ++at) {
    for (unsigned value = 0; value < 256; ++value) {
      Pixels damaged = stream;
      damaged[at] = static_cast<std::uint8_t>(value);
      (void)read_jpeg2000_header(damaged);
      (void)find_jpeg2000(damaged);
    }
  }
}

TEST(Jpeg2000Markers, ABoxThatClaimsMoreThanIsThereHidesNothing) {
  Pixels boxes = {0,    0,    0,    12,   'j',  'P',  ' ', ' ', 0x0D, 0x0A,
                  0x87, 0x0A, 0x7F, 0xFF, 0xFF, 0xFF, 'j', 'p', '2',  'c'};
  const Pixels stream = jpeg2000_stream();
  boxes.insert(boxes.end(), stream.begin(), stream.end());
  const auto found = find_jpeg2000(boxes);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->boxed);
  EXPECT_EQ(found->offset, 20U);
  boxes[16] = 'x';
  EXPECT_EQ(find_jpeg2000(boxes).error().code, ErrorCode::Malformed);
}

}  // namespace
}  // namespace slipring::codecs

#include "codecs/signature.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "codecs/registry.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;

Codestream kind_of(const Pixels& bytes) {
  const std::vector<Bytes> fragments = {bytes};
  return identify(fragments);
}

Pixels jpeg_with(std::uint8_t sof) {
  return {0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, sof, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0};
}

TEST(Signature, TellsTheJpegFamilyByItsFrameHeader) {
  EXPECT_EQ(kind_of(jpeg_with(0xC0)), Codestream::JpegBaseline);
  EXPECT_EQ(kind_of(jpeg_with(0xC1)), Codestream::JpegExtended);
  EXPECT_EQ(kind_of(jpeg_with(0xC2)), Codestream::JpegProgressive);
  EXPECT_EQ(kind_of(jpeg_with(0xC3)), Codestream::JpegLossless);
  EXPECT_EQ(kind_of(jpeg_with(0xC9)), Codestream::JpegOther);
  EXPECT_EQ(kind_of(jpeg_with(0xF7)), Codestream::JpegLs);
  EXPECT_EQ(kind_of({0xFF, 0xD8, 0xFF, 0xD9}), Codestream::Unknown);
  EXPECT_EQ(kind_of({0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF}), Codestream::Unknown);
}

TEST(Signature, TellsWhatOurEncodersWrite) {
  const pixel::Layout l = layout(16, 16, 1, 16, 12);
  const auto written = [&](pixel::Format format) {
    return kind_of(encode(*find(format), make_frame(l, Pattern::Noise), l));
  };
  EXPECT_EQ(written(pixel::Format::Jpeg2000), Codestream::Jpeg2000);
  EXPECT_EQ(written(pixel::Format::JpegLs), Codestream::JpegLs);
  EXPECT_EQ(written(pixel::Format::Rle), Codestream::Rle);
}

TEST(Signature, TellsHtj2kByItsCapabilities) {
  const pixel::Layout l = layout(16, 16, 1, 8, 8);
  Pixels stream = encode(*find(pixel::Format::Jpeg2000), make_frame(l, Pattern::Noise), l);
  const std::size_t after_siz = 4 + load_be<std::uint16_t>(&stream[4]);
  const Pixels cap = {0xFF, 0x50, 0x00, 0x08, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00};
  stream.insert(stream.begin() + static_cast<std::ptrdiff_t>(after_siz), cap.begin(), cap.end());
  EXPECT_EQ(kind_of(stream), Codestream::Htj2k);
}

TEST(Signature, TellsJpegXlBareAndInItsBox) {
  EXPECT_EQ(kind_of({0xFF, 0x0A, 0x00, 0x10}), Codestream::JpegXl);
  EXPECT_EQ(kind_of({0, 0, 0, 0x0C, 'J', 'X', 'L', ' ', 0x0D, 0x0A, 0x87, 0x0A}),
            Codestream::JpegXl);
}

TEST(Signature, AnRleHeaderMustBePlausible) {
  Pixels header(70, 0);
  header[0] = 2;
  header[4] = 64;
  header[8] = 66;
  EXPECT_EQ(kind_of(header), Codestream::Rle);
  Pixels descending = header;
  descending[8] = 63;
  EXPECT_EQ(kind_of(descending), Codestream::Unknown);
  Pixels outside = header;
  outside[8] = 70;
  EXPECT_EQ(kind_of(outside), Codestream::Unknown);
  Pixels more = header;
  more[12] = 68;
  EXPECT_EQ(kind_of(more), Codestream::Unknown);
  Pixels many = header;
  many[0] = 16;
  EXPECT_EQ(kind_of(many), Codestream::Unknown);
}

TEST(Signature, ReadsAHeaderThatIsSplitOverFragments) {
  const Pixels bytes = jpeg_with(0xC3);
  const std::vector<Bytes> fragments = split(bytes);
  EXPECT_EQ(identify(fragments), Codestream::JpegLossless);
}

TEST(Signature, NothingAndNoiseAreUnknown) {
  EXPECT_EQ(identify({}), Codestream::Unknown);
  EXPECT_EQ(kind_of({}), Codestream::Unknown);
  EXPECT_EQ(kind_of(Pixels(300, 0x33)), Codestream::Unknown);
  EXPECT_EQ(kind_of(Pixels(300, 0x00)), Codestream::Unknown);
  EXPECT_EQ(kind_of(Pixels(300, 0xFF)), Codestream::Unknown);
}

TEST(Signature, EveryKindThatIsDecodedHasItsFormat) {
  EXPECT_EQ(format_of(Codestream::JpegBaseline), pixel::Format::Jpeg);
  EXPECT_EQ(format_of(Codestream::JpegProgressive), pixel::Format::Jpeg);
  EXPECT_EQ(format_of(Codestream::JpegLossless), pixel::Format::JpegLossless);
  EXPECT_EQ(format_of(Codestream::JpegLs), pixel::Format::JpegLs);
  EXPECT_EQ(format_of(Codestream::Htj2k), pixel::Format::Htj2k);
  EXPECT_EQ(format_of(Codestream::Raw), pixel::Format::EncapsulatedNative);
  EXPECT_EQ(format_of(Codestream::JpegOther), pixel::Format::Other);
  EXPECT_EQ(format_of(Codestream::Unknown), pixel::Format::Other);
}

// Behind SOI, or behind SOC and SIZ: so many bytes of a comment.
Pixels with_comment(Pixels stream, Codestream kind, std::uint16_t bytes) {
  const bool wavelets = kind == Codestream::Jpeg2000;
  const std::size_t at = wavelets ? 4 + load_be<std::uint16_t>(&stream[4]) : 2;
  Pixels comment(std::size_t{bytes} + 2, 0);
  comment[0] = 0xFF;
  comment[1] = wavelets ? 0x64 : 0xFE;
  store_be(&comment[2], bytes);
  stream.insert(stream.begin() + static_cast<std::ptrdiff_t>(at), comment.begin(), comment.end());
  return stream;
}

TEST(Signature, AHeaderOfAnyLengthInManyFragmentsIsReadAsInOne) {
  const pixel::Layout l = layout(96, 96, 1, 16, 12);
  for (const pixel::Format format :
       {pixel::Format::Jpeg2000, pixel::Format::JpegLs, pixel::Format::JpegLossless}) {
    const FormatRow& row = *find(format);
    const Pixels plain = encode(row, make_frame(l, Pattern::Noise), l);
    for (const unsigned bytes : {10U, 4000U, 4070U, 4096U, 9000U, 60000U}) {
      const Pixels stream = with_comment(plain, kind_of(plain), static_cast<std::uint16_t>(bytes));
      std::vector<Bytes> fragments;
      for (std::size_t at = 0; at < stream.size(); at += 1000)
        fragments.push_back(
            Bytes(stream).subspan(at, std::min<std::size_t>(1000, stream.size() - at)));
      EXPECT_EQ(identify(fragments), kind_of(plain)) << row.name << " " << bytes;
      const auto info = row.probe(fragments);
      ASSERT_TRUE(info.has_value()) << row.name << " " << bytes;
      EXPECT_EQ(info->kind, kind_of(plain));
      EXPECT_EQ(info->rows, 96U);
      EXPECT_EQ(info->columns, 96U);
      EXPECT_TRUE(info->lossless);
    }
  }
}

}  // namespace
}  // namespace slipring::codecs

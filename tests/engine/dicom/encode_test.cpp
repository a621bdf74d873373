// Elements as bytes in the three encodings.
#include "engine/dicom/encode.h"

#include <gtest/gtest.h>

#include <vector>

namespace slipring {
namespace {

using dicom::Encoding;
using dicom::Tag;
using dicom::VR;
using std::vector;

constexpr Encoding kImplicit{false, false};
constexpr Encoding kLittle{true, false};
constexpr Encoding kBig{true, true};

template <class Append>
vector<std::uint8_t> made(const Append& append) {
  Buffer out;
  append(out);
  return {out.bytes().begin(), out.bytes().end()};
}

vector<std::uint8_t> header(VR vr, std::uint32_t length, Encoding encoding) {
  return made(
      [&](Buffer& out) { dicom::append_header(out, Tag(0x0028, 0x0010), vr, length, encoding); });
}

TEST(EncodeTest, HeadersAreThoseOfTheStandard) {
  EXPECT_EQ(header(VR::US, 2, kLittle), (vector<std::uint8_t>{0x28, 0, 0x10, 0, 'U', 'S', 2, 0}));
  EXPECT_EQ(header(VR::US, 2, kBig), (vector<std::uint8_t>{0, 0x28, 0, 0x10, 'U', 'S', 0, 2}));
  EXPECT_EQ(header(VR::US, 2, kImplicit), (vector<std::uint8_t>{0x28, 0, 0x10, 0, 2, 0, 0, 0}));
  EXPECT_EQ(header(VR::OB, 0x01020304, kBig),
            (vector<std::uint8_t>{0, 0x28, 0, 0x10, 'O', 'B', 0, 0, 1, 2, 3, 4}));
  EXPECT_EQ(header(VR::OB, 0x01020304, kImplicit),
            (vector<std::uint8_t>{0x28, 0, 0x10, 0, 4, 3, 2, 1}));
}

TEST(EncodeTest, ItemsHaveNoVRInAnyEncoding) {
  const auto item = [](Encoding encoding) {
    return made([&](Buffer& out) { dicom::append_item(out, Tag(0xFFFE, 0xE000), 0x10, encoding); });
  };
  EXPECT_EQ(item(kLittle), (vector<std::uint8_t>{0xFE, 0xFF, 0, 0xE0, 0x10, 0, 0, 0}));
  EXPECT_EQ(item(kImplicit), item(kLittle));
  EXPECT_EQ(item(kBig), (vector<std::uint8_t>{0xFF, 0xFE, 0xE0, 0, 0, 0, 0, 0x10}));
}

TEST(EncodeTest, ValuesArePaddedAndSwappedByTheirVR) {
  const auto element = [](VR vr, vector<std::uint8_t> value, Encoding encoding) {
    auto all = made(
        [&](Buffer& out) { dicom::append_element(out, Tag(0x0028, 0x0010), vr, value, encoding); });
    return vector<std::uint8_t>(all.begin() + 8, all.end());
  };
  EXPECT_EQ(element(VR::CS, {'A'}, kLittle), (vector<std::uint8_t>{'A', ' '}));
  EXPECT_EQ(element(VR::UI, {'1'}, kLittle), (vector<std::uint8_t>{'1', 0}));
  EXPECT_EQ(element(VR::US, {1, 2, 3, 4}, kBig), (vector<std::uint8_t>{2, 1, 4, 3}));
  EXPECT_EQ(element(VR::FL, {1, 2, 3, 4}, kBig), (vector<std::uint8_t>{4, 3, 2, 1}));
  EXPECT_EQ(element(VR::AT, {1, 2, 3, 4}, kBig), (vector<std::uint8_t>{2, 1, 4, 3}));
  EXPECT_EQ(element(VR::FD, {1, 2, 3, 4, 5, 6, 7, 8}, kBig),
            (vector<std::uint8_t>{8, 7, 6, 5, 4, 3, 2, 1}));
}

TEST(EncodeTest, SwappingLeavesATailShorterThanAWord) {
  Buffer out;
  dicom::append_swapped(out, vector<std::uint8_t>{1, 2, 3, 4, 5, 6, 7}, 4);
  EXPECT_EQ((vector<std::uint8_t>(out.bytes().begin(), out.bytes().end())),
            (vector<std::uint8_t>{4, 3, 2, 1, 5, 6, 7}));
}

TEST(EncodeTest, AValueTooLongForItsVRIsStoredAsUN) {
  EXPECT_EQ(dicom::storable_vr(VR::LO, 65534), VR::LO);
  EXPECT_EQ(dicom::storable_vr(VR::LO, 65535), VR::UN);
  EXPECT_EQ(dicom::storable_vr(VR::UT, 70000), VR::UT);
  EXPECT_EQ(dicom::storable_vr(VR::None, 0), VR::UN);
  EXPECT_EQ(dicom::storable_vr(VR::Unknown, 0), VR::UN);
}

}  // namespace
}  // namespace slipring

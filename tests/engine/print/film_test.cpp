// The data sets that ask for films, element by element, and the answers that are looked into.
#include "engine/print/film.h"

#include <gtest/gtest.h>

#include "engine/query/answer.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring::print {
namespace {

using dicom::Tag;
using dicom::VR;
using test::kExplicitLittleUid;
using test::kImplicitLittleUid;
using test::ObjectBuilder;

struct Encoded {
  std::string_view syntax;
  dicom::Encoding encoding;
};
const Encoded kBoth[] = {{kExplicitLittleUid, {true, false}}, {kImplicitLittleUid, {false, false}}};

query::Answer read(const Buffer& bytes, const Encoded& how) {
  auto answer = query::Answer::read(bytes.bytes(), how.syntax);
  EXPECT_TRUE(answer.has_value());
  return std::move(*answer);
}

TEST(FilmTest, WhatIsNotWishedForIsNotAskedFor) {
  for (const Encoded& how : kBoth) {
    Buffer session;
    append_session(session, {}, how.encoding);
    const query::Answer answer = read(session, how);
    EXPECT_EQ(answer.data_set().tape().size(), 1U);
    EXPECT_EQ(answer.text(Tag{0x2000, 0x0010}), "1");
  }
}

TEST(FilmTest, AFilmBoxHasItsFormatItsSessionAndItsWishes) {
  FilmWishes wishes;
  wishes.columns = 2;
  wishes.rows = 3;
  wishes.size = "14INX17IN";
  wishes.orientation = "LANDSCAPE";
  wishes.max_density = 300;
  for (const Encoded& how : kBoth) {
    Buffer film;
    append_film(film, wishes, "1.2.3", how.encoding);
    const query::Answer answer = read(film, how);
    EXPECT_EQ(answer.text(Tag{0x2010, 0x0010}), "STANDARD\\2,3");
    EXPECT_EQ(answer.text(Tag{0x2010, 0x0040}), "LANDSCAPE");
    EXPECT_EQ(answer.text(Tag{0x2010, 0x0050}), "14INX17IN");
    EXPECT_EQ(answer.text(Tag{0x2010, 0x0130}), "300");
    const Tag path[] = {Tag{0x2010, 0x0500}, Tag{0x0008, 0x1155}};
    const dicom::Element* const session = answer.find(path);
    ASSERT_NE(session, nullptr);
    EXPECT_EQ(answer.text(*session), "1.2.3");
  }
}

TEST(FilmTest, AnImageBoxHasItsPositionAndTheImage) {
  for (const bool colour : {false, true}) {
    Printable printable;
    printable.rows = 2;
    printable.columns = 3;
    printable.colour = colour;
    printable.bits = colour ? 8 : 12;
    printable.photometric = colour ? "RGB" : "MONOCHROME2";
    printable.pixels.resize(colour ? 18 : 12);
    std::fill_n(printable.pixels.data(), printable.pixels.size(), std::uint8_t{7});
    for (const Encoded& how : kBoth) {
      Buffer box;
      append_image_box(box, 4, printable, how.encoding);
      box.append(printable.pixels.bytes());
      const query::Answer answer = read(box, how);
      EXPECT_EQ(answer.text(Tag{0x2020, 0x0010}), "4");
      const Tag sequence{0x2020, static_cast<std::uint16_t>(colour ? 0x0111 : 0x0110)};
      const auto text = [&](Tag tag) {
        const Tag path[] = {sequence, tag};
        const dicom::Element* const found = answer.find(path);
        return found == nullptr ? std::string("none") : answer.text(*found);
      };
      EXPECT_EQ(text(dicom::tags::SamplesPerPixel), colour ? "3" : "1");
      EXPECT_EQ(text(dicom::tags::PlanarConfiguration), colour ? "1" : "none");
      EXPECT_EQ(text(dicom::tags::BitsAllocated), colour ? "8" : "16");
      EXPECT_EQ(text(dicom::tags::HighBit), colour ? "7" : "11");
      const Tag path[] = {sequence, dicom::tags::PixelData};
      const dicom::Element* const pixels = answer.find(path);
      ASSERT_NE(pixels, nullptr);
      EXPECT_EQ(pixels->length, printable.pixels.size());
    }
  }
}

TEST(FilmTest, ImageBoxesAreReadInOrderAndAnAnswerCutAnywhereIsNoMore) {
  ObjectBuilder items;
  for (const std::string_view instance : {"1.2.1", "1.2.2"}) {
    ObjectBuilder item;
    item.text(Tag{0x0008, 0x1150}, VR::UI, classes::kGreyImageBox);
    item.text(Tag{0x0008, 0x1155}, VR::UI, instance);
    items.tag(dicom::tags::Item).u32(static_cast<std::uint32_t>(item.size())).raw(item.bytes());
  }
  ObjectBuilder answer;
  answer.header(Tag{0x2010, 0x0510}, VR::SQ, static_cast<std::uint32_t>(items.size()));
  answer.raw(items.bytes());
  const auto boxes = read_image_boxes(answer.bytes(), kExplicitLittleUid);
  ASSERT_TRUE(boxes.has_value());
  EXPECT_EQ(boxes->instances, (std::vector<std::string>{"1.2.1", "1.2.2"}));
  EXPECT_EQ(boxes->sop_class, classes::kGreyImageBox);
  const auto whole = answer.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = read_image_boxes(Bytes(whole).first(size), kExplicitLittleUid);
    EXPECT_TRUE(!cut || cut->instances.size() < 2) << size;
  }
}

}  // namespace
}  // namespace slipring::print

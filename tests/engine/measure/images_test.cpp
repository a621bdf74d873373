#include "engine/measure/images.h"

#include <gtest/gtest.h>

namespace slipring::measure {
namespace {

constexpr pixel::Layout kCt{2, 3, 1, 16, 12, 11, false};

Frame frame_of(const pixel::Layout& layout) {
  Frame frame;
  frame.pixels.resize(*layout.frame_bytes());
  return frame;
}

TEST(Images, ANameSaysModalityBitsAndSize) {
  EXPECT_EQ(group_name("CT", kCt), "ct-12-3x2");
  EXPECT_EQ(group_name("CT", {512, 512, 1, 16, 16, 15, true}), "ct-s16-512x512");
  EXPECT_EQ(group_name("US", {480, 640, 3, 8, 8, 7, false}), "us-rgb8-640x480");
  EXPECT_EQ(group_name("SEG", {4, 4, 1, 1, 1, 0, false}), "seg-1-4x4");
}

TEST(Images, ANameTellsWhatIsUnusualApart) {
  EXPECT_EQ(group_name("CT", {2, 3, 1, 32, 12, 11, false}), "ct-12of32-3x2");
  EXPECT_EQ(group_name("CT", {2, 3, 1, 16, 12, 15, false}), "ct-12h15-3x2");
  EXPECT_EQ(group_name("XX", {2, 3, 4, 8, 8, 7, false}), "xx-x4-8-3x2");
}

TEST(Images, AModalityFromAFileCannotPutAnythingIntoAName) {
  EXPECT_EQ(group_name("../C T\n", kCt), "ct-12-3x2");
  EXPECT_EQ(group_name("", kCt), "image-12-3x2");
  EXPECT_LE(group_name(std::string(1000, 'A'), kCt).size(), 30U);
}

TEST(Images, FramesOfOneKindShareAGroupUntilItIsFull) {
  ImageSet images({.frames_max = 2});
  EXPECT_EQ(images.room_for("CT", kCt), 2U);
  images.add("CT", kCt, frame_of(kCt));
  images.add("MR", kCt, frame_of(kCt));
  EXPECT_EQ(images.room_for("CT", kCt), 1U);
  images.add("CT", kCt, frame_of(kCt));
  EXPECT_EQ(images.room_for("CT", kCt), 0U);
  EXPECT_EQ(images.room_for("MR", kCt), 1U);
  ASSERT_EQ(images.groups().size(), 2U);
  EXPECT_EQ(images.groups()[0].frames.size(), 2U);
}

TEST(Images, NoMoreBytesAreTakenThanTheLimitsSay) {
  ImageSet group({.frames_max = 100, .group_bytes_max = 30});
  EXPECT_EQ(group.room_for("CT", kCt), 2U);
  ImageSet all({.frames_max = 100, .total_bytes_max = 30});
  EXPECT_EQ(all.room_for("CT", kCt), 2U);
  all.add("MR", kCt, frame_of(kCt));
  all.add("CT", kCt, frame_of(kCt));
  EXPECT_EQ(all.room_for("CT", kCt), 0U);
}

TEST(Images, AFrameLargerThanAGroupIsTakenAlone) {
  const ImageSet images({.group_bytes_max = 1});
  EXPECT_EQ(images.room_for("CT", kCt), 1U);
}

TEST(Images, TheDrawnSetIsTheSameEveryTimeAndOnlyWhatIsWanted) {
  const auto only_mr = [](std::string_view name) { return name.starts_with("mr-"); };
  ImageSet first;
  ImageSet second;
  draw_images(first, only_mr);
  draw_images(second, only_mr);
  ASSERT_EQ(first.groups().size(), 1U);
  const ImageGroup& group = first.groups().front();
  EXPECT_EQ(group.name, "mr-12-256x256");
  ASSERT_GT(group.frames.size(), 8U);
  for (std::size_t i = 0; i < group.frames.size(); ++i)
    EXPECT_TRUE(std::ranges::equal(group.frames[i].pixels.bytes(),
                                   second.groups().front().frames[i].pixels.bytes()));
  EXPECT_FALSE(std::ranges::equal(group.frames[0].pixels.bytes(), group.frames[1].pixels.bytes()));
}

TEST(Images, APathThatDoesNotExistIsToldAsOneFailedFile) {
  ImageSet images;
  std::vector<dicom::Record> told;
  read_images({"/nonexistent/file.dcm"}, images,
              [&](const dicom::Record& record, dicom::FileKind) { told.push_back(record); });
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].outcome, dicom::Outcome::Failed);
  EXPECT_TRUE(told[0].error);
  EXPECT_TRUE(images.groups().empty());
}

}  // namespace
}  // namespace slipring::measure

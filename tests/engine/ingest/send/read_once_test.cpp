// A small file is read once on its way to a peer, also where it is made anew for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "engine/ingest/frame_schedule.h"
#include "engine/ingest/send/object.h"
#include "tests/engine/deliver/place.h"
#include "tests/engine/transcode/objects.h"

namespace slipring::ingest::send {
namespace {

class ReadOnce : public ::testing::Test {
 protected:
  void write(const test::Image& image) {
    const auto bytes = test::native_object(image);
    place_.write("a.dcm", std::string(bytes.begin(), bytes.end()));
    work_.path = place_ / "a.dcm";
  }
  Result<Transcoded> make() {
    TranscodeLimits limits;
    limits.target = dicom::transfer_syntax_named("rle");
    FrameSchedule schedule(1);
    Loaded loaded;
    std::string kept;
    return transcode(work_, *limits.target, limits, schedule, loaded, kept);
  }

  test::Place place_;
  Work work_;
};

TEST_F(ReadOnce, ASmallFileIsMadeAnewFromWhatWasReadOfIt) {
  write({.name = "small", .rows = 32, .columns = 32});
  Loaded loaded;
  auto spare = std::make_unique<ReadFile>();
  ASSERT_TRUE(describe_and_read(work_, loaded, spare));
  ASSERT_TRUE(work_.read);
  loaded.file.close();
  std::filesystem::remove(work_.path);
  const auto made = make();
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_EQ(made->syntax, dicom::transfer_syntax_named("rle"));
  ASSERT_TRUE(made->proven.pixel_digest);
  const test::Image image{.name = "small", .rows = 32, .columns = 32};
  EXPECT_EQ(dicom::to_hex(made->proven.pixel_digest->bytes), image.digest());
}

TEST_F(ReadOnce, ALargeOneIsOpenedByWhoeverMakesItAnew) {
  write({.name = "large", .rows = 300, .columns = 300});
  Loaded loaded;
  auto spare = std::make_unique<ReadFile>();
  ASSERT_TRUE(describe_and_read(work_, loaded, spare));
  EXPECT_FALSE(work_.read);
  EXPECT_TRUE(make());
  loaded.file.close();
  std::filesystem::remove(work_.path);
  EXPECT_FALSE(make());
}

TEST_F(ReadOnce, WhatGoesLaterIsWhatGoesNowAndStaysWhatItWasWhenItWasRead) {
  for (const std::uint16_t side : {std::uint16_t{300}, std::uint16_t{1000}}) {  // read, and mapped
    write({.name = "large", .rows = side, .columns = side});
    Loaded now;
    Loaded later;
    ASSERT_TRUE(describe(work_, now));
    const auto as_it_lies = load(work_, now, LoadedFor::Now);
    const auto in_memory = load(work_, later, LoadedFor::Later);
    ASSERT_TRUE(as_it_lies && in_memory);
    const std::vector<std::uint8_t> before(as_it_lies->begin(), as_it_lies->end());
    EXPECT_TRUE(std::ranges::equal(*in_memory, before));
    if (side == 300) {
      std::filesystem::resize_file(work_.path, 0);
      EXPECT_TRUE(std::ranges::equal(*in_memory, before));
      EXPECT_FALSE(later.file.check());
    }
  }
}

}  // namespace
}  // namespace slipring::ingest::send

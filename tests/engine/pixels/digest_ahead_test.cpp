// Pixel digests of several objects made together are those that each has alone.
#include <gtest/gtest.h>

#include <memory>

#include "engine/pixels/pixels.h"
#include "engine/scan/scan.h"
#include "tests/engine/transcode/objects.h"

namespace slipring {
namespace {

using test::Image;

class DigestAhead : public ::testing::Test {
 protected:
  struct Opened {
    std::vector<std::uint8_t> bytes;
    dicom::Scanned scanned;
    pixels::Object object;
    std::string digest;  // of the pixels it was made from
  };

  Opened& open(const Image& image, std::string_view uid = test::kExplicitLittleUid,
               int planar = 0) {
    Opened& one = *opened_.emplace_back(std::make_unique<Opened>());
    one.bytes = test::native_object(image, uid, planar);
    one.digest = image.digest();
    scan::scan(one.bytes, one.bytes.size(), {}, one.scanned);
    auto object = pixels::open_object(one.scanned);
    EXPECT_TRUE(object && *object);
    one.object = std::move(**object);
    return one;
  }

  void digest_ahead() {
    std::vector<pixels::Object*> objects;
    for (const auto& one : opened_) objects.push_back(&one->object);
    pixels::digest_ahead(objects);
  }

  static std::string digest(const Opened& one) {
    dicom::SerialSchedule schedule;
    const auto answer = pixels::digest_pixels(one.object, schedule);
    return answer ? dicom::to_hex(answer->digest.bytes) : std::string(answer.error().what);
  }

  std::vector<std::unique_ptr<Opened>> opened_;
};

TEST_F(DigestAhead, PixelsInMemoryHaveTheDigestsTheyHaveAlone) {
  open({.name = {}, .rows = 61, .bits_allocated = 16, .bits_stored = 12});
  open({.name = {}, .samples = 3});
  open({.name = {}, .rows = 5, .columns = 5});  // its value has a pad byte
  open({.name = {}, .bits_allocated = 16, .bits_stored = 16, .frames = 3});
  open({.name = {}, .rows = 16, .columns = 16, .bits_allocated = 1, .bits_stored = 1});
  digest_ahead();
  for (const auto& one : opened_) {
    ASSERT_TRUE(one->object.ahead_digest);
    EXPECT_EQ(dicom::to_hex(one->object.ahead_digest->bytes), one->digest);
    EXPECT_EQ(digest(*one), one->digest);
    one->object.ahead_digest.reset();
    EXPECT_EQ(digest(*one), one->digest);
  }
}

TEST_F(DigestAhead, PixelsThatLieOtherwiseAreLeftToWhoeverNeedsThem) {
  open({.name = {}, .samples = 3}, test::kExplicitLittleUid, 1);  // planes
  open({.name = {}, .rows = 3, .columns = 3, .bits_allocated = 1, .bits_stored = 1, .frames = 3});
  open({.name = {}, .rows = 1024, .columns = 513, .bits_allocated = 16, .bits_stored = 16});
  for (const auto& one : opened_) EXPECT_FALSE(pixels::digest_gains_by_company(one->object));
  digest_ahead();
  for (const auto& one : opened_) {
    EXPECT_FALSE(one->object.ahead_digest);
    EXPECT_EQ(digest(*one), one->digest);
  }
}

TEST_F(DigestAhead, WhatIsAloneHasNothingAheadAndGainsOnlyWhereTwoAreDoneAtOnce) {
  const Opened& one = open({.name = {}, .bits_allocated = 16, .bits_stored = 12});
  EXPECT_EQ(pixels::digest_gains_by_company(one.object), dicom::sha256_gains_by_company());
  digest_ahead();
  EXPECT_FALSE(one.object.ahead_digest);
}

}  // namespace
}  // namespace slipring

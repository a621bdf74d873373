// encode_ahead: what write() makes of objects whose frames were encoded together is what it makes
// of each alone.
#include <gtest/gtest.h>

#include <memory>

#include "engine/scan/scan.h"
#include "engine/transcode/output.h"
#include "engine/transcode/transcode.h"
#include "tests/engine/transcode/objects.h"

namespace slipring {
namespace {

using test::Image;

// An object on its way into another syntax.
struct Planned {
  std::vector<std::uint8_t> bytes;
  dicom::Scanned scanned;
  transcode::Plan plan;
  Buffer codestream;
};

class EncodeAhead : public ::testing::Test {
 protected:
  void add(const Image& image, std::string_view target) {
    Planned& one = *planned_.emplace_back(std::make_unique<Planned>());
    one.bytes = test::native_object(image);
    scan::scan(one.bytes, one.bytes.size(), {}, one.scanned);
    options_.target = dicom::transfer_syntax_named(target);
    auto plan = transcode::plan(one.scanned, options_);
    ASSERT_TRUE(plan);
    one.plan = *std::move(plan);
  }

  void encode_ahead() {
    std::vector<transcode::EncodedAhead> aheads;
    for (const auto& one : planned_) aheads.push_back({&one->plan, &one->codestream});
    Scratch scratch;
    transcode::encode_ahead(aheads, scratch);
  }

  [[nodiscard]] std::vector<std::uint8_t> written(const Planned& one) const {
    dicom::SerialSchedule schedule;
    transcode::BufferSink sink;
    EXPECT_TRUE(transcode::write(one.scanned, one.plan, options_, schedule, sink));
    return {sink.bytes().begin(), sink.bytes().end()};
  }

  void expect_what_write_makes() {
    std::vector<std::vector<std::uint8_t>> alone;
    for (const auto& one : planned_) alone.push_back(written(*one));
    encode_ahead();
    for (std::size_t i = 0; i < planned_.size(); ++i) {
      EXPECT_FALSE(planned_[i]->plan.codestream.empty()) << i;
      EXPECT_EQ(written(*planned_[i]), alone[i]) << i;
    }
  }

  transcode::Options options_;
  std::vector<std::unique_ptr<Planned>> planned_;
};

TEST_F(EncodeAhead, GivesTheObjectsThatWriteMakesByItself) {
  for (unsigned i = 0; i < 11; ++i)  // sizes differ in the middle of them
    add({.name = {},
         .columns = static_cast<std::uint16_t>(i < 6 ? 40 : 33),
         .bits_allocated = 16,
         .bits_stored = static_cast<std::uint16_t>(i % 2 == 0 ? 12 : 16)},
        "jls-lossless");
  expect_what_write_makes();
}

TEST_F(EncodeAhead, GivesTheLoneFrameOfEveryTargetThatEncodes) {
  for (const std::string_view target : {"rle", "jpeg-lossless-sv1", "htj2k-lossless"}) {
    planned_.clear();
    add({.name = {}, .columns = 40, .bits_allocated = 16, .bits_stored = 12}, target);
    add({.name = {}, .columns = 33, .bits_allocated = 16, .bits_stored = 16}, target);
    SCOPED_TRACE(target);
    expect_what_write_makes();
  }
}

TEST_F(EncodeAhead, OnlyLoneFramesOfALockstepEncoderGainByCompany) {
  add({.name = {}, .bits_allocated = 16, .bits_stored = 12}, "jls-lossless");
  add({.name = {}, .bits_allocated = 16, .bits_stored = 12, .frames = 3}, "jls-lossless");
  add({.name = {}, .bits_allocated = 16, .bits_stored = 12}, "rle");
  add({.name = {}, .bits_allocated = 16, .bits_stored = 12}, "explicit-be");
  EXPECT_EQ(transcode::company_of(planned_[0]->plan), 8U);
  for (std::size_t i = 1; i < planned_.size(); ++i)
    EXPECT_EQ(transcode::company_of(planned_[i]->plan), 1U) << i;
}

TEST_F(EncodeAhead, LeavesSeveralFramesAndNativeTargetsToWrite) {
  add({.name = {}, .bits_allocated = 16, .bits_stored = 12, .frames = 3}, "jls-lossless");
  add({.name = {}, .bits_allocated = 16, .bits_stored = 12, .frames = 2}, "rle");
  add({.name = {}, .bits_allocated = 16, .bits_stored = 12}, "explicit-be");
  encode_ahead();
  for (const auto& one : planned_) EXPECT_TRUE(one->plan.codestream.empty());
}

}  // namespace
}  // namespace slipring

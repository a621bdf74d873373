// What an object of any size costs: the frames in the slots, given back as they are done.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include "tests/engine/transcode/objects.h"
#include "tests/engine/transcode/round_trip.h"

namespace slipring {
namespace {

using test::Image;
namespace tags = dicom::tags;

// Counts, checks that patches stay inside, keeps nothing.
class CountingSink final : public dicom::Sink {
 public:
  Result<void> append(Bytes bytes) override {
    size_ += bytes.size();
    appends_ += 1;
    return {};
  }
  Result<void> append_pieces(std::span<const Bytes> pieces) override {
    for (const Bytes piece : pieces) size_ += piece.size();
    appends_ += 1;
    return {};
  }
  Result<void> patch(std::uint64_t offset, Bytes bytes) override {
    if (offset + bytes.size() > size_)
      return fail(ErrorCode::Internal, offset, "a patch beyond the end");
    patches_ += 1;
    return {};
  }
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::uint64_t appends() const { return appends_; }
  [[nodiscard]] std::uint64_t patches() const { return patches_; }

 private:
  std::uint64_t size_ = 0;
  std::uint64_t appends_ = 0;
  std::uint64_t patches_ = 0;
};

// Fails at the nth append or patch.
class FailingSink final : public dicom::Sink {
 public:
  explicit FailingSink(std::size_t fail_at) : left_(fail_at) {}
  Result<void> append(Bytes bytes) override {
    if (left_-- == 0) return fail(ErrorCode::Io, size_, "disk full", 0, 28);
    size_ += bytes.size();
    return {};
  }
  Result<void> patch(std::uint64_t offset, Bytes) override {
    if (left_-- == 0) return fail(ErrorCode::Io, offset, "disk full", 0, 28);
    return {};
  }
  [[nodiscard]] std::uint64_t size() const override { return size_; }

 private:
  std::size_t left_;
  std::uint64_t size_ = 0;
};

// Runs out of order as far as it may: fills all slots, then consumes.
class WideSchedule final : public dicom::Schedule {
 public:
  void run(std::size_t count,
           const std::function<bool(std::size_t, std::size_t, Scratch&)>& produce,
           const std::function<bool(std::size_t, std::size_t)>& consume) override {
    for (std::size_t begin = 0; begin < count; begin += kSlots) {
      const std::size_t end = std::min(begin + kSlots, count);
      for (std::size_t i = end; i-- > begin;)
        if (!produce(i, i % kSlots, scratch_)) return;
      for (std::size_t i = begin; i < end; ++i)
        if (!consume(i, i % kSlots)) return;
    }
  }
  [[nodiscard]] std::size_t slots() const override { return kSlots; }

 private:
  static constexpr std::size_t kSlots = 4;
  Scratch scratch_;
};

TEST(TranscodeMemory, BytesOfTheSourceAreGivenBackInOrderAndWhole) {
  const Image image{.name = "many", .rows = 64, .columns = 64, .frames = 600};
  const auto source = test::native_object(image);
  dicom::Scanned scanned;
  scan::scan(source, source.size(), {}, scanned);
  for (const char* target : {"rle", "implicit-le", "explicit-be"}) {
    transcode::Options options;
    options.target = dicom::transfer_syntax_named(target);
    const auto plan = transcode::plan(scanned, options);
    ASSERT_TRUE(plan && plan->action == transcode::Action::Convert);
    const dicom::Element& pixel_data = *scanned.data_set().find(tags::PixelData);
    std::uint64_t next = pixel_data.offset;
    WideSchedule schedule;
    CountingSink sink;
    const auto written = transcode::write(scanned, *plan, options, schedule, sink,
                                          [&](std::uint64_t offset, std::uint64_t length) {
                                            EXPECT_EQ(offset, next);
                                            next = offset + length;
                                          });
    ASSERT_TRUE(written);
    EXPECT_EQ(dicom::to_hex(written->pixel_digest->bytes), image.digest());
    EXPECT_EQ(next, pixel_data.offset + pixel_data.length) << target;
  }
}

TEST(TranscodeMemory, ASparseObjectLargerThanItsSlotsConverts) {
  // 256 MiB of zero pages that nobody wrote to: 256 frames of 1 MiB, native and then RLE.
  constexpr std::size_t kPixelBytes = std::size_t{256} << 20;
  const Image image{.name = "sparse", .rows = 1024, .columns = 1024, .frames = 256};
  test::ObjectBuilder head;
  test::describe(head.preamble().meta(test::kExplicitLittleUid), image);
  head.header(tags::PixelData, dicom::VR::OB, kPixelBytes);
  void* map = mmap(nullptr, head.size() + kPixelBytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(map, MAP_FAILED);
  std::copy(head.bytes().begin(), head.bytes().end(), static_cast<std::uint8_t*>(map));
  const Bytes source(static_cast<const std::uint8_t*>(map), head.size() + kPixelBytes);
  dicom::Scanned scanned;
  scan::scan(source, source.size(), {}, scanned);
  transcode::Options options;
  options.target = dicom::transfer_syntax_named("rle");
  const auto plan = transcode::plan(scanned, options);
  ASSERT_TRUE(plan && plan->action == transcode::Action::Convert);
  WideSchedule schedule;
  CountingSink sink;
  const auto written = transcode::write(scanned, *plan, options, schedule, sink);
  ASSERT_TRUE(written);
  EXPECT_EQ(written->frames, 256U);
  EXPECT_LT(sink.size(), kPixelBytes / 60);
  EXPECT_LT(sink.appends(), 600U);
  munmap(map, source.size());
}

TEST(TranscodeMemory, TheTableOfASingleFrameIsWrittenAsItStays) {
  for (const std::uint32_t frames : {1U, 2U}) {
    const Image image{.name = "frames", .rows = 200, .columns = 200, .frames = frames};
    const auto source = test::native_object(image);
    dicom::Scanned scanned;
    scan::scan(source, source.size(), {}, scanned);
    transcode::Options options;
    options.target = dicom::transfer_syntax_named("encapsulated-le");
    const auto plan = transcode::plan(scanned, options);
    ASSERT_TRUE(plan);
    dicom::SerialSchedule schedule;
    CountingSink sink;
    ASSERT_TRUE(transcode::write(scanned, *plan, options, schedule, sink));
    EXPECT_EQ(sink.patches(), frames - 1);
  }
}

TEST(TranscodeMemory, EveryFailureOfTheSinkIsReported) {
  const Image image{.name = "frames", .rows = 200, .columns = 200, .frames = 4};
  const auto source = test::native_object(image);
  dicom::Scanned scanned;
  scan::scan(source, source.size(), {}, scanned);
  for (const char* target : {"rle", "implicit-le", "explicit-be", "deflated"}) {
    transcode::Options options;
    options.target = dicom::transfer_syntax_named(target);
    const auto plan = transcode::plan(scanned, options);
    ASSERT_TRUE(plan);
    bool succeeded = false;
    for (std::size_t at = 0; at < 100 && !succeeded; ++at) {
      dicom::SerialSchedule schedule;
      FailingSink sink(at);
      const auto written = transcode::write(scanned, *plan, options, schedule, sink);
      succeeded = written.has_value();
      if (!succeeded) {
        EXPECT_EQ(written.error().code, ErrorCode::Io);
      }
      EXPECT_TRUE(succeeded || at < 50);
    }
    EXPECT_TRUE(succeeded) << target;
  }
}

}  // namespace
}  // namespace slipring

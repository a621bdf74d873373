// Offset tables and fragments of what is written, and sources with tables of every kind.
#include <gtest/gtest.h>

#include "codecs/registry.h"
#include "engine/transcode/pixel_writer.h"
#include "tests/engine/transcode/objects.h"
#include "tests/engine/transcode/round_trip.h"

namespace slipring {
namespace {

using dicom::VR;
using test::Image;
using test::ObjectBuilder;
using test::RoundTrip;
namespace tags = dicom::tags;

RoundTrip convert(const std::vector<std::uint8_t>& source, std::string_view target) {
  dicom::SerialSchedule schedule;
  RoundTrip trip;
  transcode::Options options;
  options.target = dicom::transfer_syntax_named(target);
  test::run_round_trip(source, options, schedule, trip);
  return trip;
}

// Items of the pixel data on a tape: the basic offset table first.
std::vector<const dicom::Element*> items_of(const dicom::Scanned& scanned) {
  std::vector<const dicom::Element*> items;
  bool inside = false;
  for (const dicom::Element& element : scanned.tape) {
    if (element.depth == 0) inside = element.tag == tags::PixelData;
    if (inside && element.is_item()) items.push_back(&element);
  }
  return items;
}

const Image kFrames{.name = "frames", .rows = 5, .columns = 5, .frames = 4};

TEST(OffsetTables, TheBasicTableNamesEveryFrameAndFragmentsAreEven) {
  const RoundTrip trip = convert(test::native_object(kFrames), "encapsulated-le");
  ASSERT_TRUE(trip.converted());
  const auto items = items_of(trip.rescanned);
  ASSERT_EQ(items.size(), 5U);
  const Bytes table = trip.rescanned.data_set().value(*items[0]);
  ASSERT_EQ(table.size(), 16U);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint64_t item = items[i + 1]->offset - 8;
    EXPECT_EQ(load_le<std::uint32_t>(table.data() + i * 4), item - (items[1]->offset - 8));
    EXPECT_EQ(items[i + 1]->length, 26U);  // 25 bytes and a pad byte
  }
  EXPECT_EQ(trip.rescanned.findings.count(dicom::Severity::Warning), 0U);
}

TEST(OffsetTables, TheExtendedTableHasOffsetsAndLengthsAndAnEmptyBasicOne) {
  const auto source = test::native_object(kFrames);
  dicom::Scanned scanned;
  scan::scan(source, source.size(), {}, scanned);
  const auto object = pixels::open_object(scanned);
  ASSERT_TRUE(object && *object);
  transcode::BufferSink sink;
  ObjectBuilder head;
  test::describe(head.preamble().meta(test::kRleUid), kFrames);
  ASSERT_TRUE(sink.append(head.bytes()));
  transcode::Output out(sink);
  dicom::SerialSchedule schedule;
  transcode::PixelTarget target;
  target.encoder = codecs::find(pixel::Format::Rle);
  target.extended_offsets = true;
  ASSERT_TRUE(transcode::write_encapsulated(**object, target, schedule, out, {}));
  out.flush();
  dicom::Scanned written;
  scan::scan(sink.bytes(), sink.size(), {}, written);
  ASSERT_FALSE(written.error);
  const auto items = items_of(written);
  ASSERT_EQ(items.size(), 5U);
  EXPECT_EQ(items[0]->length, 0U);
  const dicom::DataSet made = written.data_set();
  const Bytes offsets = made.value(*made.find(tags::ExtendedOffsetTable));
  const Bytes lengths = made.value(*made.find(tags::ExtendedOffsetTableLengths));
  ASSERT_EQ(offsets.size(), 32U);
  ASSERT_EQ(lengths.size(), 32U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(load_le<std::uint64_t>(offsets.data() + i * 8),
              items[i + 1]->offset - items[1]->offset);
    EXPECT_EQ(load_le<std::uint64_t>(lengths.data() + i * 8), items[i + 1]->length);
  }
  const auto digests = transcode::digests(written, false, schedule);
  ASSERT_TRUE(digests);
  EXPECT_EQ(dicom::to_hex(digests->pixel->bytes), kFrames.digest());
}

TEST(OffsetTables, TheExtendedTableIsForWhatABasicOneCannotReach) {
  pixels::Description description;
  description.layout = {.rows = 512, .columns = 512, .bits_allocated = 16};
  description.frames = 100;
  EXPECT_FALSE(transcode::needs_extended_offsets(description));
  description.frames = 7700;  // 3.76 GiB: codestreams might grow beyond 4
  EXPECT_TRUE(transcode::needs_extended_offsets(description));
}

// An uncompressed encapsulated object with a table and fragments as a test wants them.
struct Fragments {
  Image image = kFrames;
  std::vector<std::uint32_t> basic;
  std::vector<std::uint64_t> extended;
  std::vector<std::size_t> cuts;  // lengths of the fragments
};

std::vector<std::uint8_t> build(const Fragments& fragments, std::size_t frame_bytes_padded) {
  ObjectBuilder object;
  object.preamble().meta("1.2.840.10008.1.2.1.98");
  test::describe(object, fragments.image);
  if (!fragments.extended.empty()) {
    object.header(tags::ExtendedOffsetTable, VR::OV,
                  static_cast<std::uint32_t>(fragments.extended.size() * 8));
    for (const std::uint64_t offset : fragments.extended)
      object.u32(static_cast<std::uint32_t>(offset)).u32(static_cast<std::uint32_t>(offset >> 32));
  }
  object.header(tags::PixelData, VR::OB, dicom::kUndefinedLength);
  object.item(static_cast<std::uint32_t>(fragments.basic.size() * 4));
  for (const std::uint32_t offset : fragments.basic) object.u32(offset);
  const auto pixels = fragments.image.pixels();
  const std::size_t frame_bytes = pixels.size() / fragments.image.frames;
  std::vector<std::uint8_t> stream;
  for (unsigned frame = 0; frame < fragments.image.frames; ++frame) {
    stream.insert(stream.end(), pixels.begin() + static_cast<std::ptrdiff_t>(frame * frame_bytes),
                  pixels.begin() + static_cast<std::ptrdiff_t>((frame + 1) * frame_bytes));
    stream.resize((frame + 1) * frame_bytes_padded);
  }
  std::size_t at = 0;
  for (const std::size_t cut : fragments.cuts) {
    object.item(static_cast<std::uint32_t>(cut)).raw(Bytes(stream).subspan(at, cut));
    at += cut;
  }
  return object.end_sequence().take();
}

TEST(OffsetTables, FramesOfSeveralFragmentsAreFoundByEitherTable) {
  Fragments fragments;
  fragments.cuts = {20, 6, 26, 10, 8, 8, 26};  // 26 bytes a frame
  fragments.basic = {0, 42, 76, 126};
  const RoundTrip basic = convert(build(fragments, 26), "explicit-le");
  ASSERT_TRUE(basic.converted()) << (basic.error ? basic.error->what : basic.plan.reason);
  EXPECT_EQ(basic.defect(), "");
  EXPECT_EQ(dicom::to_hex(basic.written.pixel_digest->bytes), kFrames.digest());
  fragments.basic.clear();
  fragments.extended = {0, 42, 76, 126};
  const RoundTrip extended = convert(build(fragments, 26), "rle");
  ASSERT_TRUE(extended.converted());
  EXPECT_EQ(extended.defect(), "");
  EXPECT_EQ(dicom::to_hex(extended.written.pixel_digest->bytes), kFrames.digest());
  EXPECT_EQ(extended.rescanned.data_set().find(tags::ExtendedOffsetTable),
            nullptr);  // never carried over
}

TEST(OffsetTables, AWrongTableIsNotBelieved) {
  Fragments fragments;
  fragments.cuts = {26, 26, 26, 26};
  for (const std::vector<std::uint32_t>& wrong : {std::vector<std::uint32_t>{0, 1, 2, 3},
                                                  {0, 34},
                                                  {34, 0, 68, 102},
                                                  {0, 0, 0, 0},
                                                  {8, 42, 76, 110}}) {
    fragments.basic = wrong;
    const RoundTrip trip = convert(build(fragments, 26), "explicit-le");
    ASSERT_TRUE(trip.converted());
    EXPECT_EQ(dicom::to_hex(trip.written.pixel_digest->bytes), kFrames.digest());
    EXPECT_EQ(trip.plan.findings.count({5, 4}), 1U);
  }
}

TEST(OffsetTables, FragmentsThatCannotBeSharedOutAreAnError) {
  Fragments fragments;
  fragments.cuts = {20, 6, 26, 10, 8, 8, 26};
  const RoundTrip trip = convert(build(fragments, 26), "explicit-le");
  ASSERT_TRUE(trip.error);
  EXPECT_EQ(trip.error->code, ErrorCode::Malformed);
}

TEST(OffsetTables, ASingleFrameTakesAllFragments) {
  Fragments fragments;
  fragments.image.frames = 1;
  fragments.cuts = {2, 4, 20};
  const RoundTrip trip = convert(build(fragments, 26), "rle");
  ASSERT_TRUE(trip.converted()) << (trip.error ? trip.error->what : trip.plan.reason);
  EXPECT_EQ(dicom::to_hex(trip.written.pixel_digest->bytes), fragments.image.digest());
}

}  // namespace
}  // namespace slipring

// Every source syntax to every target, small images of every kind: pixels and elements proven each
// time.
#include <gtest/gtest.h>

#include "tests/engine/transcode/objects.h"
#include "tests/engine/transcode/round_trip.h"

namespace slipring {
namespace {

using test::Image;
using test::RoundTrip;

constexpr std::string_view kTargets[] = {
    "implicit-le",    "explicit-le", "explicit-be",  "deflated",     "encapsulated-le",
    "deflated-frame", "rle",         "jls-lossless", "j2k-lossless", "jpeg-lossless-sv1"};

RoundTrip convert(const std::vector<std::uint8_t>& source, std::string_view target,
                  dicom::Schedule& schedule) {
  RoundTrip trip;
  transcode::Options options;
  options.target = dicom::transfer_syntax_named(target);
  test::run_round_trip(source, options, schedule, trip);
  return trip;
}

std::string photometric_of(const RoundTrip& trip) {
  return std::string(trip.rescanned.data_set().text(dicom::tags::PhotometricInterpretation));
}

TEST(TranscodeMatrix, EverySourceSyntaxGoesToEveryTargetAndKeepsItsPixels) {
  dicom::SerialSchedule schedule;
  std::size_t converted = 0;
  for (const Image& image : test::images()) {
    const std::vector<std::uint8_t> native = test::native_object(image);
    for (const std::string_view from : kTargets) {
      std::vector<std::uint8_t> source = native;
      if (from != "explicit-le") {
        const RoundTrip first = convert(native, from, schedule);
        ASSERT_FALSE(first.error) << image.name << " to " << from << ": " << first.error->what;
        if (first.plan.action == transcode::Action::Keep) continue;
        source = first.bytes;
      }
      for (const std::string_view to : kTargets) {
        const RoundTrip trip = convert(source, to, schedule);
        const std::string name =
            image.name + " from " + std::string(from) + " to " + std::string(to);
        ASSERT_FALSE(trip.error) << name << ": " << trip.error->what;
        if (from == to) {
          EXPECT_EQ(trip.plan.action, transcode::Action::Copy) << name;
          continue;
        }
        if (trip.plan.action == transcode::Action::Keep) {
          EXPECT_TRUE(trip.plan.to == trip.plan.from) << name;
          EXPECT_TRUE(image.bits_allocated == 1 || image.bits_allocated == 32)
              << name << ": " << trip.plan.reason;
          continue;
        }
        ++converted;
        EXPECT_EQ(trip.defect(), "") << name;
        ASSERT_TRUE(trip.written.pixel_digest) << name;
        EXPECT_EQ(dicom::to_hex(trip.written.pixel_digest->bytes), image.digest()) << name;
        const bool rct = to == "j2k-lossless" && image.photometric == "RGB";
        EXPECT_EQ(photometric_of(trip), rct ? "YBR_RCT" : image.photometric) << name;
      }
    }
  }
  EXPECT_GT(converted, 600U);
}

TEST(TranscodeMatrix, NativeSourcesOfEveryEncodingGiveTheSameDigests) {
  dicom::SerialSchedule schedule;
  for (const Image& image : test::images()) {
    for (const std::string_view uid : {test::kImplicitLittleUid, test::kExplicitBigUid}) {
      for (const std::string_view to : {"explicit-le", "rle", "encapsulated-le"}) {
        const RoundTrip trip = convert(test::native_object(image, uid), to, schedule);
        if (trip.plan.action == transcode::Action::Keep && (image.bits_allocated == 1)) continue;
        ASSERT_TRUE(trip.converted()) << image.name << trip.plan.reason;
        EXPECT_EQ(trip.defect(), "") << image.name << " " << uid << " " << to;
        EXPECT_EQ(dicom::to_hex(trip.written.pixel_digest->bytes), image.digest()) << image.name;
      }
    }
  }
}

TEST(TranscodeMatrix, PlanarSourcesBecomeInterleaved) {
  dicom::SerialSchedule schedule;
  for (const Image& image : test::images()) {
    if (image.samples == 1) continue;
    for (const std::string_view uid :
         {test::kImplicitLittleUid, test::kExplicitLittleUid, test::kExplicitBigUid}) {
      for (const std::string_view to : kTargets) {
        const RoundTrip trip = convert(test::native_object(image, uid, 1), to, schedule);
        if (trip.plan.action == transcode::Action::Copy)
          continue;  // in the target's syntax already
        ASSERT_TRUE(trip.converted()) << image.name << " " << to << ": " << trip.plan.reason;
        EXPECT_EQ(trip.defect(), "") << image.name << " " << uid << " " << to;
        EXPECT_EQ(dicom::to_hex(trip.written.pixel_digest->bytes), image.digest()) << image.name;
        EXPECT_EQ(trip.rescanned.data_set().number_us(dicom::tags::PlanarConfiguration), 0U);
      }
    }
  }
}

TEST(TranscodeMatrix, AMissingPlanarConfigurationIsAddedWhereItBelongs) {
  dicom::SerialSchedule schedule;
  const Image image{.name = "RGB", .samples = 3, .photometric = "RGB"};
  const auto source = test::native_object(image, test::kExplicitLittleUid, -1);
  const RoundTrip trip = convert(source, "rle", schedule);
  ASSERT_TRUE(trip.converted());
  EXPECT_EQ(trip.defect(), "");
  const auto& tape = trip.rescanned.tape;
  std::size_t at = 0;
  while (at < tape.size() && tape[at].tag != dicom::tags::PlanarConfiguration) ++at;
  ASSERT_LT(at, tape.size());
  EXPECT_EQ(tape[at - 1].tag, dicom::tags::PhotometricInterpretation);
  EXPECT_EQ(tape[at + 1].tag, dicom::tags::Rows);
}

TEST(TranscodeMatrix, SamplesBeyondBitsStoredSurviveEveryLosslessCodec) {
  dicom::SerialSchedule schedule;
  // An overlay in bit 15 of 12-bit pixels, as ACR-NEMA put them (PS3.3 C.9.2).
  Image image{
      .name = "overlay bits", .rows = 16, .columns = 16, .bits_allocated = 16, .bits_stored = 16};
  auto pixels = image.pixels();
  image.bits_stored = 12;
  test::ObjectBuilder object;
  object.preamble().meta(test::kExplicitLittleUid);
  test::describe(object, image);
  const std::string digest = dicom::to_hex(dicom::sha256(pixels).bytes);
  const auto source = test::pixel_data(object, dicom::VR::OW, pixels).take();
  for (const std::string_view to : kTargets) {
    const RoundTrip trip = convert(source, to, schedule);
    if (to == "explicit-le") continue;
    ASSERT_TRUE(trip.converted()) << to << ": " << trip.plan.reason
                                  << (trip.error ? trip.error->what : "");
    EXPECT_EQ(trip.defect(), "") << to;
    EXPECT_EQ(dicom::to_hex(trip.written.pixel_digest->bytes), digest) << to;
  }
}

}  // namespace
}  // namespace slipring

// What real files hold, each of which has stopped some decoder (T.81 clauses in the stream's
// reader).
#include "tests/codecs/jpeg_lossless/decoded.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;
using test::for_every_target;

LosslessStream simple(std::uint32_t precision = 12) {
  LosslessStream s;
  s.rows = 20;
  s.columns = 37;
  s.precision = precision;
  fill(s, Content::Smooth);
  return s;
}

void expect_quirk(const LosslessStream& s, const std::vector<std::uint8_t>& stream, Quirk quirk) {
  for_every_target([&] {
    const Decoded decoded = decode_lossless(stream, layout_of(s));
    ASSERT_TRUE(decoded.status) << decoded.status.error().what;
    EXPECT_EQ(decoded.quirks.bits, static_cast<std::uint32_t>(quirk));
    EXPECT_TRUE(decoded.pixels == frame_of(s, layout_of(s)));
  });
}

std::size_t find_marker(const std::vector<std::uint8_t>& stream, std::uint8_t code) {
  for (std::size_t i = 0; i + 1 < stream.size(); ++i)
    if (stream[i] == 0xFF && stream[i + 1] == code) return i;
  return stream.size();
}

void insert(std::vector<std::uint8_t>& stream, std::size_t at, std::vector<std::uint8_t> bytes) {
  stream.insert(stream.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin(), bytes.end());
}

TEST(LosslessTraps, TablesMayComeBeforeTheFrame) {
  LosslessStream s = simple();
  s.tables_before_frame = true;
  expect_quirk(s, write_lossless(s), Quirk::None);
}

TEST(LosslessTraps, FillBytesMayComeBeforeMarkers) {
  LosslessStream s = simple();
  s.fill_bytes = 3;
  s.restart_interval = 37;
  expect_quirk(s, write_lossless(s), Quirk::None);
}

TEST(LosslessTraps, TheNumberOfLinesMayFollowTheFirstScan) {
  LosslessStream s = simple();
  s.lines_in_dnl = true;
  for (const std::uint32_t components : {1U, 3U}) {
    s.components = components;
    s.interleaved = false;
    fill(s, Content::Smooth);
    const auto stream = write_lossless(s);
    expect_quirk(s, stream, Quirk::None);
    const std::vector<Bytes> fragments = {stream};
    EXPECT_EQ(jpeg_lossless::jpeg_lossless_row().probe(fragments)->rows, 20U);
  }
}

TEST(LosslessTraps, AMissingNumberOfLinesIsAnError) {
  LosslessStream s = simple();
  s.lines_in_dnl = true;
  auto stream = write_lossless(s);
  stream.erase(stream.begin() + static_cast<std::ptrdiff_t>(find_marker(stream, 0xDC)),
               stream.end());
  EXPECT_FALSE(decode_lossless(stream, layout_of(s)).status);
}

TEST(LosslessTraps, TheEndMarkerMayBeMissing) {
  LosslessStream s = simple();
  s.end_marker = false;
  expect_quirk(s, write_lossless(s), Quirk::MissingEndMarker);
}

TEST(LosslessTraps, OneByteOfPaddingIsNothingAndMoreIsNoted) {
  const LosslessStream s = simple();
  auto stream = write_lossless(s);
  stream.push_back(0);
  expect_quirk(s, stream, Quirk::None);
  stream.push_back(0);
  expect_quirk(s, stream, Quirk::TrailingBytes);
}

TEST(LosslessTraps, UnusedFieldsOfTheScanHeaderAreIgnored) {
  LosslessStream s = simple();
  s.spectral_end = 63;
  expect_quirk(s, write_lossless(s), Quirk::UnusedScanFields);
  s.spectral_end = 0;
  s.approximation_high = 2;
  expect_quirk(s, write_lossless(s), Quirk::UnusedScanFields);
}

TEST(LosslessTraps, BytesBetweenSegmentsAreSkipped) {
  const LosslessStream s = simple();
  auto stream = write_lossless(s);
  insert(stream, find_marker(stream, 0xC4), {1, 2, 3});
  expect_quirk(s, stream, Quirk::StrayBytes);
}

TEST(LosslessTraps, EntropyCodedBytesBeyondTheLastSampleAreSkipped) {
  LosslessStream s = simple();
  auto stream = write_lossless(s);
  insert(stream, stream.size() - 2, {0x55, 0xFF, 0x00, 0x12});
  expect_quirk(s, stream, Quirk::ExcessEntropyData);
  s.restart_interval = 37;
  stream = write_lossless(s);
  insert(stream, find_marker(stream, 0xD3), {0x55});
  expect_quirk(s, stream, Quirk::ExcessEntropyData);
}

TEST(LosslessTraps, CategoriesBeyond16MayStandInATableThatDoesNotUseThem) {
  const LosslessStream s = simple();
  auto stream = write_lossless(s);
  const std::size_t table = find_marker(stream, 0xC4);
  stream[table + 5 + 16 + 16] = 17;  // the last value, which was 16
  expect_quirk(s, stream, Quirk::ImpossibleCategories);
}

TEST(LosslessTraps, ACategoryBeyond16InTheDataIsAnError) {
  LosslessStream s = simple(16);
  fill(s, Content::Extremes);
  s.samples[0][40] = 32768;
  s.samples[0][41] = 0;
  auto stream = write_lossless(s);
  stream[find_marker(stream, 0xC4) + 5 + 16 + 16] = 17;
  const Decoded decoded = decode_lossless(stream, layout_of(s));
  ASSERT_FALSE(decoded.status);
  EXPECT_EQ(decoded.status.error().code, ErrorCode::Malformed);
}

// Philips' ultrasound: differences of 180 down where 76 up was meant.
TEST(LosslessTraps, SamplesArePredictedBeforeTheyAreReduced) {
  for (const std::uint32_t precision : {8U, 12U}) {
    for (std::uint32_t predictor = 1; predictor <= 7; ++predictor) {
      LosslessStream s = simple(precision);
      s.predictor = predictor;
      s.samples[0][100] = static_cast<std::uint16_t>(-180);
      s.samples[0][101] = static_cast<std::uint16_t>((1U << precision) + 5);
      expect_quirk(s, write_lossless(s), Quirk::SamplesReduced);
    }
  }
}

LosslessStream with_category_16() {
  LosslessStream s = simple(16);
  for (const std::size_t i : {std::size_t{50}, std::size_t{90}, std::size_t{300}})
    s.samples[0][i] = static_cast<std::uint16_t>(s.samples[0][i - 1] + 32768);
  return s;
}

TEST(LosslessTraps, Category16Is32768AndNoBitsFollow) {
  const LosslessStream s = with_category_16();
  expect_quirk(s, write_lossless(s), Quirk::None);
}

TEST(LosslessTraps, BitsAppendedToCategory16AreReadWhenNothingElseMakesSense) {
  LosslessStream s = with_category_16();
  s.appended_bits = true;
  expect_quirk(s, write_lossless(s), Quirk::AppendedBits);
}

TEST(LosslessTraps, RestartMarkersOutOfOrderAreAnError) {
  LosslessStream s = simple();
  s.restart_interval = 37;
  auto stream = write_lossless(s);
  stream[find_marker(stream, 0xD2) + 1] = 0xD5;
  const Decoded decoded = decode_lossless(stream, layout_of(s));
  ASSERT_FALSE(decoded.status);
  EXPECT_EQ(decoded.status.error().code, ErrorCode::Malformed);
}

TEST(LosslessTraps, ARestartMarkerThatNoIntervalAnnouncedIsAnError) {
  LosslessStream s = simple();
  s.restart_interval = 37;
  auto stream = write_lossless(s);
  const std::size_t interval = find_marker(stream, 0xDD);
  stream[interval + 4] = stream[interval + 5] = 0;
  EXPECT_FALSE(decode_lossless(stream, layout_of(s)).status);
}

TEST(LosslessTraps, OtherProcessesAreRefused) {
  const LosslessStream s = simple();
  const auto good = write_lossless(s);
  for (const int sof : {0xC0, 0xC1, 0xC2, 0xC5, 0xC7, 0xCB, 0xCF, 0xF7}) {
    auto stream = good;
    stream[find_marker(stream, 0xC3) + 1] = static_cast<std::uint8_t>(sof);
    const Decoded decoded = decode_lossless(stream, layout_of(s));
    ASSERT_FALSE(decoded.status);
    EXPECT_EQ(decoded.status.error().code, ErrorCode::Unsupported);
  }
  auto hierarchical = good;
  insert(hierarchical, 2, {0xFF, 0xDE, 0, 11, 12, 0, 20, 0, 37, 1, 1, 0x11, 0});
  const std::vector<Bytes> fragments = {hierarchical};
  EXPECT_EQ(jpeg_lossless::jpeg_lossless_row().probe(fragments).error().code,
            ErrorCode::Unsupported);
}

TEST(LosslessTraps, SubsampledComponentsAreRefused) {
  LosslessStream s = simple(8);
  s.components = 3;
  fill(s, Content::Smooth);
  auto stream = write_lossless(s);
  stream[find_marker(stream, 0xC3) + 11] = 0x21;
  EXPECT_EQ(decode_lossless(stream, layout_of(s)).status.error().code, ErrorCode::Unsupported);
}

TEST(LosslessTraps, ATableThatIsNotThereIsAnError) {
  const LosslessStream s = simple();
  auto stream = write_lossless(s);
  stream[find_marker(stream, 0xDA) + 6] = 0x30;
  EXPECT_EQ(decode_lossless(stream, layout_of(s)).status.error().code, ErrorCode::Malformed);
}

}  // namespace
}  // namespace slipring::codecs

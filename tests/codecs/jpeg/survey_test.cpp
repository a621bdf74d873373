#include <gtest/gtest.h>

#include "codecs/jpeg/jpeg_survey.h"
#include "tests/codecs/jpeg/jpeg_writer.h"

namespace slipring::codecs::jpeg {
namespace {

using namespace codecs::fixture;

const pixel::Layout kColour = layout(20, 30, 3, 8, 8);

Pixels stream_of(const JpegWriter& how) {
  return write_jpeg(make_frame(kColour, Pattern::Gradient), kColour, how);
}

TEST(JpegSurvey, CountsScansAndFindsTheEnd) {
  Pixels stream = stream_of({.separate_scans = true});
  const std::size_t size = stream.size();
  stream.push_back(0);
  const auto seen = survey(stream);
  ASSERT_TRUE(seen) << seen.error().what;
  EXPECT_EQ(seen->scans, 3U);
  EXPECT_TRUE(seen->ends);
  EXPECT_EQ(seen->end, size);
}

TEST(JpegSurvey, StopsAtTheLimitOfScans) {
  const Pixels stream = stream_of({.progressive = true});
  const auto seen = survey(stream, {.scans_max = 3});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(seen.error().expected, 3U);
}

TEST(JpegSurvey, AScanThatIsMissingIsSeen) {
  const Pixels stream = stream_of({.separate_scans = true});
  std::size_t last = 0;
  for (std::size_t i = 0; i + 1 < stream.size(); ++i)
    if (stream[i] == 0xFF && stream[i + 1] == jpeg_marker::kSos) last = i;
  Pixels two(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(last));
  auto seen = survey(two);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::Truncated);
  two.insert(two.end(), {0xFF, jpeg_marker::kEoi});
  seen = survey(two);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::Malformed);
}

TEST(JpegSurvey, ASecondImageInsideIsMalformed) {
  Pixels stream = stream_of({});
  const Pixels other = stream;
  stream.resize(stream.size() - 2);
  stream.insert(stream.end(), other.begin(), other.end());
  const auto seen = survey(stream);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::Malformed);
}

TEST(JpegSurvey, FillBytesBeforeMarkersAreSkipped) {
  Pixels stream = stream_of({});
  stream.insert(stream.begin() + 2, {0xFF, 0xFF, 0xFF});
  EXPECT_TRUE(survey(stream));
}

}  // namespace
}  // namespace slipring::codecs::jpeg

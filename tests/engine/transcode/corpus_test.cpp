// Every file of the corpus to every target: converted and proven, copied, kept for a reason, or an
// error that is known.
#include "tests/engine/pixels/corpus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "tests/engine/transcode/round_trip.h"

namespace slipring {
namespace {

// Damage: each is an error for every target that would have to read it.
constexpr std::array<std::string_view, 5> kDamaged = {
    "dicomdir/pydicom-dicomdirtests/DICOMDIR-nooffset",
    "malformed/modalware+dicom-validator-ts__type1-missing-pixel-rows.dcm",
    "malformed/pydicom+pydicom__MR_truncated.dcm",
    "malformed/pydicom+pydicom__meta_missing_tsyntax.dcm",
    "malformed/pydicom+pydicom__rtplan_truncated.dcm",
};

struct Target {
  const char* name;
  std::uint64_t file_bytes_max;  // larger files would make the test slow with this encoder
};

class CorpusTest : public ::testing::TestWithParam<Target> {};

TEST_P(CorpusTest, EveryFileIsProvenCopiedOrKeptForAReason) {
  if (!test::has_corpus()) GTEST_SKIP() << "no corpus here";
  transcode::Options options;
  options.target = dicom::transfer_syntax_named(GetParam().name);
  options.recompress_lossy = true;
  dicom::SerialSchedule schedule;
  std::size_t converted = 0;
  for (const test::ManifestRow& row : test::manifest()) {
    const std::string& path = row.at("path");
    if (std::filesystem::file_size(test::corpus_directory() / path) > GetParam().file_bytes_max)
      continue;
    const auto bytes = test::read_file(test::corpus_directory() / path);
    test::RoundTrip trip;
    test::run_round_trip(bytes, options, schedule, trip);
    if (!dicom::is_dicom(trip.source.kind)) continue;
    if (trip.error) {
      EXPECT_NE(std::ranges::find(kDamaged, path), kDamaged.end())
          << path << ": " << trip.error->what;
      continue;
    }
    EXPECT_EQ(trip.plan.reason.empty(), trip.plan.action != transcode::Action::Keep) << path;
    if (trip.plan.action != transcode::Action::Convert) continue;
    EXPECT_EQ(trip.defect(), "") << path;
    ++converted;
  }
  EXPECT_GT(converted, 100U);
}

INSTANTIATE_TEST_SUITE_P(
    Targets, CorpusTest,
    ::testing::Values(Target{"implicit-le", 1 << 20}, Target{"explicit-le", 1 << 20},
                      Target{"explicit-be", 1 << 20}, Target{"deflated", 300 << 10},
                      Target{"encapsulated-le", 1 << 20}, Target{"deflated-frame", 300 << 10},
                      Target{"rle", 1 << 20}, Target{"jls-lossless", 200 << 10},
                      Target{"jpeg-lossless-sv1", 1 << 20}, Target{"j2k-lossless", 100 << 10}),
    [](const auto& target) {
      std::string name = target.param.name;
      std::ranges::replace(name, '-', '_');
      return name;
    });

}  // namespace
}  // namespace slipring

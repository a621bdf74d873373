// With a Recall and without it the findings are the same, in the same order, object after object:
// alike ones, changed ones, damaged ones, other ones.
#include "engine/validate/recall/recall.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <random>
#include <utility>
#include <vector>

#include "datasets/synthesize/object.h"
#include "engine/scan/scan_in_series.h"
#include "engine/validate/validate_in_series.h"
#include "tests/engine/pixels/corpus.h"
#include "tests/engine/validate/complete_object.h"

namespace slipring::test {
namespace {

// What is remembered from object to object.
struct Memory {
  dicom::Precedent precedent;
  validate::recall::Recall recall;

  void scan(const FileBytes& bytes, dicom::Scanned& scanned) {
    scan::scan_in_series(bytes, bytes.size(), {}, std::array{&std::as_const(precedent)}, scanned);
    precedent.keep(scanned);
  }
};

// Everything that is said of an object, a line each.
std::string judged(const FileBytes& bytes, bool decode, Memory* memory) {
  dicom::Scanned scanned;
  if (memory != nullptr)
    memory->scan(bytes, scanned);
  else
    scan::scan(bytes, bytes.size(), {}, scanned);
  validate::Options options;
  options.decode_pixels = options.digests = decode;
  dicom::SerialSchedule schedule;
  dicom::Findings findings;
  const validate::Answer answer =
      memory != nullptr ? validate::validate(scanned, options, memory->recall, schedule, findings)
                        : validate::validate(scanned, options, schedule, findings);
  std::string text = std::to_string(answer.frames) + (answer.pixel_digest ? " frames\n" : "\n");
  for (const dicom::Finding& each : findings.kept())
    text += dicom::to_string(each.rule) + dicom::letter(each.severity) + " " +
            dicom::to_string(each.tag) + each.path + " @" + std::to_string(each.offset) + " " +
            each.message + "\n";
  for (const dicom::Findings::Count& each : findings.counts())
    text += dicom::to_string(each.rule) + "x" + std::to_string(each.count) + "\n";
  return text;
}

// Two memories, so that neither is spoilt by a change of what is asked for; and one that is.
struct Memories {
  Memory headers, pixels, both;

  void expect_same(const FileBytes& bytes, const std::string& what) {
    const std::string by_headers = judged(bytes, false, nullptr);
    const std::string by_pixels = judged(bytes, true, nullptr);
    EXPECT_EQ(judged(bytes, false, &headers), by_headers) << what;
    EXPECT_EQ(judged(bytes, true, &pixels), by_pixels) << what;
    EXPECT_EQ(judged(bytes, false, &both), by_headers) << what;
    EXPECT_EQ(judged(bytes, true, &both), by_pixels) << what;
  }
};

TEST(Recall, ObjectsOfSeriesWithAndWithoutDefectsAreJudgedTheSame) {
  datasets::Options options;
  options.count = 160;
  options.seed = 7;
  options.defect_rate = 0.2;
  for (const datasets::Syntax& syntax : datasets::syntaxes())
    options.syntaxes.push_back({&syntax, 1});
  options.ct_size = options.mr_size = options.us_size = 32;
  options.cr_size = 64;
  for (const datasets::DefectRow& row : datasets::defects()) options.defects.push_back(row.defect);
  const datasets::Plan plan(options);
  datasets::ObjectBuilder builder(options);
  Memories memories;
  for (std::uint64_t i = 0; i < options.count; ++i)
    memories.expect_same(builder.build(plan, plan.object(i)), "object " + std::to_string(i));
}

// A byte here and there of objects that stay alike, among them those of lengths and tags.
TEST(Recall, ChangedBytesAreJudgedTheSame) {
  std::mt19937 random(5);
  Memories memories;
  for (const Fields& fields : {ct_image(), enhanced_ct(), private_object()}) {
    const FileBytes right = fields.bytes();
    memories.expect_same(right, "right");
    for (int i = 0; i < 400; ++i) {
      FileBytes changed = right;
      constexpr std::string_view kBytes = "0129AZaz\\^= .\0\x1b\xe9";
      for (auto n = random() % 3 + 1; n-- > 0;)
        changed[132 + random() % (changed.size() - 132)] =
            static_cast<std::uint8_t>(kBytes[random() % kBytes.size()]);
      memories.expect_same(changed, "change " + std::to_string(i));
      if (i % 3 == 0) memories.expect_same(right, "right again " + std::to_string(i));
    }
  }
}

// Each attribute of a right object in turn with another value, and right again.
TEST(Recall, OneValueAfterTheOtherIsJudgedTheSame) {
  Memories memories;
  const FileBytes right = ct_image().bytes();
  dicom::Scanned scanned;
  scan::scan(right, right.size(), {}, scanned);
  for (const dicom::Element& element : scanned.tape) {
    if (element.length == 0 || element.undefined_length() || !element.is_attribute()) continue;
    for (const std::uint8_t byte : {std::uint8_t{0}, std::uint8_t{'2'}, std::uint8_t{'M'}}) {
      FileBytes changed = right;
      changed[element.offset] = byte;
      memories.expect_same(changed, dicom::to_string(element.tag));
    }
    memories.expect_same(right, "right");
  }
}

TEST(Recall, TheCorpusIsJudgedTheSame) {
  if (!has_corpus()) GTEST_SKIP() << "no corpus here";
  constexpr std::uintmax_t kBytesMax = 200'000;
  Memories memories;
  for (const ManifestRow& row : manifest()) {
    const std::filesystem::path path = corpus_directory() / row.at("path");
    if (std::filesystem::file_size(path) > kBytesMax) continue;
    const FileBytes bytes = read_file(path);
    memories.expect_same(bytes, row.at("path"));
    memories.expect_same(bytes, row.at("path") + " again");
  }
}

// What is said of the object before is recalled: else the tests above hold nothing.
TEST(Recall, ARuleIsNotAskedAgainUntilAValueItReadsDiffers) {
  constexpr Tag kRead(0x00200032);
  Memory memory;
  validate::recall::Recall& recall = memory.recall;
  int asked = 0;
  const auto judge = [&](std::string_view position, std::string_view number) {
    const FileBytes bytes =
        ct_image().text(0x00200013, VR::IS, number).text(kRead.value, VR::DS, position).bytes();
    dicom::Scanned scanned;
    memory.scan(bytes, scanned);
    dicom::Findings findings;
    recall.begin(scanned, findings);
    const auto reads = [&](const dicom::Likeness::Difference& each) {
      return scanned.tape[each.entry].tag == kRead;
    };
    const std::uint64_t length = recall.rule(validate::recall::Rule::Object, reads, [&] {
      ++asked;
      const std::string_view place = scanned.data_set().text(kRead);
      if (place != "0\\0\\0")
        findings.add({{4, 20},
                      dicom::Severity::Warning,
                      kRead,
                      scanned.data_set().find(kRead)->offset,
                      "",
                      std::string(place)});
      return place.size();
    });
    recall.finish();
    EXPECT_EQ(length, scanned.data_set().text(kRead).size());
    if (findings.kept().empty()) return std::string();
    EXPECT_EQ(findings.kept().front().offset, scanned.data_set().find(kRead)->offset);
    return findings.kept().front().message;
  };
  EXPECT_EQ(judge("0\\0\\1 ", "1 "), "0\\0\\1");
  EXPECT_EQ(judge("0\\0\\1 ", "1000"), "0\\0\\1");
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(judge("0\\0\\22", "1 "), "0\\0\\22");
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(judge("0\\0\\0 ", "1 "), "");
  EXPECT_EQ(judge("0\\0\\0 ", "2 "), "");
  EXPECT_EQ(asked, 3);
}

TEST(Recall, WhatWasFoundInAnElementIsLookedForAgainAndWhatIsSettledIsPassedBy) {
  using validate::recall::Sweep;
  static constexpr Tag kCounts(0x00080060);
  Memory memory;
  validate::recall::Recall& recall = memory.recall;
  const auto not_settled = [&](std::string_view number) {
    const FileBytes bytes = ct_image().text(0x00200013, VR::IS, number).bytes();
    dicom::Scanned scanned;
    memory.scan(bytes, scanned);
    dicom::Findings findings;
    std::vector<std::size_t> entries;
    recall.begin(scanned, findings);
    const auto counts = [](const dicom::Element& element) { return element.tag == kCounts; };
    recall.sweep(Sweep::Values, counts, [&](const validate::recall::TapeMarks& settled) {
      for (std::size_t i = 0; i < scanned.tape.size(); ++i)
        if (!settled[i]) entries.push_back(i);
      for (std::size_t i = settled.next_unmarked(0), next = 0; i < scanned.tape.size();
           i = settled.next_unmarked(i + 1))
        EXPECT_EQ(i, entries[next++]);
      findings.add({{2, 20},
                    dicom::Severity::Warning,
                    scanned.tape[3].tag,
                    scanned.tape[3].offset + scanned.tape[3].length,
                    "",
                    "wrong"});
    });
    recall.finish();
    return entries;
  };
  const std::size_t all = not_settled("1 ").size();
  EXPECT_GT(all, 20U);
  EXPECT_EQ(not_settled("1 ").size(), 2U);  // that, and what is never settled
  EXPECT_EQ(not_settled("2 ").size(), 3U);
  EXPECT_EQ(not_settled("3000").size(), 3U);
}

}  // namespace
}  // namespace slipring::test

// Every rule of the table is broken by an object of these tests, or is raised elsewhere and tested
// there.
#include "tests/engine/validate/rule_cases.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/validate/rules.h"

namespace slipring::testing {
namespace {

std::vector<RuleCase> all_cases() {
  std::vector<RuleCase> all = value_cases();
  for (const auto& cases : {image_cases(), pixel_module_cases(), dictionary_cases(), object_cases(),
                            consistency_cases()})
    all.insert(all.end(), cases.begin(), cases.end());
  return all;
}

validate::Options options_of(const RuleCase& each) {
  validate::Options options;
  options.decode_pixels = !each.headers_only;
  options.object = each.rule.layer == 3 || each.rule.layer == 4;
  return options;
}

TEST(RuleCases, ABrokenObjectIsReportedWithItsRuleSeverityPathAndOffset) {
  for (const RuleCase& each : all_cases()) {
    SCOPED_TRACE(dicom::to_string(each.rule) + ": " + each.name);
    const FileBytes bytes = each.broken();
    const Validated validated(bytes, options_of(each));
    const auto& kept = validated.findings().kept();
    const auto found = std::ranges::find_if(kept, [&](const dicom::Finding& finding) {
      return finding.rule == each.rule && finding.severity == each.severity &&
             finding.path == each.path;
    });
    ASSERT_NE(found, kept.end()) << validated.all();
    EXPECT_LE(found->offset, bytes.size());
    EXPECT_GE(found->message.size(), 8U);
    EXPECT_LE(found->message.size(), 120U) << found->message;
    EXPECT_TRUE(each.path.empty() || each.path.ends_with(']') ||
                each.path.ends_with(dicom::to_string(found->tag)))
        << dicom::to_string(found->tag);
    EXPECT_EQ(std::ranges::count(kept, each.rule, &dicom::Finding::rule), 1) << validated.all();
  }
}

TEST(RuleCases, TheRightObjectBesideItIsNotReported) {
  for (const RuleCase& each : all_cases()) {
    SCOPED_TRACE(dicom::to_string(each.rule) + ": " + each.name);
    const Validated validated(each.right(), options_of(each));
    EXPECT_EQ(validated.findings().count(each.rule), 0U) << validated.all();
    if (each.rule.layer == 2) {
      EXPECT_EQ(validated.findings().count(dicom::Severity::Warning), 0U) << validated.all();
    }
    if (!each.only_this) {
      EXPECT_EQ(validated.findings().count(dicom::Severity::Error), 0U) << validated.all();
    }
  }
}

struct Elsewhere {
  dicom::RuleId rule;
  std::string_view tested_in;  // a file that names the rule
};

constexpr std::string_view kScanFile = "tests/engine/scan/file_test.cpp",
                           kScanElement = "tests/engine/scan/element_test.cpp",
                           kScanContainer = "tests/engine/scan/container_test.cpp",
                           kFile = "tests/engine/validate/file_test.cpp",
                           kContract = "tests/whole/contract/contract_test.py",
                           kLoss = "tests/whole/contract/loss_test.py",
                           kNightly = "tests/whole/nightly/nightly_test.py",
                           kProof = "tests/engine/ingest/proof_test.cpp",
                           kCollate = "tests/engine/collate/rules_test.cpp";

constexpr Elsewhere kElsewhere[] = {
    {{0, 1}, kFile},           {{0, 2}, kScanFile},       {{0, 3}, kFile},
    {{0, 4}, kFile},           {{0, 5}, kScanElement},    {{0, 6}, kContract},
    {{0, 7}, kFile},           {{0, 8}, kScanFile},       {{0, 9}, kNightly},
    {{1, 1}, kScanFile},       {{1, 2}, kScanFile},       {{1, 3}, kScanFile},
    {{1, 4}, kScanFile},       {{1, 5}, kScanFile},       {{1, 6}, kScanFile},
    {{1, 7}, kScanFile},       {{1, 8}, kScanFile},       {{1, 9}, kScanFile},
    {{1, 10}, kScanElement},   {{1, 11}, kScanFile},      {{1, 12}, kScanFile},
    {{1, 13}, kScanContainer}, {{1, 14}, kScanFile},      {{2, 1}, kScanElement},
    {{2, 2}, kScanElement},    {{2, 3}, kScanElement},    {{2, 4}, kScanContainer},
    {{2, 5}, kScanContainer},  {{2, 6}, kScanContainer},  {{2, 7}, kScanContainer},
    {{2, 8}, kScanContainer},  {{2, 9}, kScanElement},    {{2, 10}, kScanElement},
    {{2, 11}, kScanElement},   {{2, 12}, kScanElement},   {{2, 13}, kScanElement},
    {{2, 14}, kScanElement},   {{2, 18}, kScanContainer}, {{2, 24}, kScanContainer},
    {{5, 20}, kProof},         {{5, 31}, kLoss},          {{6, 1}, kCollate},
    {{6, 2}, kCollate},        {{6, 3}, kCollate},        {{6, 4}, kCollate},
    {{6, 5}, kCollate},        {{6, 6}, kCollate},        {{6, 7}, kCollate},
    {{6, 8}, kCollate},        {{6, 9}, kCollate},        {{6, 10}, kCollate},
    {{6, 11}, kCollate},
};

// "{1, 7}" in C++, "L1-07" in texts; a comment names nothing.
bool names(std::string_view file, dicom::RuleId rule) {
  std::ifstream stream(std::filesystem::path(SLIPRING_SOURCE_DIR) / file);
  std::string text;
  for (std::string line; std::getline(stream, line); text += '\n')
    text += line.substr(0, line.find(file.ends_with(".py") ? "#" : "//"));
  const std::string numbers =
      "{" + std::to_string(rule.layer) + ", " + std::to_string(rule.number) + "}";
  return text.contains(numbers) || text.contains(dicom::to_string(rule));
}

TEST(RuleCases, EveryRuleHasACaseHereOrATestElsewhere) {
  const std::vector<RuleCase> cases = all_cases();
  for (const validate::Rule& rule : validate::rules()) {
    const bool here = std::ranges::find(cases, rule.id, &RuleCase::rule) != cases.end();
    const auto* elsewhere = std::ranges::find(kElsewhere, rule.id, &Elsewhere::rule);
    EXPECT_NE(here, elsewhere != std::end(kElsewhere)) << dicom::to_string(rule.id);
    if (elsewhere != std::end(kElsewhere)) {
      EXPECT_TRUE(elsewhere->tested_in.starts_with("tests/"));
      EXPECT_TRUE(names(elsewhere->tested_in, rule.id))
          << elsewhere->tested_in << " does not name " << dicom::to_string(rule.id);
    }
  }
  for (const RuleCase& each : cases) EXPECT_NE(validate::find_rule(each.rule), nullptr);
}

}  // namespace
}  // namespace slipring::testing

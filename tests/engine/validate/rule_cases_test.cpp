// Objects that break the rules of values, attributes and pixel data, and what is said of them; that
// no rule is without one is asked in tests/engine/ingest/rules.
#include "tests/engine/validate/rule_cases.h"

#include <algorithm>

namespace slipring::test {
namespace {

validate::Options options_of(const RuleCase& each) {
  validate::Options options;
  options.decode_pixels = !each.headers_only;
  options.object = each.rule.layer == 3 || each.rule.layer == 4;
  return options;
}

TEST(RuleCases, ABrokenObjectIsReportedWithItsRuleSeverityPathAndOffset) {
  for (const RuleCase& each : rule_cases()) {
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
  for (const RuleCase& each : rule_cases()) {
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

}  // namespace
}  // namespace slipring::test

// Hostile objects cost a bounded time and memory, and their findings are counted, not kept.
#include <gtest/gtest.h>

#include "engine/validate/object/check_object.h"
#include "tests/engine/validate/complete_object.h"

namespace slipring::test {
namespace {

constexpr Tag kAnatomicRegion{0x0008, 0x2218}, kRequest{0x0040, 0x0275};

validate::Options headers() {
  validate::Options options;
  options.decode_pixels = false;
  return options;
}

TEST(HostileObject, EmptyItemsByTheHundredThousandAreCountedAndAFewKept) {
  constexpr std::size_t kItems = 200'000;
  ObjectBuilder builder;
  builder.preamble().meta(kExplicitLittleUid, "1.2.840.10008.5.1.4.1.1.2");
  builder.text(tags::SOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.2");
  builder.sequence(kAnatomicRegion);
  for (std::size_t i = 0; i < kItems; ++i) builder.item().end_item();
  const Validated validated(builder.end_sequence().take(), headers());
  EXPECT_GE(validated.findings().count(dicom::RuleId{4, 4}), kItems);
  EXPECT_LE(validated.findings().kept().size(), 20 * dicom::Findings::kErrorsKeptPerRule);
}

TEST(HostileObject, AttributesOfMillionsOfValuesAreNotLookedAtOneByOne) {
  std::string many(std::size_t{4} << 20, '\\');
  ObjectBuilder builder;
  builder.preamble().meta(kImplicitLittleUid, "1.2.840.10008.5.1.4.1.1.2");
  for (const Tag tag : {Tag(0x0008, 0x0008), tags::SOPClassUID, Tag(0x0010, 0x0040),
                        Tag(0x0028, 0x0030), Tag(0x0028, 0x1050), Tag(0x0028, 0x1051)})
    if (tag == tags::SOPClassUID)
      builder.text(tag, VR::UI, "1.2.840.10008.5.1.4.1.1.2");
    else
      builder.element(tag, VR::LO, many);
  const Validated validated(builder.take(), headers());
  EXPECT_NE(validated.find({3, 3}), nullptr);
}

TEST(HostileObject, NestingToTheLimitIsJudged) {
  ObjectBuilder builder = object();
  identity(builder);
  for (int i = 0; i < 60; ++i) builder.sequence(kRequest).item();
  for (int i = 0; i < 60; ++i) builder.end_item().end_sequence();
  const Validated validated(builder.take(), headers());
  EXPECT_NE(validated.find({4, 4}), nullptr);
}

TEST(HostileObject, TagsOutOfOrderAreFoundAllTheSame) {
  ObjectBuilder builder;
  builder.preamble().meta(kExplicitLittleUid, "1.2.840.10008.5.1.4.1.1.2");
  builder.text({0x0020, 0x0010}, VR::SH, "7").text({0x0010, 0x0020}, VR::LO, "17");
  builder.text(tags::SOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.2");
  builder.text({0x0010, 0x0040}, VR::CS, "X");
  const Validated validated(builder.take(), headers());
  ASSERT_NE(validated.find({4, 9}), nullptr) << validated.all();
  EXPECT_EQ(validated.find({4, 9})->path, "(0010,0040)");
  for (const dicom::Finding& each : validated.findings().kept())
    EXPECT_FALSE(each.rule.layer == 4 && each.tag == Tag(0x0010, 0x0020)) << each.message;
}

TEST(HostileObject, EveryTruncationOfACompleteObjectIsSurvivedAndNothingBehindTheCutIsMissed) {
  const FileBytes whole = ct_image().bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const FileBytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const Validated validated(cut, headers());
    if (validated.findings().count(dicom::RuleId{2, 4}) == 0) continue;
    EXPECT_EQ(validated.findings().count(dicom::RuleId{4, 4}), 0U) << size << validated.all();
  }
}

}  // namespace
}  // namespace slipring::test

// Facts of the standard that no single table has: what one module or macro says of another.
#include <gtest/gtest.h>

#include "tests/engine/validate/complete_object.h"

namespace slipring::test {
namespace {

bool is_missing(const Fields& fields, std::string_view path) {
  validate::Options options;
  options.decode_pixels = false;
  const Validated validated(fields.bytes(), options);
  return std::ranges::any_of(validated.findings().kept(), [&](const dicom::Finding& finding) {
    return finding.rule.layer == 4 && finding.path == path && finding.message.ends_with("missing");
  });
}

TEST(DefinitionFacts, FramesHaveTheirOwnGroupsUnlessTheyTileAPlane) {
  EXPECT_FALSE(is_missing(enhanced_ct(), "(5200,9230)"));
  Fields without = enhanced_ct().erase(0x52009230).items(0x52009229, {Fields()});
  EXPECT_TRUE(is_missing(without, "(5200,9230)"));
  EXPECT_FALSE(is_missing(without.text(0x00209311, VR::CS, "TILED_FULL"), "(5200,9230)"));
  EXPECT_TRUE(is_missing(without.text(0x00209311, VR::CS, "3D"), "(5200,9230)"));
}

TEST(DefinitionFacts, ASecondaryCaptureNeedNotSayItsModality) {
  Fields image = ct_image().erase(0x00080060);
  EXPECT_TRUE(is_missing(image, "(0008,0060)"));
  EXPECT_FALSE(
      is_missing(image.text(0x00080016, VR::UI, "1.2.840.10008.5.1.4.1.1.7"), "(0008,0060)"));
}

}  // namespace
}  // namespace slipring::test

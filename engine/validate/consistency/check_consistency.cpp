#include "engine/validate/consistency/check_consistency.h"

#include <optional>

#include "engine/validate/consistency/root.h"

namespace slipring::validate::consistency {

namespace {

using recall::Rule;

struct Row {
  Rule rule;
  void (*check)(Root& root);
};
// In this order they say what they find.
constexpr Row kRows[] = {
    {Rule::Geometry, check_geometry}, {Rule::Times, check_times}, {Rule::Display, check_display},
    {Rule::Frames, check_frames},     {Rule::Uids, check_uids},   {Rule::Identity, check_identity},
    {Rule::Content, check_content},
};

}  // namespace

void check_consistency(const dicom::Scanned& scanned, recall::Recall& recall,
                       catalogue::Reporter& reporter) {
  std::optional<Root> root;  // when a rule needs it
  for (const Row& row : kRows)
    recall.rule(row.rule, [&](recall::TapeMarks& read) {
      if (!root) root.emplace(scanned, recall, reporter);
      root->keep_account(read);
      row.check(*root);
    });
}

}  // namespace slipring::validate::consistency

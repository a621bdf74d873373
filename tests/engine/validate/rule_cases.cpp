#include "tests/engine/validate/rule_cases.h"

namespace slipring::test {

std::vector<RuleCase> rule_cases() {
  std::vector<RuleCase> all = value_cases();
  for (const auto& cases : {image_cases(), pixel_module_cases(), dictionary_cases(), object_cases(),
                            consistency_cases()})
    all.insert(all.end(), cases.begin(), cases.end());
  return all;
}

}  // namespace slipring::test

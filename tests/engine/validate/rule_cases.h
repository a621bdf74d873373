// An object that breaks each rule that validate raises by looking at one object, and one beside it
// that does not.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/engine/validate/validate_fixture.h"

namespace slipring::test {

struct RuleCase {
  dicom::RuleId rule;
  dicom::Severity severity;
  std::string name;
  std::function<FileBytes()> broken;
  std::function<FileBytes()> right;
  std::string path;           // of the finding
  bool headers_only = false;  // its codestreams have nothing behind their headers
  bool only_this = false;     // the right object breaks other rules: it is not complete
};

[[nodiscard]] std::vector<RuleCase> rule_cases();  // all of those below

[[nodiscard]] std::vector<RuleCase> value_cases();
[[nodiscard]] std::vector<RuleCase> image_cases();
[[nodiscard]] std::vector<RuleCase> pixel_module_cases();
[[nodiscard]] std::vector<RuleCase> dictionary_cases();
[[nodiscard]] std::vector<RuleCase> object_cases();
[[nodiscard]] std::vector<RuleCase> consistency_cases();

}  // namespace slipring::test

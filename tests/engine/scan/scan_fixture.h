// Scans bytes, with the tape's invariants checked every time; and how tests read findings.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/scan/scan.h"
#include "tests/engine/scan/object_builder.h"
#include "tests/engine/scan/tape_invariants.h"

namespace slipring::test {

class ScanTest : public ::testing::Test {
 protected:
  using Tag = dicom::Tag;
  using VR = dicom::VR;
  using Severity = dicom::Severity;

  // The bytes are kept: the tape points into them.
  const dicom::Scanned& scan(std::vector<std::uint8_t> bytes, const scan::Options& options = {}) {
    bytes_ = std::move(bytes);
    scan::scan(bytes_, bytes_.size(), options, scanned_);
    EXPECT_EQ(TapeInvariants(scanned_, scanned_.bytes.size()).broken(), "");
    return scanned_;
  }
  const dicom::Scanned& scan(ObjectBuilder& builder, const scan::Options& options = {}) {
    return scan(builder.take(), options);
  }

  // "L2-04E L1-01W": what was found, in order, sorted and once each.
  [[nodiscard]] std::string found() const {
    std::vector<std::string> rules;
    for (const dicom::Finding& finding : scanned_.findings.kept())
      rules.push_back(dicom::to_string(finding.rule) + dicom::letter(finding.severity));
    std::ranges::sort(rules);
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    std::string text;
    for (const std::string& rule : rules) text += text.empty() ? rule : " " + rule;
    return text;
  }

  [[nodiscard]] const dicom::Finding* finding(dicom::RuleId rule) const {
    for (const dicom::Finding& each : scanned_.findings.kept())
      if (each.rule == rule) return &each;
    return nullptr;
  }

  // "0:(0008,0060) 0:(0040,0275) 1:(FFFE,E000)": the tape, a closing entry without bytes starred.
  [[nodiscard]] std::string tape() const {
    std::string text;
    for (const dicom::Element& element : scanned_.tape) {
      if (!text.empty()) text += ' ';
      text += std::to_string(static_cast<unsigned>(element.depth)) + ":" + to_string(element.tag);
      if (element.synthetic()) text += '*';
    }
    return text;
  }

  std::vector<std::uint8_t> bytes_;
  dicom::Scanned scanned_;
};

}  // namespace slipring::test

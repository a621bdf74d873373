// Reporter: how a check says what it found. Texts and paths are made only for findings that will be
// kept: a hostile object with millions of faults costs a count each.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "engine/dicom/data_set.h"
#include "engine/dicom/finding.h"

namespace slipring::validate::catalogue {

// Where in the object a finding is.
struct Place {
  const dicom::DataSet* data_set = nullptr;  // null: about the file
  std::size_t tape_index = 0;                // kDataSet: the data set itself
  std::uint64_t offset = kNoOffset;
  dicom::Tag missing = {};  // an attribute that should stand in the item at tape_index

  static constexpr std::size_t kDataSet = ~std::size_t{0};
};

// The pieces of a text, one behind the other.
[[nodiscard]] std::string joined(std::initializer_list<std::string_view> pieces);

class Reporter {
 public:
  explicit Reporter(dicom::Findings& findings) : findings_(findings) {}

  // `message` is a callable that gives the text.
  template <class Message>
  void add(dicom::RuleId rule, dicom::Severity severity, const Place& place, Message&& message) {
    if (findings_.full(rule, severity))
      findings_.count_only(rule, severity);
    else
      keep(rule, severity, place, std::forward<Message>(message)());
  }

  [[nodiscard]] dicom::Findings& findings() { return findings_; }

 private:
  void keep(dicom::RuleId rule, dicom::Severity severity, const Place& place, std::string message);

  dicom::Findings& findings_;
};

}  // namespace slipring::validate::catalogue

// Root: the attributes of the data set itself that the rules of this room look at, found in one
// pass; and how a rule says what it found.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/dicom/scanned.h"
#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/object/values.h"

namespace slipring::validate::consistency {

class Root {
 public:
  Root(const dicom::Scanned& scanned, catalogue::Reporter& reporter);

  // Null when it is absent. Only tags of the list in root.cpp may be asked for.
  [[nodiscard]] const dicom::Element* find(dicom::Tag tag) const;
  [[nodiscard]] object::Values values(const dicom::Element& element) const {
    return {data_set_, element};
  }
  [[nodiscard]] std::string_view text(dicom::Tag tag, std::size_t n = 0) const;
  [[nodiscard]] std::optional<double> number(dicom::Tag tag, std::size_t n = 0) const;
  [[nodiscard]] std::size_t count(dicom::Tag tag) const;
  [[nodiscard]] const dicom::DataSet& data_set() const { return data_set_; }
  [[nodiscard]] const dicom::Scanned& scanned() const { return scanned_; }

  // `message` is a callable that gives the text.
  template <class Message>
  void say(dicom::RuleId rule, dicom::Severity severity, const dicom::Element& at,
           Message&& message) {
    const auto index = static_cast<std::size_t>(&at - data_set_.tape().data());
    reporter_.add(rule, severity, {&data_set_, index, at.offset}, std::forward<Message>(message));
  }

  static constexpr std::size_t kTags = 63;

 private:
  const dicom::Scanned& scanned_;
  dicom::DataSet data_set_;
  catalogue::Reporter& reporter_;
  std::array<const dicom::Element*, kTags> found_{};
};

// One file each.
void check_geometry(Root& root);
void check_times(Root& root);
void check_display(Root& root);
void check_frames(Root& root);
void check_identity(Root& root);
void check_content(Root& root);

}  // namespace slipring::validate::consistency

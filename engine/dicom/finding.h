// Finding: this data set breaks a rule. Data, not an error: the work goes on.
// Rule ids are stable for ever: L<layer>-<nn>. Titles, meanings and advice are validate/rules.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/base/error.h"
#include "engine/dicom/tag.h"

namespace slipring::dicom {

enum class Severity : std::uint8_t { Info, Warning, Error };

[[nodiscard]] constexpr char letter(Severity severity) {
  return severity == Severity::Error ? 'E' : severity == Severity::Warning ? 'W' : 'I';
}
// As people read it.
[[nodiscard]] constexpr std::string_view word(Severity severity) {
  return severity == Severity::Error ? "error" : severity == Severity::Warning ? "warning" : "note";
}

struct RuleId {
  std::uint8_t layer = 0;
  std::uint8_t number = 0;
  friend constexpr auto operator<=>(RuleId, RuleId) = default;
};

// "L2-05"
[[nodiscard]] std::string to_string(RuleId rule);

struct Finding {
  RuleId rule;
  Severity severity = Severity::Warning;
  Tag tag;                           // 0 when the finding is about the file
  std::uint64_t offset = kNoOffset;  // bytes from the start of the file (deflated: of the data set)
  std::string path;     // "(0040,0275)[1].(0008,0050)"; items count from 1; may be empty
  std::string message;  // short fact, no patient values
};

// Findings of one file, capped per rule; the true counts are kept. Of errors more are kept than of
// the rest: who mends an object needs the whole list of what it lacks.
class Findings {
 public:
  static constexpr std::size_t kKeptPerRule = 20;
  static constexpr std::size_t kErrorsKeptPerRule = 100;

  // Keeps the finding unless so many of its rule are there already; counts it always.
  void add(Finding finding);
  // The same of one of which it is known that it is kept: !full() was asked.
  void keep(Finding finding);
  // Whether no further finding of this kind would be kept, so that making its text is wasted.
  [[nodiscard]] bool full(RuleId rule, Severity severity) const;
  void count_only(RuleId rule, Severity severity);
  [[nodiscard]] const std::vector<Finding>& kept() const { return kept_; }
  [[nodiscard]] std::uint64_t count(Severity severity) const;
  [[nodiscard]] std::uint64_t count(RuleId rule) const;
  [[nodiscard]] bool empty() const { return counts_.empty(); }
  void append(const Findings& other);
  void clear();

  // The true counts; add_count() is for who reads them back from where they were kept.
  struct Count {
    RuleId rule;
    Severity severity;
    std::uint64_t count;
  };
  [[nodiscard]] const std::vector<Count>& counts() const { return counts_; }
  void add_count(const Count& more);

 private:
  std::vector<Finding> kept_;
  std::vector<Count> counts_;
};

}  // namespace slipring::dicom

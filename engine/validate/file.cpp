#include "engine/validate/file.h"

#include <algorithm>
#include <string>

#include "engine/dicom/escape.h"

namespace slipring::validate {

namespace {

using dicom::RuleId;
using dicom::Severity;

constexpr RuleId kUnreadable{0, 1}, kReadError{0, 3}, kChanged{0, 4}, kName{0, 7};

void say(RuleId rule, Severity severity, std::uint64_t offset, std::string_view what,
         dicom::Findings& findings) {
  findings.add({rule, severity, dicom::Tag(), offset, "", std::string(what)});
}

bool is_plain_ascii(std::string_view path) {
  return std::ranges::all_of(path, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

void check_name(std::string_view path, dicom::Findings& findings) {
  if (is_plain_ascii(path) || dicom::terminal_text(path) == path) return;
  say(kName, Severity::Warning, kNoOffset, "the file's name is not plain text", findings);
}

void check_reading(const Error& error, bool opened, dicom::Findings& findings) {
  const bool failed = error.code == ErrorCode::Io || error.code == ErrorCode::Vanished;
  if (failed && !opened)
    say(kUnreadable, Severity::Error, kNoOffset, error.what, findings);
  else if (failed)
    say(kReadError, Severity::Error, error.offset, error.what, findings);
  else if (error.code == ErrorCode::Changed)
    say(kChanged, Severity::Error, error.offset, error.what, findings);
}

void note_special_file(dicom::Findings& findings) {
  say(kUnreadable, Severity::Info, kNoOffset, "not a regular file", findings);
}

}  // namespace slipring::validate

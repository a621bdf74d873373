#include "engine/cli/query/study_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <unordered_set>

#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"
#include "engine/dimse/pdu/pdu.h"

namespace slipring::cli {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBetween = ",;\t\" \r";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits, then a dot somewhere: whoever wrote it meant a UID, or a number.
bool looks_like_a_uid(std::string_view field) {
  return !field.empty() && is_digit(field.front()) && field.find('.') != field.npos;
}

struct Line {
  std::string uid;  // "" when there is none
  bool is_blank = true;
  bool tries = false;  // something in it looks like a UID
};

Line line_of(std::string_view text) {
  Line line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(kBetween), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.is_blank = line.is_blank && field.empty();
    if (!looks_like_a_uid(field)) continue;
    line.tries = true;
    if (!dimse::check_uid(field)) continue;
    line.uid = field;
    return line;
  }
  return line;
}

// False at the end of the text. Errors: LimitExceeded.
Result<bool> next_line(std::istream& text, std::size_t bytes_max, std::string& line) {
  line.clear();
  std::streambuf& from = *text.rdbuf();
  for (int c = from.sbumpc(); c != std::streambuf::traits_type::eof(); c = from.sbumpc()) {
    if (c == '\n') return true;
    if (line.size() == bytes_max)
      return fail(ErrorCode::LimitExceeded, kNoOffset, "a line of the list is too long", bytes_max);
    line.push_back(static_cast<char>(c));
  }
  return !line.empty();
}

}  // namespace

Result<std::vector<std::string>> parse_study_list(std::istream& text,
                                                  const StudyListLimits& limits) {
  std::vector<std::string> studies;
  std::unordered_set<std::string> seen;
  std::string bytes;
  for (std::uint64_t number = 1;; ++number) {
    const auto more = next_line(text, limits.line_bytes_max, bytes);
    if (!more) return fail(more.error().code, number, more.error().what, more.error().expected);
    if (!*more) return studies;
    std::string_view rest = bytes;
    if (number == 1 && rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
    Line line = line_of(rest);
    if (line.is_blank || (number == 1 && !line.tries)) continue;
    if (line.uid.empty())
      return fail(ErrorCode::Malformed, number, "a line of the list names no study");
    if (!seen.insert(line.uid).second) continue;
    if (studies.size() == limits.studies_max)
      return fail(ErrorCode::LimitExceeded, number, "too many studies in a list",
                  limits.studies_max);
    studies.push_back(std::move(line.uid));
  }
}

Result<std::vector<std::string>> read_study_list(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file || file.peek() == std::ifstream::traits_type::eof()) {
    const int number = errno;
    if (number != 0)
      return fail(ErrorCode::Io, kNoOffset, "the list cannot be read", 0,
                  static_cast<std::uint64_t>(number));
  }
  return parse_study_list(file);
}

std::string study_list_message(const std::string& path, const Error& error) {
  const std::string name = dicom::terminal_text(path);
  if (error.code == ErrorCode::Io) return fmt::format("{}: {}", name, describe(error));
  return fmt::format("{}:{}: {}", name, error.offset, error.what);
}

}  // namespace slipring::cli

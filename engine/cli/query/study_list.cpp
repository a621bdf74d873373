#include "engine/cli/query/study_list.h"

#include <cerrno>
#include <fstream>
#include <unordered_set>

#include "engine/dimse/pdu/pdu.h"

namespace slipring::cli {

namespace {

constexpr std::size_t kStudiesMax = 50'000'000;

// The first field of a line that is a UID; "" when none is.
std::string uid_of(std::string_view line) {
  constexpr std::string_view kBetween = ",;\t\" \r";
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(kBetween), line.size());
    const std::string_view field = line.substr(0, end);
    if (field.find('.') != field.npos && dimse::check_uid(field)) return std::string(field);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> read_study_list(const std::string& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::Io, kNoOffset, "the list cannot be opened", 0, ENOENT);
  std::vector<std::string> studies;
  std::unordered_set<std::string> seen;
  std::string line;
  for (std::uint64_t number = 1; std::getline(file, line); ++number) {
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    std::string uid = uid_of(line);
    if (uid.empty() && number == 1) continue;  // a heading
    if (uid.empty()) return fail(ErrorCode::Malformed, number, "a line of the list names no study");
    if (studies.size() == kStudiesMax)
      return fail(ErrorCode::LimitExceeded, kNoOffset, "too many studies in a list", kStudiesMax);
    if (seen.insert(uid).second) studies.push_back(std::move(uid));
  }
  return studies;
}

}  // namespace slipring::cli

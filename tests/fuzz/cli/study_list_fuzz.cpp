// Any bytes as a list of studies: UIDs, each once, or an error that names a line there is.
#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>

#include "engine/cli/query/study_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::istringstream stream(text);
  const auto studies = cli::parse_study_list(stream, {.studies_max = 100, .line_bytes_max = 200});
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n')) + 1;
  if (!studies) {
    if (studies.error().offset < 1 || studies.error().offset > lines) std::abort();
    return 0;
  }
  const std::set<std::string> each(studies->begin(), studies->end());
  if (each.size() != studies->size() || each.size() > lines) std::abort();
  for (const std::string& uid : each)
    if (uid.empty() || uid.size() > 64 || text.find(uid) == std::string::npos) std::abort();
  return 0;
}

// Any bytes as a baseline or as metrics of a run before: findings that are known, or an exception
// that says what is wrong; a time, or none.
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "engine/cli/nightly/metrics.h"
#include "engine/cli/nightly/severities.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (cli::last_success_of(text) < 0) std::abort();
  std::istringstream lines(text);
  try {
    const ingest::Baseline baseline = cli::read_baseline(lines);
    static_cast<void>(baseline.has("a", {{2, 20}, dicom::Severity::Error, {}, 0, "", ""}));
  } catch (const std::runtime_error& error) {
    if (error.what()[0] == '\0') std::abort();
  }
  return 0;
}

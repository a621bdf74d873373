// Any bytes as a profile: grades, or an exception that says what is wrong.
#include <cstdlib>
#include <stdexcept>

#include "engine/cli/nightly/severities.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  try {
    const ingest::Profile profile = cli::parse_profile({reinterpret_cast<const char*>(data), size});
    static_cast<void>(profile.grade({2, 20}, dicom::Severity::Warning));
    static_cast<void>(profile.text());
  } catch (const std::runtime_error& error) {
    if (error.what()[0] == '\0') std::abort();
  }
  return 0;
}

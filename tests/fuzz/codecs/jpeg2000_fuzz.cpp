#include "codecs/jpeg2000/jpeg2000_codec.h"
#include "tests/fuzz/codecs/decode_any.h"

// Behind the assertion wall the library loses two small blocks a failure (assertion_wall.h).
// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
extern "C" const char* __lsan_default_suppressions() { return "leak:libopenjp2"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring::codecs;
  fuzzing::decode_any(jpeg2000::jpeg2000_row(), {data, size});
  return 0;
}

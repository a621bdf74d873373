// Any bytes as an HTJ2K codestream.
#include "codecs/htj2k/htj2k_codec.h"
#include "tests/fuzz/codecs/decode_any.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring::codecs;
  fuzzing::decode_any(htj2k::htj2k_row(), {data, size});
  return 0;
}

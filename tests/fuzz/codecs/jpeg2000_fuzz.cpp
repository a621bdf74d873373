#include "codecs/jpeg2000/jpeg2000_codec.h"
#include "tests/fuzz/codecs/decode_any.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring::codecs;
  fuzzing::decode_any(jpeg2000::jpeg2000_row(), {data, size});
  return 0;
}

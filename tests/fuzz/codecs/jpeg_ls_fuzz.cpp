#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "tests/fuzz/codecs/decode_any.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring::codecs;
  fuzzing::decode_any(jpeg_ls::jpeg_ls_row(), {data, size});
  return 0;
}

#include <cstdlib>

#include "codecs/deflate/deflate.h"
#include "codecs/deflate/deflate_codec.h"
#include "codecs/deflate/inspect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  using namespace slipring::codecs;
  const Bytes input{data, size};
  constexpr deflate::InflateLimits kLimits{.output_bytes_max = std::uint64_t{1} << 22};
  Buffer out;
  const auto raw = deflate::inflate_raw(input, kLimits, out);
  const deflate::Inspection seen = deflate::inspect(input);
  if (seen.offset > size) std::abort();
  if (raw && raw->consumed_bytes > size) std::abort();
  if (raw && seen.end == deflate::Inspection::End::Sound && seen.output_bytes != out.size())
    std::abort();
  (void)deflate::inflate_zlib(input, kLimits, out);
  const pixel::Layout layout{16, 16, 1, 8, 8, 7, false};
  Scratch scratch;
  out.clear();
  out.resize(256);
  DecodeJob job{{&input, 1}, layout, out.mutable_bytes(), {}, {}};
  deflate::deflated_frame_row().decode_batch({&job, 1}, scratch);
  return 0;
}

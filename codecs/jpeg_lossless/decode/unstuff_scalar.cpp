#include "codecs/jpeg_lossless/decode/unstuff.h"

namespace slipring::codecs::jpeg_lossless {

Unstuffed unstuff_scalar(Bytes from, std::uint8_t* to) {
  Unstuffed result;
  while (result.consumed < from.size()) {
    const std::uint8_t byte = from[result.consumed];
    if (byte == 0xFF) {
      const AfterFf after = after_ff(from, result.consumed);
      if (!after.is_data) break;
      result.consumed = after.next;
    } else {
      ++result.consumed;
    }
    to[result.produced++] = byte;
  }
  return result;
}

}  // namespace slipring::codecs::jpeg_lossless

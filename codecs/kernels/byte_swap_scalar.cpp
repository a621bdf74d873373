#include "codecs/base/contract.h"
#include "codecs/kernels/byte_swap.h"

namespace slipring::codecs::kernels {
namespace {

template <class Word>
void swap_words(Bytes from, MutableBytes to) {
  for (std::size_t at = 0; at < from.size(); at += sizeof(Word))
    store_be<Word>(&to[at], load_le<Word>(&from[at]));
}

}  // namespace

void byte_swap_scalar(Bytes from, MutableBytes to, std::uint32_t width_bytes) {
  EXPECTS(from.size() == to.size());
  EXPECTS(width_bytes == 2 || width_bytes == 4 || width_bytes == 8);
  EXPECTS(from.size() % width_bytes == 0);
  if (width_bytes == 2) return swap_words<std::uint16_t>(from, to);
  if (width_bytes == 4) return swap_words<std::uint32_t>(from, to);
  swap_words<std::uint64_t>(from, to);
}

}  // namespace slipring::codecs::kernels

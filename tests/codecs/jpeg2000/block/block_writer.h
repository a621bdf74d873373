// Encodes a code-block by T.800 Annex D, sample by sample, in any style: what decoders are tried
// on.
#pragma once

#include <cstdint>
#include <vector>

#include "codecs/jpeg2000/block/decode.h"

namespace slipring::test {

struct Block {
  std::uint32_t width = 1;
  std::uint32_t height = 1;
  std::vector<std::int32_t> samples;  // row by row
  codecs::jpeg2000::Band band = codecs::jpeg2000::Band::LL;
  codecs::jpeg2000::BlockStyle style;
};

// A segment's bytes lie in `bytes`.
struct WrittenBlock {
  std::vector<std::vector<std::uint8_t>> bytes;
  std::vector<codecs::jpeg2000::Segment> segments;
  codecs::jpeg2000::CodedBlock coded;
};

// The first `passes_max` passes. `coded` looks into the answer: keep it where it is.
void write_block(const Block& block, std::uint32_t passes_max, WrittenBlock& to);

}  // namespace slipring::test

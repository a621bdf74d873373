// BlockDecoder: what a coder of code-blocks is to the frame decoder, which knows none. Each format
// of the JPEG 2000 family has one: HT (T.814) and that of Part 1 (T.800 Annexes C and D).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codecs/base/result.h"
#include "codecs/codestream/geometry.h"

namespace slipring::codecs::tiles {

// What the blocks of a band have in common.
struct BlockTerms {
  std::uint8_t style = 0;       // codestream::BlockStyle
  std::uint8_t bit_planes = 0;  // Mb, T.800 E-2
  codestream::Orientation orientation = codestream::Orientation::Ll;
  float step = 1.0F;  // of float samples: the weight of bit plane 0
};

// A block to decode, and where its samples go: block->width x block->height of them.
template <class T>
struct BlockTask {
  const codestream::Block* block = nullptr;
  const codestream::Segment* segments = nullptr;  // block->segment_count of them (Part 1)
  BlockTerms terms;
  T* at = nullptr;
  std::size_t stride = 0;  // samples from one row to the next
  Result<void> status = {};
};

// How blocks of one component are shared out among hands: when there are `worth` of them or more,
// so many a part that a part takes longer than handing it over.
struct Sharing {
  std::size_t worth = 0;
  std::size_t a_part = 0;
};

// Samples: int16_t and int32_t in two's complement, floats times the step; where bit planes are
// missing, the middle of the interval. A task's status is its answer. OutOfRange is said of
// int16_t alone: a coefficient may not fit, decode the tile again in 32 bits.
class BlockDecoder {
 public:
  virtual ~BlockDecoder() = default;

  [[nodiscard]] virtual Sharing sharing() const = 0;
  // From now on `hand` below is less than `hands`.
  virtual void employ(std::size_t hands) = 0;
  // What one hand does, it does one after the other; hands work at the same time.
  virtual void decode(std::span<BlockTask<std::int16_t>> tasks, std::size_t hand) = 0;
  virtual void decode(std::span<BlockTask<std::int32_t>> tasks, std::size_t hand) = 0;
  virtual void decode(std::span<BlockTask<float>> tasks, std::size_t hand) = 0;
};

// Those that are there; codestreams with blocks of another kind are Unsupported.
struct BlockDecoders {
  BlockDecoder* ht = nullptr;
  BlockDecoder* part1 = nullptr;

  [[nodiscard]] BlockDecoder* of(std::uint8_t block_style) const {
    return (block_style & codestream::kHt) != 0 ? ht : part1;
  }
};

}  // namespace slipring::codecs::tiles

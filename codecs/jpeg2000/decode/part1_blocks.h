// Part1Blocks: jpeg2000/block as the frame decoder wants it.
#pragma once

#include <array>
#include <vector>

#include "codecs/jpeg2000/block/decode.h"
#include "codecs/tiles/block_decoder.h"

namespace slipring::codecs::jpeg2000 {

// Passes beyond the lowest bit plane, which old writers counted, are left out: they code nothing.
class Part1Blocks final : public tiles::BlockDecoder {
 public:
  struct Hand {
    BlockScratch scratch;
    std::array<std::vector<Segment>, 2> segments;  // of the blocks in work
  };

  // A block takes some twenty times HT's.
  [[nodiscard]] tiles::Sharing sharing() const override { return {16, 2}; }
  void employ(std::size_t hands) override { hands_.resize(hands); }
  void decode(std::span<tiles::BlockTask<std::int16_t>> tasks, std::size_t hand) override;
  void decode(std::span<tiles::BlockTask<std::int32_t>> tasks, std::size_t hand) override;
  void decode(std::span<tiles::BlockTask<float>> tasks, std::size_t hand) override;

 private:
  std::vector<Hand> hands_;
};

}  // namespace slipring::codecs::jpeg2000

// HtBlocks: htj2k/block as the frame decoder wants it.
#pragma once

#include <vector>

#include "codecs/htj2k/block/decode.h"
#include "codecs/tiles/block_decoder.h"
#include "codecs/tiles/pyramids.h"

namespace slipring::codecs::htj2k {

class HtBlocks final : public tiles::BlockDecoder {
 public:
  [[nodiscard]] tiles::Sharing sharing() const override {
    return {tiles::kBlocksShared, tiles::kBlocksAPart};
  }
  void employ(std::size_t hands) override { hands_.resize(hands); }
  void decode(std::span<tiles::BlockTask<std::int16_t>> tasks, std::size_t hand) override;
  void decode(std::span<tiles::BlockTask<std::int32_t>> tasks, std::size_t hand) override;
  void decode(std::span<tiles::BlockTask<float>> tasks, std::size_t hand) override;

 private:
  std::vector<BlockScratch> hands_;
};

}  // namespace slipring::codecs::htj2k

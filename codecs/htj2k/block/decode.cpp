#include "codecs/htj2k/block/decode.h"

namespace slipring::codecs::htj2k {
namespace {

template <class T>
void decode(std::span<BlockJob<T>> jobs) {
  for (BlockJob<T>& job : jobs) decode_block_scalar(job);
}

}  // namespace

void decode_blocks(std::span<BlockJob<std::int16_t>> jobs, BlockScratch&) { decode(jobs); }
void decode_blocks(std::span<BlockJob<std::int32_t>> jobs, BlockScratch&) { decode(jobs); }
void decode_blocks(std::span<BlockJob<float>> jobs, BlockScratch&) { decode(jobs); }

}  // namespace slipring::codecs::htj2k

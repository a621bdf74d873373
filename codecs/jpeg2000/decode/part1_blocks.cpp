#include "codecs/jpeg2000/decode/part1_blocks.h"

#include <algorithm>

namespace slipring::codecs::jpeg2000 {

namespace {

BlockStyle style_of(std::uint8_t bits) {
  return {.bypass = (bits & codestream::kBypass) != 0,
          .reset = (bits & codestream::kResetContexts) != 0,
          .terminate_all = (bits & codestream::kTerminateEachPass) != 0,
          .vertically_causal = (bits & codestream::kVerticallyCausal) != 0,
          .predictable_termination = (bits & codestream::kPredictableTermination) != 0,
          .segmentation_symbols = (bits & codestream::kSegmentationSymbols) != 0};
}

// The block's codeword segments, cut out of its bytes.
void cut_segments(const codestream::Block& block, const codestream::Segment* from,
                  unsigned bit_planes, std::vector<Segment>& to) {
  to.clear();
  Bytes bytes{block.data, block.bytes};
  std::uint32_t passes_left = 3U * (bit_planes - block.zero_bit_planes) - 2;
  for (std::size_t i = 0; i < block.segment_count && passes_left != 0; ++i) {
    const std::uint32_t passes = std::min<std::uint32_t>(from[i].passes, passes_left);
    to.push_back({bytes.first(from[i].bytes), passes});
    bytes = bytes.subspan(from[i].bytes);
    passes_left -= passes;
  }
}

template <class T>
void decode_all(std::span<tiles::BlockTask<T>> tasks, Part1Blocks::Hand& hand) {
  for (tiles::BlockTask<T>& task : tasks) {
    const codestream::Block& block = *task.block;
    BlockJob<T> job;
    hand.segments.clear();
    if (block.passes != 0) cut_segments(block, task.segments, task.terms.bit_planes, hand.segments);
    job.coded = {.segments = hand.segments,
                 .band = static_cast<Band>(task.terms.orientation),
                 .bit_planes = task.terms.bit_planes,
                 .zero_bit_planes = block.zero_bit_planes,
                 .style = style_of(task.terms.style)};
    job.samples = {task.at, task.stride, block.width, block.height};
    job.step = task.terms.step;
    decode_blocks({&job, 1}, hand.scratch);
    task.status = job.status;
  }
}

}  // namespace

void Part1Blocks::decode(std::span<tiles::BlockTask<std::int16_t>> tasks, std::size_t hand) {
  decode_all(tasks, hands_[hand]);
}
void Part1Blocks::decode(std::span<tiles::BlockTask<std::int32_t>> tasks, std::size_t hand) {
  decode_all(tasks, hands_[hand]);
}
void Part1Blocks::decode(std::span<tiles::BlockTask<float>> tasks, std::size_t hand) {
  decode_all(tasks, hands_[hand]);
}

}  // namespace slipring::codecs::jpeg2000

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
BlockJob<T> job_of(const tiles::BlockTask<T>& task, std::vector<Segment>& segments) {
  const codestream::Block& block = *task.block;
  segments.clear();
  if (block.passes != 0) cut_segments(block, task.segments, task.terms.bit_planes, segments);
  BlockJob<T> job;
  job.coded = {.segments = segments,
               .band = static_cast<Band>(task.terms.orientation),
               .bit_planes = task.terms.bit_planes,
               .zero_bit_planes = block.zero_bit_planes,
               .style = style_of(task.terms.style)};
  job.samples = {task.at, task.stride, block.width, block.height};
  job.step = task.terms.step;
  return job;
}

template <class T>
void decode_all(std::span<tiles::BlockTask<T>> tasks, Part1Blocks::Hand& hand) {
  std::array<BlockJob<T>, 2> jobs;
  for (std::size_t at = 0; at < tasks.size(); at += jobs.size()) {
    const auto some = tasks.subspan(at, std::min(jobs.size(), tasks.size() - at));
    for (std::size_t i = 0; i < some.size(); ++i) jobs[i] = job_of(some[i], hand.segments[i]);
    decode_blocks(std::span(jobs).first(some.size()), hand.scratch);
    for (std::size_t i = 0; i < some.size(); ++i) some[i].status = jobs[i].status;
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

#include "codecs/htj2k/decode/ht_blocks.h"

#include <algorithm>
#include <array>

namespace slipring::codecs::htj2k {

namespace {

constexpr std::size_t kJobsAtOnce = 128;

template <class T>
BlockJob<T> job_of(const tiles::BlockTask<T>& task) {
  const codestream::Block& block = *task.block;
  BlockJob<T> job;
  job.coded = {.bytes = block.data,
               .cleanup_bytes = block.cleanup_bytes,
               .refinement_bytes = block.bytes - block.cleanup_bytes,
               .passes = block.passes,
               .zero_bit_planes = block.zero_bit_planes,
               .bit_planes = task.terms.bit_planes,
               .causal = (task.terms.style & codestream::kVerticallyCausal) != 0};
  job.samples = {task.at, task.stride, block.width, block.height};
  job.step = task.terms.step;
  return job;
}

template <class T>
void decode_all(std::span<tiles::BlockTask<T>> tasks, BlockScratch& scratch) {
  std::array<BlockJob<T>, kJobsAtOnce> jobs;
  for (std::size_t at = 0; at < tasks.size(); at += kJobsAtOnce) {
    const auto some = tasks.subspan(at, std::min(kJobsAtOnce, tasks.size() - at));
    std::ranges::transform(some, jobs.begin(), job_of<T>);
    decode_blocks(std::span(jobs).first(some.size()), scratch);
    for (std::size_t i = 0; i < some.size(); ++i) some[i].status = jobs[i].status;
  }
}

}  // namespace

void HtBlocks::decode(std::span<tiles::BlockTask<std::int16_t>> tasks, std::size_t hand) {
  decode_all(tasks, hands_[hand]);
}
void HtBlocks::decode(std::span<tiles::BlockTask<std::int32_t>> tasks, std::size_t hand) {
  decode_all(tasks, hands_[hand]);
}
void HtBlocks::decode(std::span<tiles::BlockTask<float>> tasks, std::size_t hand) {
  decode_all(tasks, hands_[hand]);
}

}  // namespace slipring::codecs::htj2k

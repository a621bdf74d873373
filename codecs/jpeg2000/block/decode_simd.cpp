// Decoding plain blocks: those whose passes are one codeword segment, as nearly all are. Passes are
// scalar code, compiled for every instruction set all the same: shifts by a register that leave
// the flags alone (BMI2), and counting zeros. Samples are vectors.
#include "codecs/jpeg2000/block/decode.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg2000/block/decode_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/base/contract.h"
#include "codecs/jpeg2000/block/passes_fast-inl.h"
#include "codecs/jpeg2000/block/samples_fast-inl.h"
#include "codecs/jpeg2000/block/segments.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg2000 {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
template <class T>
void decode_plain(BlockJob<T>& job, BlockScratch&) {
  decode_block_scalar(job);
}
#else
template <class T>
void decode_plain(BlockJob<T>& job, BlockScratch& scratch) {
  const CodedBlock& coded = job.coded;
  const Segment& segment = coded.segments.front();
  const std::uint32_t above = planes_above(segment.passes - 1);
  const std::size_t count = above + 1;
  const BlockWords words = take_words(scratch.bytes, job.samples.width, job.samples.height, count);
  MqFast mq(segment.bytes);
  FastPasses passes(mq, words, coded.band);
  for (std::uint32_t pass = 0; pass < segment.passes; ++pass) {
    std::uint64_t* plane = words.plane(above - planes_above(pass));
    const Pass kind = pass_kind(pass);
    if (kind == Pass::Significance) passes.significance_pass(plane);
    if (kind == Pass::Refinement) passes.refinement_pass(plane);
    if (kind == Pass::Cleanup) passes.cleanup_pass(plane);
  }
  store_samples<T>({.words = words,
                    .count = count,
                    .lowest = coded_planes(coded) - 1 - above,
                    .partly = pass_kind(segment.passes - 1) == Pass::Significance,
                    .step = job.step},
                   job.samples);
  job.status = {};
}
#endif

void decode_16(BlockJob<std::int16_t>& job, BlockScratch& scratch) { decode_plain(job, scratch); }
void decode_32(BlockJob<std::int32_t>& job, BlockScratch& scratch) { decode_plain(job, scratch); }
void decode_float(BlockJob<float>& job, BlockScratch& scratch) { decode_plain(job, scratch); }

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg2000 {

HWY_EXPORT(decode_16);
HWY_EXPORT(decode_32);
HWY_EXPORT(decode_float);

namespace {

[[nodiscard]] bool is_plain(const CodedBlock& coded) {
  const BlockStyle& style = coded.style;
  return coded.segments.size() == 1 && !style.bypass && !style.reset && !style.terminate_all &&
         !style.vertically_causal && !style.segmentation_symbols && check_segments(coded);
}

template <class T, class DecodeFast>
void decode_all(std::span<BlockJob<T>> jobs, DecodeFast decode_fast) {
  for (BlockJob<T>& job : jobs) {
    const BlockSamples<T>& out = job.samples;
    EXPECTS(out.width >= 1 && out.width <= kBlockSideMax && out.height >= 1 &&
            out.height <= kBlockSideMax && out.width * out.height <= kBlockAreaMax);
    const bool fits = !std::is_same_v<T, std::int16_t> || coded_planes(job.coded) <= 15;
    if (fits && is_plain(job.coded))
      decode_fast(job);
    else
      decode_block_scalar(job);
  }
}

}  // namespace

void decode_blocks(std::span<BlockJob<std::int16_t>> jobs, BlockScratch& scratch) {
  decode_all(jobs,
             [&](BlockJob<std::int16_t>& job) { HWY_DYNAMIC_DISPATCH(decode_16)(job, scratch); });
}
void decode_blocks(std::span<BlockJob<std::int32_t>> jobs, BlockScratch& scratch) {
  decode_all(jobs,
             [&](BlockJob<std::int32_t>& job) { HWY_DYNAMIC_DISPATCH(decode_32)(job, scratch); });
}
void decode_blocks(std::span<BlockJob<float>> jobs, BlockScratch& scratch) {
  decode_all(jobs, [&](BlockJob<float>& job) { HWY_DYNAMIC_DISPATCH(decode_float)(job, scratch); });
}

}  // namespace slipring::codecs::jpeg2000
#endif

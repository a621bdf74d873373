// Decoding blocks of any style, many samples' state to a word. Passes are scalar code, compiled for
// every instruction set all the same: shifts by a register that leave the flags alone (BMI2), and
// counting zeros. Samples are vectors. What is wrong the decoder by the book says.
#include "codecs/jpeg2000/block/decode.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg2000/block/decode_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/base/contract.h"
#include "codecs/jpeg2000/block/passes_fast-inl.h"
#include "codecs/jpeg2000/block/passes_raw-inl.h"
#include "codecs/jpeg2000/block/samples_fast-inl.h"
#include "codecs/jpeg2000/block/segments.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg2000 {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
template <class T>
void decode_fast(BlockJob<T>& job, BlockScratch&) {
  decode_block_scalar(job);
}
#else

// All passes of a block, whose segments were checked.
class PassDecoder {
 public:
  PassDecoder(const CodedBlock& coded, const BlockWords& words, std::uint32_t above)
      : coded_(coded), words_(words), above_(above) {}

  // False: a segmentation symbol is wrong.
  bool decode() {
    const std::uint64_t seen = coded_.style.vertically_causal ? ~kBottomRow : ~std::uint64_t{0};
    FastPasses passes(mq_, words_, seen, coded_.band);
    RawPasses raw_passes(raw_, words_, seen);
    std::uint32_t pass = 0;
    for (const Segment& segment : coded_.segments) {
      const bool raw = is_raw(coded_.style, pass);
      if (raw)
        raw_.start(segment.bytes);
      else
        mq_.start(segment.bytes);
      for (std::uint32_t i = 0; i < segment.passes; ++i, ++pass) {
        std::uint64_t* plane = words_.plane(above_ - planes_above(pass));
        if (raw)
          decode_pass(raw_passes, pass, plane);
        else if (!decode_pass(passes, pass, plane))
          return false;
        if (coded_.style.reset) mq_.reset_contexts();
      }
    }
    return true;
  }

 private:
  static void decode_pass(RawPasses& passes, std::uint32_t pass, std::uint64_t* plane) {
    if (pass_kind(pass) == Pass::Significance)
      passes.significance_pass(plane);
    else
      passes.refinement_pass(plane);
  }

  bool decode_pass(FastPasses& passes, std::uint32_t pass, std::uint64_t* plane) const {
    switch (pass_kind(pass)) {
      case Pass::Significance:
        passes.significance_pass(plane);
        return true;
      case Pass::Refinement:
        passes.refinement_pass(plane);
        return true;
      case Pass::Cleanup:
        passes.cleanup_pass(plane);
        return !coded_.style.segmentation_symbols || passes.is_segmentation_symbol();
    }
    return true;
  }

  const CodedBlock& coded_;
  const BlockWords& words_;
  std::uint32_t above_;  // planes above the last pass's
  MqFast mq_;
  RawBits raw_;
};

template <class T>
void decode_fast(BlockJob<T>& job, BlockScratch& scratch) {
  const CodedBlock& coded = job.coded;
  std::uint32_t passes = 0;
  for (const Segment& segment : coded.segments) passes += segment.passes;
  const std::uint32_t above = planes_above(passes - 1);
  const std::size_t count = above + 1;
  const BlockWords words = take_words(scratch.bytes, job.samples.width, job.samples.height, count);
  if (!PassDecoder(coded, words, above).decode()) return decode_block_scalar(job);
  store_samples<T>({.words = words,
                    .count = count,
                    .lowest = coded_planes(coded) - 1 - above,
                    .partly = pass_kind(passes - 1) == Pass::Significance,
                    .step = job.step},
                   job.samples);
  job.status = {};
}
#endif

void decode_16(BlockJob<std::int16_t>& job, BlockScratch& scratch) { decode_fast(job, scratch); }
void decode_32(BlockJob<std::int32_t>& job, BlockScratch& scratch) { decode_fast(job, scratch); }
void decode_float(BlockJob<float>& job, BlockScratch& scratch) { decode_fast(job, scratch); }

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg2000 {

HWY_EXPORT(decode_16);
HWY_EXPORT(decode_32);
HWY_EXPORT(decode_float);

namespace {

template <class T, class DecodeFast>
void decode_all(std::span<BlockJob<T>> jobs, DecodeFast decode_fast) {
  for (BlockJob<T>& job : jobs) {
    const BlockSamples<T>& out = job.samples;
    EXPECTS(out.width >= 1 && out.width <= kBlockSideMax && out.height >= 1 &&
            out.height <= kBlockSideMax && out.width * out.height <= kBlockAreaMax);
    const bool fits = !std::is_same_v<T, std::int16_t> || coded_planes(job.coded) <= 15;
    if (fits && !job.coded.segments.empty() && check_segments(job.coded))
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

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
#include "codecs/jpeg2000/block/refinements-inl.h"
#include "codecs/jpeg2000/block/samples_fast-inl.h"
#include "codecs/jpeg2000/block/segments.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg2000 {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
template <class T>
void decode_fast(BlockJob<T>& x_job, BlockJob<T>* y_job, BlockScratch&) {
  decode_block_scalar(x_job);
  if (y_job != nullptr) decode_block_scalar(*y_job);
}
#else

// The passes of a block, whose segments were checked, one after the other.
class PassDecoder {
 public:
  template <class T>
  PassDecoder(const BlockJob<T>& job, Buffer& memory)
      : coded_(job.coded),
        passes_(count_passes(job.coded)),
        words_(take_words(memory, job.samples.width, job.samples.height,
                          planes_above(passes_ - 1) + 1)),
        seen_(coded_.style.vertically_causal ? ~kBottomRow : ~std::uint64_t{0}) {}

  [[nodiscard]] bool ended() const { return pass_ == passes_ || damaged_; }
  [[nodiscard]] bool damaged() const { return damaged_; }  // a segmentation symbol is wrong

  void decode_pass() {
    begin_pass();
    std::uint64_t* to = plane();
    if (raw_pass_) {
      RawPasses passes(raw_, words_, seen_);
      pass_kind(pass_) == Pass::Significance ? passes.significance_pass(to)
                                             : passes.refinement_pass(to);
    } else {
      FastPasses passes(mq_, words_, seen_, coded_.band);
      decode_coded(passes, to);
    }
    end_pass();
  }

  [[nodiscard]] bool is_coded_refinement() const {
    return !coded_.style.bypass && pass_kind(pass_) == Pass::Refinement;
  }

#if SLIPRING_PICKS_BITS
  // Of both blocks, whose next pass is_coded_refinement().
  static void decode_refinements(PassDecoder& x, PassDecoder& y, Refinements& of_x,
                                 Refinements& of_y) {
    x.begin_pass();
    y.begin_pass();
    of_x.list(x.words_, x.seen_);
    of_y.list(y.words_, y.seen_);
    Refinements::decode(of_x, x.mq_, of_y, y.mq_);
    of_x.put(x.plane());
    of_y.put(y.plane());
    x.end_pass();
    y.end_pass();
  }
#endif

  template <class T>
  void store(BlockJob<T>& job) const {
    if (damaged_) return decode_block_scalar(job);
    const std::uint32_t above = planes_above(passes_ - 1);
    store_samples<T>({.words = words_,
                      .count = above + 1,
                      .lowest = coded_planes(coded_) - 1 - above,
                      .partly = pass_kind(passes_ - 1) == Pass::Significance,
                      .step = job.step},
                     job.samples);
    job.status = {};
  }

 private:
  static std::uint32_t count_passes(const CodedBlock& coded) {
    std::uint32_t passes = 0;
    for (const Segment& segment : coded.segments) passes += segment.passes;
    return passes;
  }

  [[nodiscard]] std::uint64_t* plane() const {
    return words_.plane(planes_above(passes_ - 1) - planes_above(pass_));
  }

  void begin_pass() {
    if (left_in_segment_ != 0) return;
    const Segment& segment = coded_.segments[next_segment_++];
    left_in_segment_ = segment.passes;
    raw_pass_ = is_raw(coded_.style, pass_);
    if (raw_pass_)
      raw_.start(segment.bytes);
    else
      mq_.start(segment.bytes);
  }

  void decode_coded(FastPasses& passes, std::uint64_t* to) {
    switch (pass_kind(pass_)) {
      case Pass::Significance:
        return passes.significance_pass(to);
      case Pass::Refinement:
        return passes.refinement_pass(to);
      case Pass::Cleanup:
        passes.cleanup_pass(to);
        damaged_ = coded_.style.segmentation_symbols && !passes.is_segmentation_symbol();
    }
  }

  void end_pass() {
    ++pass_;
    --left_in_segment_;
    if (coded_.style.reset) mq_.reset_contexts();
  }

  const CodedBlock& coded_;
  std::uint32_t passes_;
  BlockWords words_;
  std::uint64_t seen_;  // see load_group
  MqFast mq_;
  RawBits raw_;
  std::size_t next_segment_ = 0;
  std::uint32_t left_in_segment_ = 0;
  std::uint32_t pass_ = 0;
  bool raw_pass_ = false;
  bool damaged_ = false;
};

template <class T>
void decode_alone(BlockJob<T>& job, BlockScratch& scratch) {
  PassDecoder decoder(job, scratch.bytes[0]);
  while (!decoder.ended()) decoder.decode_pass();
  decoder.store(job);
}

template <class T>
void decode_fast(BlockJob<T>& x_job, BlockJob<T>* y_job, BlockScratch& scratch) {
  if (y_job == nullptr) return decode_alone(x_job, scratch);
#if SLIPRING_PICKS_BITS
  PassDecoder x(x_job, scratch.bytes[0]);
  PassDecoder y(*y_job, scratch.bytes[1]);
  Refinements of_x;
  Refinements of_y;
  while (!x.ended() || !y.ended()) {
    // Both are at the same pass, or one has ended.
    if (!x.ended() && !y.ended() && x.is_coded_refinement() && y.is_coded_refinement()) {
      PassDecoder::decode_refinements(x, y, of_x, of_y);
      continue;
    }
    if (!x.ended()) x.decode_pass();
    if (!y.ended()) y.decode_pass();
  }
  x.store(x_job);
  y.store(*y_job);
#else
  decode_alone(x_job, scratch);
  decode_alone(*y_job, scratch);
#endif
}
#endif

void decode_16(BlockJob<std::int16_t>& x, BlockJob<std::int16_t>* y, BlockScratch& scratch) {
  decode_fast(x, y, scratch);
}
void decode_32(BlockJob<std::int32_t>& x, BlockJob<std::int32_t>* y, BlockScratch& scratch) {
  decode_fast(x, y, scratch);
}
void decode_float(BlockJob<float>& x, BlockJob<float>* y, BlockScratch& scratch) {
  decode_fast(x, y, scratch);
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg2000 {

HWY_EXPORT(decode_16);
HWY_EXPORT(decode_32);
HWY_EXPORT(decode_float);

namespace {

template <class T>
[[nodiscard]] bool is_for_fast(const BlockJob<T>& job) {
  const BlockSamples<T>& out = job.samples;
  EXPECTS(out.width >= 1 && out.width <= kBlockSideMax && out.height >= 1 &&
          out.height <= kBlockSideMax && out.width * out.height <= kBlockAreaMax);
  const bool fits = !std::is_same_v<T, std::int16_t> || coded_planes(job.coded) <= 15;
  return fits && !job.coded.segments.empty() && check_segments(job.coded);
}

template <class T, class DecodeFast>
void decode_all(std::span<BlockJob<T>> jobs, DecodeFast decode_fast) {
  BlockJob<T>* waiting = nullptr;
  for (BlockJob<T>& job : jobs) {
    if (!is_for_fast(job)) {
      decode_block_scalar(job);
    } else if (waiting == nullptr) {
      waiting = &job;
    } else {
      decode_fast(*waiting, &job);
      waiting = nullptr;
    }
  }
  if (waiting != nullptr) decode_fast(*waiting, nullptr);
}

}  // namespace

void decode_blocks(std::span<BlockJob<std::int16_t>> jobs, BlockScratch& scratch) {
  decode_all(jobs, [&](BlockJob<std::int16_t>& x, BlockJob<std::int16_t>* y) {
    HWY_DYNAMIC_DISPATCH(decode_16)(x, y, scratch);
  });
}
void decode_blocks(std::span<BlockJob<std::int32_t>> jobs, BlockScratch& scratch) {
  decode_all(jobs, [&](BlockJob<std::int32_t>& x, BlockJob<std::int32_t>* y) {
    HWY_DYNAMIC_DISPATCH(decode_32)(x, y, scratch);
  });
}
void decode_blocks(std::span<BlockJob<float>> jobs, BlockScratch& scratch) {
  decode_all(jobs, [&](BlockJob<float>& x, BlockJob<float>* y) {
    HWY_DYNAMIC_DISPATCH(decode_float)(x, y, scratch);
  });
}

}  // namespace slipring::codecs::jpeg2000
#endif

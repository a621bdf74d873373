// Lanes: the fast decoder of lossless scans, one or two of them in lockstep. A sample's place in
// the entropy-coded bits hangs on the sample before it, so one scan alone leaves most of a core
// idle; two independent ones fill it. Takes plain bits (unstuff.h); knows no markers. What it does
// not accept the reference (scan_decoder.h) has to judge: a lane that failed says no more than
// that.
#pragma once

#include <array>
#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/jpeg_ls/model.h"
#include "codecs/jpeg_ls/packed_context.h"

namespace slipring::codecs::jpeg_ls {

struct ScanTarget {
  std::uint8_t* samples = nullptr;  // the first sample of the scan's first component
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t frame_components = 1;  // samples from one pixel to the next
  std::uint32_t sample_bytes = 1;
  std::uint32_t components = 1;  // of the scan, which are neighbours in the frame when more than 1
  bool by_sample = false;        // else line by line
  Parameters parameters;
};

// What is known of a sample when the line above it is.
struct AheadOfSample {
  std::uint16_t base;  // |81 Q1 + 9 Q2|
  std::int16_t plane;  // which table turns the last gradient into Q3: below 0, a negated one
  std::uint16_t up;    // max(Rb - Rc, 0)
  std::uint16_t down;  // max(Rc - Rb, 0)
};
static_assert(sizeof(AheadOfSample) == 8);

struct Lane {
  // From a difference to its region; the half in front holds the negated regions.
  static constexpr std::int32_t kTableReach = 8192;
  static constexpr std::int32_t kPlane = 2 * kTableReach;

  enum class State : std::uint8_t { Running, Done, Failed };

  ScanTarget target;
  const std::uint8_t* bits = nullptr;  // with kPlainPadding behind
  std::uint64_t bit_count = 0;
  State state = State::Done;

  // Of the kernel.
  std::uint64_t position = 0;  // in bits
  std::uint32_t x = 0;
  std::int32_t left = 0;  // Ra
  std::uint32_t row = 0;
  std::uint32_t component = 0;
  std::array<std::uint16_t*, kScanComponentsMax> above = {};
  std::array<std::uint16_t*, kScanComponentsMax> now = {};
  std::array<AheadOfSample*, kScanComponentsMax> ahead = {};
  std::array<int, kScanComponentsMax> run_index = {};
  std::array<RunContext, 2> run_contexts;
  alignas(64) std::array<PackedContext, kContexts> contexts;
  alignas(64) std::array<std::int8_t, std::size_t{2} * kPlane> regions;
};

// Whether lanes take such a scan at all.
[[nodiscard]] bool suits_lanes(const ScanTarget& target);
// Bytes of memory that start_lane() needs.
[[nodiscard]] std::size_t lane_bytes(const ScanTarget& target);
// target, bits and bit_count are set; `memory` must live until the lane is done.
void start_lane(Lane& lane, MutableBytes memory);

// Runs until one of the lanes is no longer Running. Both are Running, with equal parameters, and
// not interleaved by sample. `other` may be null.
void run_lanes(Lane& lane, Lane* other);

}  // namespace slipring::codecs::jpeg_ls

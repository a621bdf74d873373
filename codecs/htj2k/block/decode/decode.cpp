// The fast decoder: unstuffs, parses two blocks at a time, then their samples. Where anything is
// wrong, the decoder by the book decodes the block again and says what.
#include "codecs/htj2k/block/decode.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "codecs/base/contract.h"
#include "codecs/htj2k/block/decode/deliver.h"
#include "codecs/htj2k/block/decode/parse.h"
#include "codecs/htj2k/block/decode/samples.h"
#include "codecs/htj2k/block/decode/unstuff.h"

namespace slipring::codecs::htj2k {
namespace {

constexpr std::size_t kLanesMax = 2;

// Where everything of a lane lies in the scratch. `MagSgn` of a block that keeps to its planes has
// 31 bits a sample at the most, in bytes of seven bits at the least; what is behind is not read.
struct LaneMemory {
  std::size_t magsgn_bytes_max;
  std::size_t vlc;
  std::size_t entries;
  std::size_t bounds;
  std::size_t exponents;
  std::size_t words;
  std::size_t total;

  LaneMemory(const QuadGrid& grid, std::size_t area) {
    const std::size_t pairs = std::size_t{(grid.quads + 1) / 2} * grid.rows;
    magsgn_bytes_max = area * 31 / 7 + 8;
    vlc_bytes_min = pairs * kVlcBytesOfPair;
    vlc = rounded(magsgn_bytes_max + kUnstuffSlack);
    entries = vlc + rounded(std::max<std::size_t>(vlc_bytes_min, kSuffixBytesMax) + kUnstuffSlack);
    bounds = entries + rounded(grid.entries() * sizeof(std::uint32_t));
    exponents = bounds + rounded(grid.entries());
    words = exponents + rounded(exponent_bytes(grid));
    total = words + rounded(area * sizeof(Word));
  }

  std::size_t vlc_bytes_min;

 private:
  static std::size_t rounded(std::size_t bytes) {
    return (bytes + Buffer::kAlignment - 1) / Buffer::kAlignment * Buffer::kAlignment;
  }
};

template <class T>
struct BlockToDecode {
  BlockJob<T>* job = nullptr;
  Segments segments;
};

// Lanes of one size.
template <class T>
class Batch {
 public:
  Batch(std::uint32_t width, std::uint32_t height, BlockScratch& scratch)
      : width_(width),
        height_(height),
        grid_(QuadGrid::of(width, height)),
        memory_(grid_, std::size_t{width} * height) {
    scratch.bytes.resize(kLanesMax * memory_.total);
    for (std::size_t l = 0; l < kLanesMax; ++l)
      lanes_[l].memory = scratch.bytes.data() + l * memory_.total;
  }

  // Blocks of this width and height that have passes, at most kLanesMax.
  void decode(std::span<const BlockToDecode<T>> blocks) {
    std::array<ParseLane, kLanesMax> parse;
    for (std::size_t l = 0; l < blocks.size(); ++l) {
      lanes_[l].job = blocks[l].job;
      lanes_[l].segments = blocks[l].segments;
      std::uint8_t* const memory = lanes_[l].memory;
      const Bytes suffix = lanes_[l].segments.suffix;
      unstuff_suffix(suffix, memory_.vlc_bytes_min, memory + memory_.vlc);
      parse[l] = {suffix, memory + memory_.vlc, entries_of(lanes_[l]), memory + memory_.bounds};
    }
    parse_quads(grid_, std::span(parse).first(blocks.size()));
    for (std::size_t l = 0; l < blocks.size(); ++l) finish(lanes_[l]);
  }

 private:
  struct Lane : BlockToDecode<T> {
    std::uint8_t* memory = nullptr;
  };

  std::uint32_t* entries_of(const Lane& lane) const {
    return reinterpret_cast<std::uint32_t*>(lane.memory + memory_.entries);
  }

  void finish(Lane& lane) {
    BlockJob<T>& job = *lane.job;
    const std::size_t magsgn_bytes =
        std::min(lane.segments.magsgn.size(), memory_.magsgn_bytes_max);
    const std::size_t unstuffed =
        unstuff_upward(lane.segments.magsgn.first(magsgn_bytes), lane.memory);
    std::uint32_t largest = 0;
    const std::span<Word> words(reinterpret_cast<Word*>(lane.memory + memory_.words),
                                std::size_t{width_} * height_);
    if (lane.segments.passes == 1) {
      largest = decode_into(lane, unstuffed, job.samples);
    } else {
      largest = decode_into<Word>(lane, unstuffed, {words.data(), width_, width_, height_});
    }
    if (largest > lane.segments.u_max || reaches_outside(entries_of(lane)))
      return decode_block_scalar(job);
    if (std::is_same_v<T, std::int16_t> && largest + lane.segments.plane > kNarrowReach) {
      job.status = fail_narrow();
      return deliver_zeros(job.samples);
    }
    if (lane.segments.passes == 1) return;
    refine(lane.segments, width_, height_, words);
    deliver<T>(words, job.samples, job.step);
  }

  template <class S>
  std::uint32_t decode_into(const Lane& lane, std::size_t unstuffed,
                            const BlockSamples<S>& samples) const {
    return decode_samples(
        grid_,
        SampleJob<S>{.magsgn = lane.memory,
                     .magsgn_bytes = unstuffed,
                     .entries = entries_of(lane),
                     .bounds = lane.memory + memory_.bounds,
                     .exponents = reinterpret_cast<std::uint32_t*>(lane.memory + memory_.exponents),
                     .plane = lane.segments.plane,
                     .samples = samples,
                     .half_step = lane.job->step * 0.5F});
  }

  // A sample to the right of the block or below it that is significant.
  [[nodiscard]] bool reaches_outside(const std::uint32_t* entries) const {
    std::uint32_t seen = 0;
    const std::uint32_t* row = entries + kQuadsBefore;
    if (width_ % 2 != 0)
      for (std::uint32_t y = 0; y < grid_.rows; ++y)
        seen |= row[y * grid_.pitch + grid_.quads - 1] & 0xCU << kPatternShift;
    if (height_ % 2 != 0)
      for (std::uint32_t q = 0; q < grid_.quads; ++q)
        seen |= row[(grid_.rows - 1) * grid_.pitch + q] & 0xAU << kPatternShift;
    return seen != 0;
  }

  std::uint32_t width_;
  std::uint32_t height_;
  QuadGrid grid_;
  LaneMemory memory_;
  std::array<Lane, kLanesMax> lanes_;
};

// Blocks wait for another one of their size: those at the right and lower edges of bands have
// others than most, and come in between.
template <class T>
class Pairing {
 public:
  explicit Pairing(BlockScratch& scratch) : scratch_(scratch) {}

  void take(BlockJob<T>& job) {
    job.status = {};
    const auto segments = find_segments(job.coded);
    if (!segments || segments->passes == 0) {
      if (!segments) job.status = std::unexpected(segments.error());
      return deliver_zeros(job.samples);
    }
    const BlockToDecode<T> block{&job, *segments};
    for (BlockToDecode<T>& other : waiting_) {
      if (other.job == nullptr || size_of(*other.job) != size_of(job)) continue;
      return decode(std::array{std::exchange(other, {}), block});
    }
    BlockToDecode<T>& place = waiting_[next_++ % waiting_.size()];
    if (place.job != nullptr) decode(std::array{place});
    place = block;
  }
  void finish() {
    for (const BlockToDecode<T>& block : waiting_)
      if (block.job != nullptr) decode(std::array{block});
  }

 private:
  static constexpr std::size_t kSizes = 8;

  static std::pair<std::uint32_t, std::uint32_t> size_of(const BlockJob<T>& job) {
    return {job.samples.width, job.samples.height};
  }
  void decode(const auto& blocks) {
    const auto [width, height] = size_of(*blocks.front().job);
    Batch<T>(width, height, scratch_).decode(blocks);
  }

  BlockScratch& scratch_;
  std::array<BlockToDecode<T>, kSizes> waiting_ = {};
  std::size_t next_ = 0;
};

template <class T>
void decode(std::span<BlockJob<T>> jobs, BlockScratch& scratch) {
  Pairing<T> pairing(scratch);
  for (BlockJob<T>& job : jobs) {
    const auto& [at, stride, width, height] = job.samples;
    EXPECTS(width >= 1 && width <= kBlockSideMax && height >= 1 && height <= kBlockSideMax);
    EXPECTS(width * height <= kBlockAreaMax);
    pairing.take(job);
  }
  pairing.finish();
}

}  // namespace

void decode_blocks(std::span<BlockJob<std::int16_t>> jobs, BlockScratch& scratch) {
  decode(jobs, scratch);
}
void decode_blocks(std::span<BlockJob<std::int32_t>> jobs, BlockScratch& scratch) {
  decode(jobs, scratch);
}
void decode_blocks(std::span<BlockJob<float>> jobs, BlockScratch& scratch) {
  decode(jobs, scratch);
}

}  // namespace slipring::codecs::htj2k

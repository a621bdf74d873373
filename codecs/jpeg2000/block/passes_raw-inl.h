// The passes that a block with the bypass style has in raw bits (T.800 D.6): significance and
// refinement, in the order of the arithmetically coded ones, without contexts.
#if defined(SLIPRING_JPEG2000_PASSES_RAW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG2000_PASSES_RAW_INL_H_
#undef SLIPRING_JPEG2000_PASSES_RAW_INL_H_
#else
#define SLIPRING_JPEG2000_PASSES_RAW_INL_H_
#endif

#include <bit>

#include "codecs/jpeg2000/block/groups-inl.h"
#include "codecs/jpeg2000/block/mq_decoder.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg2000 {
namespace HWY_NAMESPACE {

class RawPasses {
 public:
  RawPasses(RawBits& bits, const BlockWords& words, std::uint64_t seen)
      : bits_(bits), words_(words), seen_(seen) {}

  HWY_NOINLINE void significance_pass(std::uint64_t* plane) {
    for (Walk walk(words_); !walk.ended(); walk.advance()) {
      const auto [at, out, valid] = walk.group();
      Group g = load_group(words_, at, seen_);
      std::uint64_t to_code = neighbours_of(g.significant) & ~g.significant & valid;
      std::uint64_t visited = to_code;
      while (to_code != 0) {
        const int bit = std::countr_zero(to_code);
        to_code &= to_code - 1;
        if (bits_.bit() == 0) continue;
        become_significant(g, bit);
        const std::uint64_t later =
            kLaterNeighbours << (bit - static_cast<int>(kFirstBit)) & ~g.significant & valid;
        to_code |= later;
        visited |= later;
      }
      words_.visited[at] = visited;
      plane[out] = g.found;
      if (g.found != 0) spread(words_, at, g);
    }
  }

  HWY_NOINLINE void refinement_pass(std::uint64_t* plane) {
    for (Walk walk(words_); !walk.ended(); walk.advance()) {
      const auto [at, out, valid] = walk.group();
      std::uint64_t to_code = words_.significant[at] & ~words_.visited[at] & valid;
      words_.refined[at] |= to_code;
      std::uint64_t ones = 0;
      for (; to_code != 0; to_code &= to_code - 1)
        ones |= std::uint64_t{bits_.bit()} << std::countr_zero(to_code);
      plane[out] |= ones;
    }
  }

 private:
  HWY_INLINE void become_significant(Group& g, int bit) {
    g.negative |= std::uint64_t{bits_.bit()} << bit;
    g.significant |= 1ULL << bit;
    g.found |= 1ULL << bit;
  }

  RawBits& bits_;
  BlockWords words_;
  std::uint64_t seen_;
};

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#endif

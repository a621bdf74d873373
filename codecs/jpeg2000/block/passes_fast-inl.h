// The three arithmetically coded passes, a group (fast_tables.h) at a time. What is significant,
// negative, refined, visited are words of bits; so is each bit plane of the magnitudes: a pass
// writes down what it decoded as one word a group.
#if defined(SLIPRING_JPEG2000_PASSES_FAST_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG2000_PASSES_FAST_INL_H_
#undef SLIPRING_JPEG2000_PASSES_FAST_INL_H_
#else
#define SLIPRING_JPEG2000_PASSES_FAST_INL_H_
#endif

#include "codecs/jpeg2000/block/groups-inl.h"
#include "codecs/jpeg2000/block/mq_fast-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg2000 {
namespace HWY_NAMESPACE {

class FastPasses {
 public:
  // `seen`: see load_group.
  FastPasses(MqFast& mq, const BlockWords& words, std::uint64_t seen, Band band)
      : mq_(mq),
        words_(words),
        seen_(seen),
        significance_(kSignificanceTables[static_cast<unsigned>(band)]) {}

  HWY_NOINLINE void significance_pass(std::uint64_t* plane) {
    MqRegisters r{mq_.registers.a, mq_.registers.c, mq_.registers.held};
    for (Walk walk(words_); !walk.ended(); walk.advance()) {
      const auto [at, out, valid] = walk.group();
      Group g = load_group(words_, at, seen_);
      std::uint64_t to_code = neighbours_of(g.significant) & ~g.significant & valid;
      std::uint64_t visited = to_code;
      if (to_code == 0) {
        words_.visited[at] = 0;
        continue;
      }
      do {
        const int bit = std::countr_zero(to_code);
        to_code &= to_code - 1;
        if (decode_significance(r, g, bit) == 0) continue;
        decode_sign(r, g, bit);
        const std::uint64_t later =
            kLaterNeighbours << (bit - static_cast<int>(kFirstBit)) & ~g.significant & valid;
        to_code |= later;
        visited |= later;
      } while (to_code != 0);
      words_.visited[at] = visited;
      plane[out] = g.found;
      spread(words_, at, g);
    }
    mq_.registers = r;
  }

  HWY_NOINLINE void refinement_pass(std::uint64_t* plane) {
    MqRegisters r{mq_.registers.a, mq_.registers.c, mq_.registers.held};
    for (Walk walk(words_); !walk.ended(); walk.advance()) {
      const auto [at, out, valid] = walk.group();
      const std::uint64_t significant = words_.significant[at] & seen_;
      std::uint64_t to_code = significant & ~words_.visited[at] & valid;
      if (to_code == 0) continue;
      const std::uint64_t refined = words_.refined[at];
      words_.refined[at] = refined | to_code;
      const std::uint64_t second = neighbours_of(significant) & ~refined;
      std::uint64_t ones = 0;
      do {
        const int bit = std::countr_zero(to_code);
        to_code &= to_code - 1;
        const std::size_t context =
            (kFirstRefinementContext + (second >> bit & 1) + 2 * (refined >> bit & 1)) *
            kContextBytes;
        ones |= bit_of(decode_mq(r, mq_.code, *context_at(mq_, context))) << bit;
      } while (to_code != 0);
      plane[out] |= ones;
    }
    mq_.registers = r;
  }

  HWY_NOINLINE void cleanup_pass(std::uint64_t* plane) {
    MqRegisters r{mq_.registers.a, mq_.registers.c, mq_.registers.held};
    for (Walk walk(words_); !walk.ended(); walk.advance()) {
      const auto [at, out, valid] = walk.group();
      Group g = load_group(words_, at, seen_);
      std::uint64_t to_code = valid & ~g.significant & ~words_.visited[at];
      words_.visited[at] = 0;
      if (to_code == 0) continue;
      std::uint64_t quiet = to_code & ~neighbours_of(g.significant);
      quiet &= quiet >> 1;
      quiet &= quiet >> 2 & kTopRow << 1;  // whole columns, at their first row
      if (quiet == kAllColumns && skip_quiet(r)) continue;
      do {
        int bit = std::countr_zero(to_code);
        if ((quiet >> bit & 1) != 0) {
          if (decode_probable(r, mq_.code, mq_.contexts[kRunLengthContext]) == 0) {
            to_code &= ~(0xFULL << bit);
            continue;
          }
          int run = 2 * uniform_bit(r);
          run += uniform_bit(r);
          to_code &= ~(((2ULL << run) - 1) << bit);
          bit += run;
        } else {
          to_code &= to_code - 1;
          if (decode_significance(r, g, bit) == 0) continue;
        }
        decode_sign(r, g, bit);
        quiet &= ~(0xFFULL << bit);  // the next column is no longer
      } while (to_code != 0);
      plane[out] |= g.found;
      if (g.found != 0) spread(words_, at, g);
    }
    mq_.registers = r;
  }

  // D.5.
  HWY_NOINLINE bool is_segmentation_symbol() {
    MqRegisters r{mq_.registers.a, mq_.registers.c, mq_.registers.held};
    std::uint64_t symbol = 0;
    for (int i = 0; i < 4; ++i)
      symbol = symbol << 1 | bit_of(decode_mq(r, mq_.code, mq_.contexts[kUniformContext]));
    mq_.registers = r;
    return symbol == kSegmentationSymbol;
  }

 private:
  // Eight columns without anything, where the probability is such that all of them are that without
  // a renormalisation.
  HWY_INLINE bool skip_quiet(MqRegisters& r) {
    const FastContext context = mq_.contexts[kRunLengthContext];
    const std::uint64_t qe = context->qe;
    const std::uint64_t spare = std::min<std::uint64_t>(r.a - (1ULL << 63), r.c);
    if (spare / kGroupColumns < qe || more_probable(context) != 0) return false;
    r.a -= qe * kGroupColumns;
    r.c -= qe * kGroupColumns;
    return true;
  }

  HWY_INLINE int uniform_bit(MqRegisters& r) {
    return static_cast<int>(bit_of(decode_mq(r, mq_.code, mq_.contexts[kUniformContext])));
  }

  HWY_INLINE std::uintptr_t decode_significance(MqRegisters& r, const Group& g, int bit) {
    const std::uint64_t around = g.significant >> (bit - static_cast<int>(kFirstBit));
    return decode_mq(r, mq_.code, *context_at(mq_, look_up(significance_, around)));
  }

  HWY_INLINE void decode_sign(MqRegisters& r, Group& g, int bit) {
    const int shift = bit - static_cast<int>(kFirstBit);
    const unsigned entry = look_up_sign(g.significant >> shift, g.negative >> shift);
    const std::uint64_t sign =
        bit_of(decode_mq(r, mq_.code, *context_at(mq_, entry & ~1U))) ^ (entry & 1);
    g.negative |= sign << bit;
    g.significant |= 1ULL << bit;
    g.found |= 1ULL << bit;
  }

  MqFast& mq_;
  BlockWords words_;
  std::uint64_t seen_;
  const SignificanceTable& significance_;
};

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#endif

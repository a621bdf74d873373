// The three coding passes of a plain block, a group (fast_tables.h) at a time. What is significant,
// negative, refined, visited are words of bits; so is each bit plane of the magnitudes: a pass
// writes down what it decoded as one word a group.
#if defined(SLIPRING_JPEG2000_PASSES_FAST_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG2000_PASSES_FAST_INL_H_
#undef SLIPRING_JPEG2000_PASSES_FAST_INL_H_
#else
#define SLIPRING_JPEG2000_PASSES_FAST_INL_H_
#endif

#include "codecs/jpeg2000/block/block_words.h"
#include "codecs/jpeg2000/block/mq_fast-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg2000 {
namespace HWY_NAMESPACE {

// The neighbours of every bit that is set.
HWY_INLINE std::uint64_t neighbours_of(std::uint64_t w) {
  const std::uint64_t sides = w << kColumnBits | w >> kColumnBits;
  const std::uint64_t columns = w | sides;
  return sides | columns << 1 | columns >> 1;
}

// The first own rows of a group's columns.
inline constexpr std::uint64_t kAllColumns = kTopRow << 1 & kAllOwn;

// What a group's passes work on, in registers.
struct Group {
  std::uint64_t significant;  // with the frame of neighbours
  std::uint64_t negative;     // likewise
  std::uint64_t found;        // became significant in this pass
};

// Through a block's groups.
class Walk {
 public:
  struct Place {
    std::size_t at;       // of the words with a frame
    std::size_t out;      // of those without
    std::uint64_t valid;  // samples of the block
  };

  explicit Walk(const BlockWords& words) : words_(words) { begin_stripe(); }

  [[nodiscard]] HWY_INLINE bool ended() const { return stripe_ == words_.stripes; }
  [[nodiscard]] HWY_INLINE Place group() const {
    return {at_, out_, at_ + 1 == end_ ? rows_ & words_.last_columns : rows_};
  }
  HWY_INLINE void advance() {
    ++out_;
    if (HWY_LIKELY(++at_ != end_)) return;
    ++stripe_;
    begin_stripe();
  }

 private:
  void begin_stripe() {
    at_ = words_.first(stripe_);
    end_ = at_ + words_.groups;
    rows_ = stripe_ + 1 == words_.stripes ? words_.last_rows : kAllOwn;
  }

  const BlockWords& words_;
  std::size_t stripe_ = 0;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t out_ = 0;
  std::uint64_t rows_ = 0;
};

class FastPasses {
 public:
  FastPasses(MqFast& mq, const BlockWords& words, Band band)
      : mq_(mq),
        words_(words),
        significance_(kSignificanceTables[static_cast<unsigned>(band)].data()) {}

  HWY_NOINLINE void significance_pass(std::uint64_t* plane) {
    MqRegisters r{mq_.registers.a, mq_.registers.c, mq_.registers.held};
    for (Walk walk(words_); !walk.ended(); walk.advance()) {
      const auto [at, out, valid] = walk.group();
      Group g = load(at);
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
      spread(at, g);
    }
    mq_.registers = r;
  }

  HWY_NOINLINE void refinement_pass(std::uint64_t* plane) {
    MqRegisters r{mq_.registers.a, mq_.registers.c, mq_.registers.held};
    for (Walk walk(words_); !walk.ended(); walk.advance()) {
      const auto [at, out, valid] = walk.group();
      const std::uint64_t significant = words_.significant[at];
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
        ones |= decode_mq(r, mq_.code, *context_at(mq_, context)) << bit;
      } while (to_code != 0);
      plane[out] |= ones;
    }
    mq_.registers = r;
  }

  HWY_NOINLINE void cleanup_pass(std::uint64_t* plane) {
    MqRegisters r{mq_.registers.a, mq_.registers.c, mq_.registers.held};
    for (Walk walk(words_); !walk.ended(); walk.advance()) {
      const auto [at, out, valid] = walk.group();
      Group g = load(at);
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
          int run = 2 * static_cast<int>(decode_mq(r, mq_.code, mq_.contexts[kUniformContext]));
          run += static_cast<int>(decode_mq(r, mq_.code, mq_.contexts[kUniformContext]));
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
      if (g.found != 0) spread(at, g);
    }
    mq_.registers = r;
  }

 private:
  // Eight columns without anything, where the probability is such that all of them are that without
  // a renormalisation.
  HWY_INLINE bool skip_quiet(MqRegisters& r) {
    const FastContext& context = mq_.contexts[kRunLengthContext];
    const std::uint64_t spare = std::min<std::uint64_t>(r.a - (1ULL << 63), r.c);
    if (spare / kGroupColumns < context.qe || state_at(context.state).mps != 0) return false;
    r.a -= context.qe * kGroupColumns;
    r.c -= context.qe * kGroupColumns;
    return true;
  }

  HWY_INLINE Group load(std::size_t at) const {
    return {words_.significant[at], words_.negative[at], 0};
  }

  HWY_INLINE std::uint64_t decode_significance(MqRegisters& r, const Group& g, int bit) {
    const unsigned around =
        fold(g.significant >> (bit - static_cast<int>(kFirstBit)) & kNeighbourhood);
    return decode_mq(r, mq_.code, *context_at(mq_, significance_[around]));
  }

  HWY_INLINE void decode_sign(MqRegisters& r, Group& g, int bit) {
    const int shift = bit - static_cast<int>(kFirstBit);
    const unsigned entry = kSignTable[fold_signs(g.significant >> shift, g.negative >> shift)];
    const std::uint64_t sign = decode_mq(r, mq_.code, *context_at(mq_, entry & ~1U)) ^ (entry & 1);
    g.negative |= sign << bit;
    g.significant |= 1ULL << bit;
    g.found |= 1ULL << bit;
  }

  // Into the frames of the eight groups around.
  HWY_INLINE void spread(std::size_t at, const Group& g) {
    spread_word(words_.significant, at, g.significant, g.found);
    spread_word(words_.negative, at, g.negative, g.found & g.negative);
  }
  HWY_INLINE void spread_word(std::uint64_t* words, std::size_t at, std::uint64_t own,
                              std::uint64_t found) {
    const std::size_t pitch = words_.pitch;
    words[at] = own;
    spread_sideways(words + at, found);
    const std::uint64_t up = found << 4 & kTopRow << 5;
    words[at - pitch] |= up;
    spread_sideways(words + at - pitch, up);
    const std::uint64_t down = found >> 4 & kTopRow;
    words[at + pitch] |= down;
    spread_sideways(words + at + pitch, down);
  }
  HWY_INLINE void spread_sideways(std::uint64_t* word, std::uint64_t bits) {
    word[-1] |= bits << kGroupShift;
    word[1] |= bits >> kGroupShift;
  }

  MqFast& mq_;
  BlockWords words_;
  const std::uint8_t* significance_;
};

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#endif

// A block's groups (fast_tables.h) one after the other, and what passes of either kind, arithmetic
// or raw, do with them.
#if defined(SLIPRING_JPEG2000_GROUPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG2000_GROUPS_INL_H_
#undef SLIPRING_JPEG2000_GROUPS_INL_H_
#else
#define SLIPRING_JPEG2000_GROUPS_INL_H_
#endif

#include <hwy/highway.h>

#include "codecs/jpeg2000/block/block_words.h"

#ifndef SLIPRING_PICKS_BITS
#define SLIPRING_PICKS_BITS (HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3)
#endif

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

// Processors with AVX-512 pick bits and put them by one quick instruction; some older ones have a
// slow one.
#if SLIPRING_PICKS_BITS
HWY_INLINE unsigned look_up(const SignificanceTable& table, std::uint64_t around) {
  return table.picked[_pext_u64(around, kEightAround)];
}
HWY_INLINE unsigned look_up_sign(std::uint64_t around, std::uint64_t negative) {
  return kSignTable.picked[_pext_u64(around, kFourSides) | _pext_u64(negative, kFourSides) << 4];
}
#else
HWY_INLINE unsigned look_up(const SignificanceTable& table, std::uint64_t around) {
  return table.folded[fold(around & kNeighbourhood)];
}
HWY_INLINE unsigned look_up_sign(std::uint64_t around, std::uint64_t negative) {
  return kSignTable.folded[fold_signs(around, negative)];
}
#endif

// Into the frames of the eight groups around.
HWY_INLINE void spread_sideways(std::uint64_t* word, std::uint64_t bits) {
  word[-1] |= bits << kGroupShift;
  word[1] |= bits >> kGroupShift;
}
HWY_INLINE void spread_word(std::uint64_t* words, std::size_t pitch, std::size_t at,
                            std::uint64_t own, std::uint64_t found) {
  words[at] = own;
  spread_sideways(words + at, found);
  const std::uint64_t up = found << 4 & kTopRow << 5;
  words[at - pitch] |= up;
  spread_sideways(words + at - pitch, up);
  const std::uint64_t down = found >> 4 & kTopRow;
  words[at + pitch] |= down;
  spread_sideways(words + at + pitch, down);
}
HWY_INLINE void spread(const BlockWords& words, std::size_t at, const Group& g) {
  spread_word(words.significant, words.pitch, at, g.significant, g.found);
  spread_word(words.negative, words.pitch, at, g.negative, g.found & g.negative);
}

// `seen`: the bits of a word that count as significant, all but those of the next stripe in a
// vertically causal block (D.7).
HWY_INLINE Group load_group(const BlockWords& words, std::size_t at, std::uint64_t seen) {
  return {words.significant[at] & seen, words.negative[at], 0};
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#endif

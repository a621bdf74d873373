// Magnitude refinement of two blocks at a time (T.800 D.3.3). Which samples such a pass refines,
// and in which contexts, is known before it: they are listed, then decoded one of each block in
// turn, so that the processor need not wait for either, and the bits are put where they belong.
// Where bits are not picked and put by one instruction each, blocks are decoded one by one.
#if defined(SLIPRING_JPEG2000_REFINEMENTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG2000_REFINEMENTS_INL_H_
#undef SLIPRING_JPEG2000_REFINEMENTS_INL_H_
#else
#define SLIPRING_JPEG2000_REFINEMENTS_INL_H_
#endif

#include <array>
#include <bit>
#include <cstring>

#include "codecs/jpeg2000/block/groups-inl.h"
#include "codecs/jpeg2000/block/mq_fast-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg2000 {
namespace HWY_NAMESPACE {

#if SLIPRING_PICKS_BITS

class Refinements {
 public:
  // `seen`: see load_group.
  HWY_NOINLINE void list(const BlockWords& words, std::uint64_t seen) {
    groups_ = 0;
    std::size_t at_bit = 0;
    codes_[0] = 0;
    for (Walk walk(words); !walk.ended(); walk.advance()) {
      const auto [at, out, valid] = walk.group();
      const std::uint64_t significant = words.significant[at] & seen;
      const std::uint64_t to_code = significant & ~words.visited[at] & valid;
      if (to_code == 0) continue;
      const std::uint64_t refined = words.refined[at];
      words.refined[at] = refined | to_code;
      const std::uint64_t second = neighbours_of(significant) & ~refined;
      const std::uint64_t codes = _pdep_u64(_pext_u64(second, to_code), kSecond) |
                                  _pdep_u64(_pext_u64(refined, to_code), kSecond << 1);
      const std::size_t place = at_bit % 64;
      codes_[at_bit / 64] |= codes << place;
      codes_[at_bit / 64 + 1] = codes >> 1 >> (63 - place);
      at_bit += 2 * static_cast<std::size_t>(std::popcount(to_code));
      masks_[groups_] = to_code;
      places_[groups_++] = static_cast<std::uint16_t>(out);
    }
    count_ = at_bit / 2;
  }

  HWY_NOINLINE void put(std::uint64_t* plane) const {
    std::size_t at = 0;
    for (std::size_t i = 0; i < groups_; ++i) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, reinterpret_cast<const std::uint8_t*>(bits_.data()) + at / 8,
                  sizeof(bits));
      plane[places_[i]] |= _pdep_u64(bits >> (at % 8), masks_[i]);
      at += static_cast<std::size_t>(std::popcount(masks_[i]));
    }
  }

  // Those of both.
  static HWY_NOINLINE void decode(Refinements& x, MqFast& x_mq, Refinements& y, MqFast& y_mq) {
    const std::size_t both = std::min(x.count_, y.count_) / kAWord;
    MqRegisters rx{x_mq.registers.a, x_mq.registers.c, x_mq.registers.held};
    MqRegisters ry{y_mq.registers.a, y_mq.registers.c, y_mq.registers.held};
    for (std::size_t word = 0; word < both; ++word) {
      std::uint64_t x_codes = x.codes_[word], y_codes = y.codes_[word];
      std::uint32_t x_bits = 0, y_bits = 0;
      for (std::size_t i = 0; i < kAWord; ++i) {
        step(x_mq, rx, x_codes, x_bits);
        step(y_mq, ry, y_codes, y_bits);
      }
      x.bits_[word] = x_bits;
      y.bits_[word] = y_bits;
    }
    x_mq.registers = rx;
    y_mq.registers = ry;
    x.decode_from(both, x_mq);
    y.decode_from(both, y_mq);
  }

 private:
  static constexpr std::uint64_t kSecond = 0x5555'5555'5555'5555ULL;
  static constexpr std::size_t kAWord = 32;  // refinements whose codes are a word
  static constexpr std::size_t kWords = kBlockAreaMax / kAWord;
  static constexpr std::size_t kGroupsMax = kBlockSideMax / kGroupRows;  // one column of them

  static HWY_INLINE void step(MqFast& mq, MqRegisters& r, std::uint64_t& codes,
                              std::uint32_t& bits) {
    FastContext& context = mq.contexts[kFirstRefinementContext + codes % 4];
    codes /= 4;
    FastContext next = context;
    const std::uintptr_t decision = choose(r.a, r.c, next);
    context = next;
    renormalise(r, mq.code);
    bits = bits >> 1 | static_cast<std::uint32_t>(decision) << kToHighest;
  }
  static_assert(kDecisionInAddress == 1U << 5);
  static constexpr unsigned kToHighest = 31 - 5;

  HWY_NOINLINE void decode_from(std::size_t word, MqFast& mq) {
    MqRegisters r{mq.registers.a, mq.registers.c, mq.registers.held};
    for (; word * kAWord < count_; ++word) {
      const std::size_t count = std::min(kAWord, count_ - word * kAWord);
      std::uint64_t codes = codes_[word];
      std::uint32_t bits = 0;
      for (std::size_t i = 0; i < count; ++i) step(mq, r, codes, bits);
      bits_[word] = bits >> (kAWord - count);
    }
    mq.registers = r;
  }

  std::size_t count_ = 0;
  std::size_t groups_ = 0;
  std::array<std::uint64_t, kWords + 2> codes_;  // two bits each: which of the three contexts
  std::array<std::uint32_t, kWords + 3> bits_;   // read eight bytes at a time
  std::array<std::uint64_t, kGroupsMax> masks_;
  std::array<std::uint16_t, kGroupsMax> places_;
};

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#endif

#include "codecs/htj2k/block/decode/refine.h"

#include <algorithm>
#include <array>

#include "codecs/htj2k/block/decode/bits.h"

namespace slipring::codecs::htj2k {
namespace {

constexpr std::uint32_t kStripeRows = 4;
constexpr std::uint32_t kGroupColumns = 4;  // the samples of a group come before their signs

// What is significant in rows -1 to `height` of columns -1 to `width`, the border being not.
class Significance {
 public:
  Significance(std::uint32_t width, std::uint32_t height, std::span<const Word> words)
      : pitch_(width + 2) {
    std::fill_n(is_.begin(), std::size_t{pitch_} * (height + 2), false);
    for (std::uint32_t y = 0; y < height; ++y)
      for (std::uint32_t x = 0; x < width; ++x) set(x, y, words[std::size_t{y} * width + x] != 0);
  }

  [[nodiscard]] bool at(std::uint32_t x, std::uint32_t y) const { return is_[index(x, y)]; }
  void set(std::uint32_t x, std::uint32_t y, bool value) { is_[index(x, y)] = value; }

  // One of the eight neighbours is, or of the five that are not below.
  [[nodiscard]] bool near(std::uint32_t x, std::uint32_t y, bool without_below) const {
    const bool* row = is_.data() + index(x, y);
    const auto any = [](const bool* of) { return of[-1] || of[0] || of[1]; };
    return any(row - pitch_) || row[-1] || row[1] || (!without_below && any(row + pitch_));
  }

 private:
  [[nodiscard]] std::size_t index(std::uint32_t x, std::uint32_t y) const {
    return std::size_t{y + 1} * pitch_ + x + 1;
  }

  // Widest border: 1024 columns of 4 rows.
  std::array<bool, std::size_t{kBlockSideMax + 2} * (4 + 2)> is_;
  std::uint32_t pitch_;
};

class Refiner {
 public:
  Refiner(const Segments& segments, std::uint32_t width, std::uint32_t height,
          std::span<Word> words)
      : segments_(segments), width_(width), height_(height), words_(words) {}

  void propagate(Significance& significance) {
    UpwardBits bits(segments_.refinement, 0);
    for (std::uint32_t y = 0; y < height_; y += kStripeRows)
      for (std::uint32_t x = 0; x < width_; x += kGroupColumns)
        propagate_group(x, y, significance, bits);
  }

  // `is_known`: significant after the cleanup pass.
  void refine_known(const Significance& is_known) {
    DownwardBits bits(segments_.refinement);
    const Word half = Word{1} << (segments_.plane - 1);
    for (std::uint32_t y = 0; y < height_; y += kStripeRows)
      for (std::uint32_t x = 0; x < width_; ++x)
        for (std::uint32_t row = y; row < std::min(y + kStripeRows, height_); ++row)
          if (is_known.at(x, row)) word(x, row) += bits.next() != 0 ? half : 0 - half;
  }

 private:
  Word& word(std::uint32_t x, std::uint32_t y) { return words_[std::size_t{y} * width_ + x]; }

  void propagate_group(std::uint32_t left, std::uint32_t top, Significance& significance,
                       UpwardBits& bits) {
    std::array<Word*, std::size_t{kStripeRows} * kGroupColumns> found = {};
    std::size_t count = 0;
    for (std::uint32_t x = left; x < std::min(left + kGroupColumns, width_); ++x) {
      for (std::uint32_t y = top; y < std::min(top + kStripeRows, height_); ++y) {
        if (significance.at(x, y)) continue;
        const bool last_of_stripe = y == top + kStripeRows - 1;
        if (!significance.near(x, y, segments_.causal && last_of_stripe)) continue;
        if (bits.next() == 0) continue;
        significance.set(x, y, true);
        found[count++] = &word(x, y);
      }
    }
    const Word magnitude = Word{3} << (segments_.plane - 1);
    for (std::size_t i = 0; i < count; ++i) *found[i] = magnitude | bits.next() << 31;
  }

  const Segments& segments_;
  std::uint32_t width_;
  std::uint32_t height_;
  std::span<Word> words_;
};

}  // namespace

void refine(const Segments& segments, std::uint32_t width, std::uint32_t height,
            std::span<Word> words) {
  if (segments.passes < 2) return;
  Refiner refiner(segments, width, height, words);
  Significance significance(width, height, words);
  if (segments.passes > 2) refiner.refine_known(significance);
  refiner.propagate(significance);
}

}  // namespace slipring::codecs::htj2k

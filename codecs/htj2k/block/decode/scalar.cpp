// The HT cleanup pass by the book (T.814 7.3): quads in pairs along a row of quads, of each pair
// the two code words, the two U-VLC codes, and the samples' bits.
#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "codecs/base/contract.h"
#include "codecs/htj2k/block/decode/bits.h"
#include "codecs/htj2k/block/decode/deliver.h"

namespace slipring::codecs::htj2k {
namespace {

constexpr std::uint32_t kCodeBitsMax = 7;

using CodeIndex = std::array<const CodeRow*, 8U << kCodeBitsMax>;

constexpr CodeIndex index_of(std::span<const CodeRow> rows) {
  CodeIndex index = {};
  for (const CodeRow& row : rows)
    for (std::uint32_t bits = row.codeword; bits < 1U << kCodeBitsMax; bits += 1U << row.length)
      index[std::size_t{row.context} << kCodeBitsMax | bits] = &row;
  return index;
}

constexpr std::array<CodeIndex, 2> kIndex = {index_of(kFirstRowCodes), index_of(kOtherRowCodes)};

struct Quad {
  std::uint32_t rho = 0;
  std::uint32_t u_off = 0;
  std::uint32_t e_k = 0;
  std::uint32_t e_1 = 0;
  std::uint32_t u = 0;
};

// What a row of quads leaves to the next: each with a quad that is not there on either side.
constexpr std::size_t kQuadsMax = kBlockSideMax / 2;
struct QuadRow {
  std::array<std::uint32_t, kQuadsMax + 2> rho = {};
  std::array<std::uint32_t, 2 * kQuadsMax + 3> exponent = {};  // of the lower samples
};

std::uint32_t bit_of(std::uint32_t pattern, std::uint32_t at) { return pattern >> at & 1; }

class CleanupDecoder {
 public:
  CleanupDecoder(const Segments& segments, std::uint32_t width, std::uint32_t height,
                 std::span<Word> words)
      : segments_(segments),
        width_(width),
        height_(height),
        words_(words),
        magsgn_(segments.magsgn, 0xFF),
        vlc_(DownwardBits::of_suffix(segments.suffix)),
        mel_(segments.suffix) {}

  Result<void> run() {
    for (std::uint32_t y = 0; y < height_; y += 2) {
      above_ = row_;
      row_ = {};
      for (std::uint32_t x = 0; x < width_; x += 4) {
        const bool is_pair = x + 2 < width_;
        std::array<Quad, 2> quads = {};
        quads[0] = read_code(x, y);
        row_.rho[x / 2 + 1] = quads[0].rho;
        if (is_pair) quads[1] = read_code(x + 2, y);
        row_.rho[x / 2 + 2] = quads[1].rho;
        read_u(quads, y == 0);
        TRY(read_samples(quads[0], x, y));
        if (is_pair) TRY(read_samples(quads[1], x + 2, y));
      }
    }
    return {};
  }

  // The largest U_q of all quads.
  [[nodiscard]] std::uint32_t u_largest() const { return u_largest_; }

 private:
  // 7.3.5, equations (1) and (2).
  [[nodiscard]] std::uint32_t context_of(std::uint32_t x, std::uint32_t y) const {
    const std::size_t q = x / 2 + 1;
    const std::uint32_t west = row_.rho[q - 1];
    if (y == 0)
      return (bit_of(west, 0) | bit_of(west, 1)) | bit_of(west, 2) << 1 | bit_of(west, 3) << 2;
    const std::uint32_t north_west = above_.rho[q - 1];
    const std::uint32_t north = above_.rho[q];
    const std::uint32_t north_east = above_.rho[q + 1];
    return (bit_of(north_west, 3) | bit_of(north, 1)) | (bit_of(west, 2) | bit_of(west, 3)) << 1 |
           (bit_of(north, 3) | bit_of(north_east, 1)) << 2;
  }

  Quad read_code(std::uint32_t x, std::uint32_t y) {
    const std::uint32_t context = context_of(x, y);
    if (context == 0 && !mel_.next()) return {};
    const CodeRow& row =
        *kIndex[y == 0 ? 0 : 1][std::size_t{context} << kCodeBitsMax | vlc_.peek(kCodeBitsMax)];
    vlc_.next(row.length);
    return {.rho = row.rho, .u_off = row.u_off, .e_k = row.e_k, .e_1 = row.e_1};
  }

  const UvlcPrefix& read_prefix() {
    const std::uint32_t bits = vlc_.peek(3);
    for (const UvlcPrefix& prefix : kUvlcPrefixes) {
      if ((bits & ((1U << prefix.length) - 1)) != prefix.codeword) continue;
      vlc_.next(prefix.length);
      return prefix;
    }
    return kUvlcPrefixes.back();
  }

  // 7.3.6.
  void read_u(std::array<Quad, 2>& quads, bool is_first_row) {
    std::array<UvlcPrefix, 2> prefixes = {};
    std::uint32_t bias = 0;
    const bool both = quads[0].u_off == 1 && quads[1].u_off == 1;
    if (both && is_first_row && mel_.next()) bias = kUvlcPairBias;
    if (quads[0].u_off == 1) prefixes[0] = read_prefix();
    if (quads[1].u_off == 1) {
      if (both && is_first_row && bias == 0 && prefixes[0].value > 2)
        prefixes[1] = {.value = static_cast<std::uint8_t>(vlc_.next() + 1),
                       .codeword = 0,
                       .length = 1,
                       .suffix_length = 0};
      else
        prefixes[1] = read_prefix();
    }
    std::array<std::uint32_t, 2> suffixes = {};
    for (std::size_t i = 0; i < 2; ++i) suffixes[i] = vlc_.next(prefixes[i].suffix_length);
    for (std::size_t i = 0; i < 2; ++i) {
      if (quads[i].u_off == 0) continue;
      const bool extended = suffixes[i] >= kUvlcExtendedSuffix;
      const std::uint32_t extension = extended ? vlc_.next(kUvlcExtensionBits) : 0;
      quads[i].u = bias + prefixes[i].value + suffixes[i] + 4 * extension;
    }
  }

  // 7.3.7: what the exponents above make of U_q.
  [[nodiscard]] std::uint32_t kappa_of(const Quad& quad, std::uint32_t x, std::uint32_t y) const {
    if (y == 0 || std::popcount(quad.rho) < 2) return 1;
    const auto first = above_.exponent.begin() + x;  // column x - 1
    const std::uint32_t largest = *std::max_element(first, first + 4);
    return largest > 1 ? largest - 1 : 1;
  }

  // 7.3.8.
  Result<void> read_samples(const Quad& quad, std::uint32_t x, std::uint32_t y) {
    const std::uint32_t bound = quad.u + kappa_of(quad, x, y);
    if (bound > segments_.u_max)
      return fail(ErrorCode::Malformed, 0, "a magnitude of more bits than the block has planes",
                  segments_.u_max, bound);
    u_largest_ = std::max(u_largest_, bound);
    for (std::uint32_t i = 0; i < 4; ++i) {
      if (bit_of(quad.rho, i) == 0) continue;
      const std::uint32_t column = x + i / 2;
      const std::uint32_t row = y + i % 2;
      if (column >= width_ || row >= height_)
        return fail(ErrorCode::Malformed, 0, "a significant sample outside of its block");
      const std::uint32_t bits = bound - bit_of(quad.e_k, i);
      const std::uint32_t value = magsgn_.next(bits) | bit_of(quad.e_1, i) << bits;
      const std::uint32_t odd = value | 1;  // 2 magnitude - 1
      words_[std::size_t{row} * width_ + column] =
          ((odd + 2) << segments_.plane & ~kSignBit) | value << 31;
      if (i % 2 == 1) row_.exponent[column + 1] = static_cast<std::uint32_t>(std::bit_width(odd));
    }
    return {};
  }

  const Segments& segments_;
  std::uint32_t width_;
  std::uint32_t height_;
  std::span<Word> words_;
  UpwardBits magsgn_;
  DownwardBits vlc_;
  MelEvents mel_;
  QuadRow above_;
  QuadRow row_;
  std::uint32_t u_largest_ = 1;
};

template <class T>
Result<void> decode_words(const BlockJob<T>& job, std::span<Word> words) {
  TRY_ASSIGN(const Segments segments, find_segments(job.coded));
  if (segments.passes == 0) return {};
  CleanupDecoder cleanup(segments, job.samples.width, job.samples.height, words);
  TRY(cleanup.run());
  if (std::is_same_v<T, std::int16_t> && cleanup.u_largest() + segments.plane > kNarrowReach)
    return fail_narrow();
  refine(segments, job.samples.width, job.samples.height, words);
  return {};
}

template <class T>
void decode(BlockJob<T>& job) {
  const auto& [at, stride, width, height] = job.samples;
  EXPECTS(width >= 1 && width <= kBlockSideMax && height >= 1 && height <= kBlockSideMax);
  EXPECTS(width * height <= kBlockAreaMax && at != nullptr && stride >= width);
  std::array<Word, kBlockAreaMax> memory = {};
  const std::span<Word> words(memory.data(), std::size_t{width} * height);
  job.status = decode_words(job, words);
  if (!job.status) std::ranges::fill(words, 0U);
  deliver<T>(words, job.samples, job.step);
}

}  // namespace

void decode_block_scalar(BlockJob<std::int16_t>& job) { decode(job); }
void decode_block_scalar(BlockJob<std::int32_t>& job) { decode(job); }
void decode_block_scalar(BlockJob<float>& job) { decode(job); }

}  // namespace slipring::codecs::htj2k

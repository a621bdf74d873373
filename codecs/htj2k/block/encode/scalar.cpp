// Sample by sample, quad by quad, bit by bit: T.814 clause 7.3 turned round.
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "codecs/base/contract.h"
#include "codecs/htj2k/block/encode.h"
#include "codecs/htj2k/block/encode/tables.h"

namespace slipring::codecs::htj2k {
namespace encode {
namespace {

// Of MEL and VLC bytes together there are kSuffixBytesMax at most; more cannot come together: a
// pair of quads takes 30 bits of VLC and 3 events, and a block has 640 pairs at most.
using SuffixBytes = std::array<std::uint8_t, kSuffixBytesMax + 1>;

// 7.3.2 and 7.1.2: bits from the lowest up; behind a byte 0xFF a byte has seven.
class MagSgnWriter {
 public:
  explicit MagSgnWriter(std::uint8_t* to) : first_(to), to_(to) {}

  void put(std::uint32_t bits, std::uint32_t length) {
    for (; length != 0; --length, bits >>= 1) {
      byte_ |= (bits & 1) << used_;
      if (++used_ == room_) flush();
    }
  }

  // Fills up with ones. A last byte 0xFF is left out, as decoders read ones behind the end.
  std::uint32_t finish() {
    if (used_ != 0) {
      byte_ |= ((1U << (room_ - used_)) - 1) << used_;
      if (byte_ != 0xFF) flush();
    } else if (room_ == 7) {
      --to_;
    }
    return static_cast<std::uint32_t>(to_ - first_);
  }

 private:
  void flush() {
    *to_++ = static_cast<std::uint8_t>(byte_);
    room_ = byte_ == 0xFF ? 7 : 8;
    byte_ = used_ = 0;
  }

  std::uint8_t* first_;
  std::uint8_t* to_;
  std::uint32_t byte_ = 0;
  std::uint32_t used_ = 0;
  std::uint32_t room_ = 8;
};

// 7.3.3: runs of events that are 0; bits from the highest down; behind 0xFF a byte has seven.
class MelWriter {
 public:
  void event(bool one) {
    const std::uint32_t exponent = kMelExponents[state_];
    if (!one) {
      if (++run_ < 1U << exponent) return;
      put(1);
      if (state_ + 1 < kMelExponents.size()) ++state_;
    } else {
      put(0);
      for (std::uint32_t i = exponent; i-- > 0;) put(run_ >> i & 1);
      if (state_ > 0) --state_;
    }
    run_ = 0;
  }

  // A run that waits counts as a whole one.
  void finish() {
    if (run_ != 0) put(1);
    byte_ <<= free_;
  }

  [[nodiscard]] std::uint32_t last_byte() const { return byte_; }
  [[nodiscard]] std::uint32_t last_mask() const { return 0xFFU << free_ & 0xFFU; }
  void append(std::uint32_t byte) { bytes_[size_++] = static_cast<std::uint8_t>(byte); }
  [[nodiscard]] Bytes bytes() const { return {bytes_.data(), size_}; }

 private:
  void put(std::uint32_t bit) {
    byte_ = byte_ << 1 | bit;
    if (--free_ != 0) return;
    append(byte_);
    free_ = byte_ == 0xFF ? 7 : 8;
    byte_ = 0;
  }

  SuffixBytes bytes_;
  std::size_t size_ = 0;
  std::uint32_t byte_ = 0;
  std::uint32_t free_ = 8;
  std::uint32_t run_ = 0;
  std::uint32_t state_ = 0;
};

// 7.3.4: written from the end of the segment backwards, bits from the lowest up; a byte that
// follows one above 0x8F (is in front of it) and has seven ones in its lower bits has no eighth.
// The first twelve bits are the place of Scup.
class VlcWriter {
 public:
  void put(std::uint32_t bits, std::uint32_t length) {
    for (; length != 0; --length, bits >>= 1) {
      byte_ |= (bits & 1) << used_;
      ++used_;
      if (used_ == 8 || (used_ == 7 && above_8f_ && byte_ == 0x7F)) flush();
    }
  }

  [[nodiscard]] std::uint32_t last_byte() const { return byte_; }
  [[nodiscard]] std::uint32_t last_mask() const { return (1U << used_) - 1; }
  void append(std::uint32_t byte) { bytes_[size_++] = static_cast<std::uint8_t>(byte); }
  [[nodiscard]] Bytes bytes() const { return {bytes_.data(), size_}; }  // last byte first

 private:
  void flush() {
    append(byte_);
    above_8f_ = byte_ > 0x8F;
    byte_ = used_ = 0;
  }

  SuffixBytes bytes_{0xFF};
  std::size_t size_ = 1;
  std::uint32_t byte_ = 0x0F;
  std::uint32_t used_ = 4;
  bool above_8f_ = true;
};

// The last bits of MEL come down and those of VLC go up; where they agree, one byte holds both. It
// is not 0xFF, and not the byte with the lower part of Scup.
void join(MelWriter& mel, VlcWriter& vlc) {
  mel.finish();
  const std::uint32_t m = mel.last_byte();
  const std::uint32_t v = vlc.last_byte();
  if ((mel.last_mask() | vlc.last_mask()) == 0) return;
  const std::uint32_t both = m | v;
  const bool agree = ((both ^ m) & mel.last_mask()) == 0 && ((both ^ v) & vlc.last_mask()) == 0;
  mel.append(agree && both != 0xFF && vlc.bytes().size() > 1 ? both : m);
  if (!(agree && both != 0xFF && vlc.bytes().size() > 1)) vlc.append(v);
}

struct Sample {
  std::uint32_t magnitude = 0;
  std::uint32_t sign = 0;
};

// Four samples: top left, bottom left, top right, bottom right. What is outside of the block is 0.
struct Quad {
  std::array<Sample, 4> samples;
  std::array<std::uint32_t, 4> exponents{};  // bits of 2 * magnitude - 1; 0 for magnitude 0
  std::uint32_t rho = 0;
  std::uint32_t exponent_max = 0;
};

// What the row of quads below looks back on, by column of samples; one more at each end.
struct LowerEdge {
  std::array<std::uint8_t, kBlockSideMax + 4> exponents{};  // of column x at x + 1

  // Greatest exponent of the columns 2q - 1 to 2q + 2.
  [[nodiscard]] std::uint32_t greatest(std::size_t q) const {
    const std::uint8_t* e = exponents.data() + 2 * q;
    return std::max(std::max(e[0], e[1]), std::max(e[2], e[3]));
  }
};

template <class T>
class BlockEncoder {
 public:
  BlockEncoder(const BlockToEncode<T>& block, std::uint8_t* to)
      : block_(block), source_(block.source), to_(to), magsgn_(to) {}

  // False: a magnitude needs more than the bit planes there are.
  [[nodiscard]] bool run() {
    for (std::uint32_t y = 0; y < source_.height; y += 2)
      if (!row(y)) return false;
    return true;
  }

  [[nodiscard]] bool all_zero() const { return all_zero_; }

  // Puts the streams together (7.1.1). Returns Lcup.
  std::uint32_t finish() {
    join(mel_, vlc_);
    std::uint8_t* to = to_ + magsgn_.finish();
    for (const std::uint8_t byte : mel_.bytes()) *to++ = byte;
    for (std::size_t i = vlc_.bytes().size(); i-- > 0;) *to++ = vlc_.bytes()[i];
    const std::size_t suffix = mel_.bytes().size() + vlc_.bytes().size();
    to[-1] = static_cast<std::uint8_t>(suffix >> 4);
    to[-2] = static_cast<std::uint8_t>((to[-2] & 0xF0) | (suffix & 0x0F));
    return static_cast<std::uint32_t>(to - to_);
  }

 private:
  // False: out of range.
  [[nodiscard]] bool load(std::uint32_t x, std::uint32_t y, Sample& sample) const {
    if (x >= source_.width || y >= source_.height) return true;
    const T value = source_.at[y * source_.stride + x];
    if constexpr (std::is_floating_point_v<T>) {
      const T scaled = value * block_.inverse_step;
      if (!(std::fabs(scaled) < static_cast<T>(1U << block_.bit_planes))) return false;
      sample = {static_cast<std::uint32_t>(std::fabs(scaled)), scaled < 0};
    } else {
      const auto wide = static_cast<std::int64_t>(value);
      sample = {static_cast<std::uint32_t>(wide < 0 ? -wide : wide), wide < 0};
    }
    return sample.magnitude >> block_.bit_planes == 0;
  }

  [[nodiscard]] bool load(std::uint32_t x, std::uint32_t y, Quad& quad) {
    for (std::uint32_t i = 0; i < 4; ++i) {
      Sample& sample = quad.samples[i];
      if (!load(x + i / 2, y + i % 2, sample)) return false;
      if (sample.magnitude == 0) continue;
      all_zero_ = false;
      quad.rho |= 1U << i;
      quad.exponents[i] = static_cast<std::uint32_t>(std::bit_width(2 * sample.magnitude - 1));
      quad.exponent_max = std::max(quad.exponent_max, quad.exponents[i]);
    }
    return true;
  }

  // 7.3.5: from the neighbours that are known already.
  [[nodiscard]] std::uint32_t context(std::uint32_t q, std::uint32_t rho_left, bool first) const {
    if (first) return rho_left >> 1 | (rho_left & 1);
    const std::uint8_t* above = above_.exponents.data() + 2 * std::size_t{q};
    const std::uint32_t west = (above[0] | above[1]) != 0;
    const std::uint32_t east = (above[2] | above[3]) != 0;
    return west | ((rho_left & 12) != 0) << 1 | east << 2;
  }

  [[nodiscard]] bool row(std::uint32_t y) {
    const bool first = y == 0;
    const std::uint32_t quads = (source_.width + 1) / 2;
    LowerEdge edge;
    std::uint32_t rho_left = 0;
    std::array<std::uint32_t, 2> u{};
    for (std::uint32_t q = 0; q < quads; ++q) {
      Quad quad;
      if (!load(2 * q, y, quad)) return false;
      u[q & 1] = code(quad, q, context(q, rho_left, first), first);
      if ((q & 1) != 0 || q + 1 == quads) {
        code_u(u[0], u[1], first);
        u = {};
      }
      edge.exponents[2 * std::size_t{q} + 1] = static_cast<std::uint8_t>(quad.exponents[1]);
      edge.exponents[2 * std::size_t{q} + 2] = static_cast<std::uint8_t>(quad.exponents[3]);
      rho_left = quad.rho;
    }
    above_ = edge;
    return true;
  }

  // Writes a quad but for u, which is the answer: the bound U of its exponents less its predictor
  // kappa (7.3.7).
  std::uint32_t code(const Quad& quad, std::uint32_t q, std::uint32_t context, bool first) {
    std::uint32_t kappa = 1;
    if (!first && std::popcount(quad.rho) > 1)
      kappa = std::max(above_.greatest(q), std::uint32_t{2}) - 1;
    const std::uint32_t bound = std::max(quad.exponent_max, kappa);
    std::uint32_t epsilon = 0;
    for (std::uint32_t i = 0; i < 4 && bound > kappa; ++i)
      epsilon |= static_cast<std::uint32_t>(quad.exponents[i] == bound) << i;

    if (context == 0) mel_.event(quad.rho != 0);
    const VlcCodes& codes = first ? tables_.first_row : tables_.other_rows;
    const VlcCode& vlc = codes[context << 8 | quad.rho << 4 | epsilon];
    vlc_.put(vlc.codeword, vlc.length);
    for (std::uint32_t i = 0; i < 4; ++i) {
      if ((quad.rho >> i & 1) == 0) continue;
      const std::uint32_t length = bound - (vlc.e_k >> i & 1);  // m of 7.3.8
      const std::uint32_t bits = 2 * (quad.samples[i].magnitude - 1) + quad.samples[i].sign;
      magsgn_.put(bits, length);
    }
    return bound - kappa;
  }

  void code_u(std::uint32_t u0, std::uint32_t u1, bool first) {
    const bool biased = first && u0 != 0 && u1 != 0;
    if (biased) mel_.event(std::min(u0, u1) > kUvlcPairBias);
    const UvlcCode code = uvlc_code(u0, u1, biased);
    vlc_.put(code.bits, code.length);
  }

  const BlockToEncode<T>& block_;
  const BlockSource<T>& source_;
  const EncodeTables& tables_ = encode_tables();
  std::uint8_t* to_;
  MagSgnWriter magsgn_;
  MelWriter mel_;
  VlcWriter vlc_;
  LowerEdge above_;
  bool all_zero_ = true;
};

template <class T>
void encode_block(BlockToEncode<T>& block, Buffer& out) {
  const BlockSource<T>& source = block.source;
  EXPECTS(source.width <= kBlockSideMax && source.height <= kBlockSideMax &&
          source.width * source.height <= kBlockAreaMax);
  block.encoded = {out.size(), 0, block.bit_planes};
  block.status = {};
  if (block.bit_planes > kBitPlanesMax) {
    block.status = fail(ErrorCode::Unsupported, kNoOffset, "more bit planes than are supported",
                        kBitPlanesMax, block.bit_planes);
    return;
  }
  if (source.width == 0 || source.height == 0) return;
  const std::size_t start = out.size();
  out.resize(start + encoded_bytes_max(source.width, source.height, block.bit_planes));
  out.resize(start);
  BlockEncoder<T> encoder(block, out.data() + start);
  if (!encoder.run()) {
    block.status = fail(ErrorCode::OutOfRange, kNoOffset,
                        "a coefficient needs more bit planes than its band has");
    return;
  }
  if (encoder.all_zero()) return;
  block.encoded.cleanup_bytes = encoder.finish();
  block.encoded.zero_bit_planes = static_cast<std::uint8_t>(block.bit_planes - 1);
  out.resize(start + block.encoded.cleanup_bytes);
}

}  // namespace
}  // namespace encode

template <class T>
void encode_blocks_scalar(std::span<BlockToEncode<T>> blocks, Buffer& out) {
  for (BlockToEncode<T>& block : blocks) encode::encode_block(block, out);
}

template void encode_blocks_scalar(std::span<BlockToEncode<std::int16_t>> blocks, Buffer& out);
template void encode_blocks_scalar(std::span<BlockToEncode<std::int32_t>> blocks, Buffer& out);
template void encode_blocks_scalar(std::span<BlockToEncode<float>> blocks, Buffer& out);

}  // namespace slipring::codecs::htj2k

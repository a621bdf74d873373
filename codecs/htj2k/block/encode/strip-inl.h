// What the passes of the fast block encoder hand on: a strip of quad rows, and bits.
// Included once a SIMD target.
#if defined(SLIPRING_HTJ2K_ENCODE_STRIP) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_HTJ2K_ENCODE_STRIP
#undef SLIPRING_HTJ2K_ENCODE_STRIP
#else
#define SLIPRING_HTJ2K_ENCODE_STRIP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/htj2k/block/tables.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::htj2k::encode {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

namespace hn = hwy::HWY_NAMESPACE;

using Columns = hn::CappedTag<std::uint16_t, 32>;       // samples of a row
using Quads = hn::Repartition<std::uint32_t, Columns>;  // quads: two columns of a pair of rows
using Wide = hn::Repartition<std::uint64_t, Columns>;   // quads with their four samples
using Octets = hn::Repartition<std::uint8_t, Columns>;
using SignedColumns = hn::RebindToSigned<Columns>;
using SignedQuads = hn::RebindToSigned<Quads>;
using VColumns = hn::Vec<Columns>;
using VQuads = hn::Vec<Quads>;
using VWide = hn::Vec<Wide>;

inline constexpr std::size_t kColumnLanes = hn::MaxLanes(Columns());
inline constexpr std::size_t kQuadLanes = kColumnLanes / 2;
inline constexpr std::size_t kWideLanes = kColumnLanes / 4;

// The quads of a row are padded with zeros to whole vectors of any target. Between rows are kPad
// quads of zeros for neighbours beyond the sides.
inline constexpr std::size_t kPad = 16;
inline constexpr std::size_t kRowMax = kBlockSideMax / 2 + kPad;
inline constexpr std::size_t kStripMax = std::size_t{32} * (32 + kPad);  // a block of 64x64
inline constexpr std::size_t kStripRowsMax = kStripMax / (2 * kPad);

struct Strip {
  std::size_t quads = 0;   // of a row
  std::size_t padded = 0;  // the same in whole vectors
  std::size_t pitch = 0;   // padded + kPad
  std::size_t rows_max = 0;

  // Row r is at (r + 1) * pitch + kPad; the row above the strip is row -1.
  // measured: epsilon | rho << 4 | bits of the greatest magnitude less one << 8.
  // lower: magnitudes less one of the lower samples, 16 bits each.
  alignas(64) std::uint32_t measured[kRowMax + kStripMax + kPad];
  alignas(64) std::uint32_t lower[kRowMax + kStripMax + kPad];
  // Row r is at r * padded, in pairs at half of it.
  // indices: of the VLC table. pairs: u0 | u1 << 4. bounds: U | rho << 12. codes: what the VLC
  // table has. words: v, four to a quad.
  alignas(64) std::uint16_t indices[kStripMax];
  alignas(64) std::uint8_t pairs[kStripMax / 2 + kPad];
  alignas(64) std::uint16_t bounds[kStripMax + kPad];
  alignas(64) std::uint16_t codes[kStripMax + kPad];
  alignas(64) std::uint16_t words[4 * kStripMax];
  bool silent[kStripRowsMax];  // rows whose quads and contexts are all zero
};

// `second` where there are 64 bits and more. Never a branch: it would be missed too often.
HWY_INLINE std::uint64_t last_word(std::uint64_t first, std::uint64_t second, std::uint64_t bits) {
#if HWY_ARCH_X86_64
  asm("testb $64, %b1\n\tcmovnz %2, %0" : "+r"(first) : "r"(bits), "r"(second) : "cc");
  return first;
#else
  return (bits & 64) != 0 ? second : first;
#endif
}

// Bits from the lowest up, kPutMax at once at the most.
class BitSink {
 public:
  static constexpr std::uint64_t kPutMax = 56;
  explicit BitSink(std::uint8_t* to) : first_(to), to_(to) {}

  HWY_INLINE void put(std::uint64_t bits, std::uint64_t length) {
    pending_ |= bits << count_;
    store_le<std::uint64_t>(to_, pending_);
    count_ += length;
    to_ += count_ >> 3;
    pending_ >>= count_ & 0x38;
    count_ &= 7;
  }
  // Up to 64.
  HWY_INLINE void put_long(std::uint64_t bits, std::uint64_t length) {
    put(bits & 0xFFFFFFFFU, std::min<std::uint64_t>(length, 32));
    put(bits >> 32, length - std::min<std::uint64_t>(length, 32));
  }
  // Two words, up to kPutWideMax bits: no branch.
  static constexpr std::uint64_t kPutWideMax = 120;
  HWY_INLINE void put_wide(std::uint64_t low, std::uint64_t high, std::uint64_t length) {
    const std::uint64_t first = pending_ | low << count_;
    const std::uint64_t second = (low >> 1) >> (63 - count_) | high << count_;
    store_le<std::uint64_t>(to_, first);
    store_le<std::uint64_t>(to_ + 8, second);
    count_ += length;
    to_ += count_ >> 3;
    pending_ = last_word(first, second, count_) >> (count_ & 0x38);
    count_ &= 7;
  }
  [[nodiscard]] std::size_t bits() const {
    return static_cast<std::size_t>(to_ - first_) * 8 + count_;
  }

 private:
  std::uint8_t* first_;
  std::uint8_t* to_;
  std::uint64_t pending_ = 0;
  std::uint64_t count_ = 0;
};

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::htj2k::encode
HWY_AFTER_NAMESPACE();

#endif

// Vectors make of each difference a word of code and further bits and its length, and of two words
// one; what remains for scalar code is one or two shifts and a store for four symbols. Bytes 0xFF,
// one in some 200, get their zeros in a pass of their own.
#include "codecs/jpeg_lossless/encode/pack.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_lossless/encode/pack_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/base/contract.h"
#include "codecs/kernels/planes.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_lossless {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128 || HWY_TARGET == HWY_SSE4 || \
    HWY_TARGET == HWY_SSSE3 || HWY_TARGET == HWY_SSE2
// No shift by another amount in every lane.
std::size_t pack_all(std::span<const std::uint16_t* const> planes, std::size_t count,
                     std::span<const EncodeTable> tables, PendingBits& pending, PackWork&,
                     std::uint8_t* raw) {
  return pack_scalar(planes, count, tables, pending, raw);
}
#else

namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::ScalableTag<std::uint32_t>;
using SignedWords = hn::RebindToSigned<Words>;
using V = hn::Vec<Words>;

// Three tables of 16 bytes, in every block of a vector: what category 16 needs is not there.
class Tables {
 public:
  explicit Tables(const EncodeTable& table) {
    alignas(16) std::uint8_t low[16], high[16], length[16];
    for (std::size_t i = 0; i < 16; ++i) {
      low[i] = static_cast<std::uint8_t>(table.codes[i]);
      high[i] = static_cast<std::uint8_t>(table.codes[i] >> 8);
      length[i] = table.lengths[i];
    }
    const hn::Repartition<std::uint8_t, Words> bytes;
    low_ = hn::LoadDup128(bytes, low);
    high_ = hn::LoadDup128(bytes, high);
    length_ = hn::LoadDup128(bytes, length);
  }

  // The code in bits 0 to 15. An index byte with its highest bit set gives 0.
  HWY_INLINE V code(V category) const {
    const Words d;
    return hn::Or(look_up(low_, hn::Or(category, hn::Set(d, 0x80808000U))),
                  look_up(high_, hn::Or(hn::ShiftLeft<8>(category), hn::Set(d, 0x80800080U))));
  }
  HWY_INLINE V length(V category) const {
    return look_up(length_, hn::Or(category, hn::Set(Words(), 0x80808000U)));
  }

 private:
  using Table = hn::Vec<hn::Repartition<std::uint8_t, Words> >;
  HWY_INLINE static V look_up(Table table, V index) {
    const hn::Repartition<std::uint8_t, Words> bytes;
    return hn::BitCast(Words(), hn::TableLookupBytesOr0(table, hn::BitCast(bytes, index)));
  }
  Table low_, high_, length_;
};

// Code and further bits of each difference. False when a category 16 is among them.
bool make_words(const std::uint16_t* differences, std::size_t count, const EncodeTable& table,
                std::uint32_t* words, std::uint32_t* lengths) {
  const Words d;
  const SignedWords signed_d;
  const hn::RebindToFloat<Words> float_d;
  const hn::Rebind<std::int16_t, Words> half;
  const Tables tables(table);
  V largest = hn::Zero(d);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d)) {
    auto v = hn::PromoteTo(signed_d,
                           hn::LoadU(half, reinterpret_cast<const std::int16_t*>(differences + x)));
    if (x + hn::Lanes(d) > count) v = hn::IfThenElseZero(hn::FirstN(signed_d, count - x), v);
    // The exponent of the size as a number of floating point: 126 less than its bits.
    const auto exponent =
        hn::ShiftRight<23>(hn::BitCast(signed_d, hn::ConvertTo(float_d, hn::Abs(v))));
    const V category =
        hn::BitCast(d, hn::Max(hn::Sub(exponent, hn::Set(signed_d, 126)), hn::Zero(signed_d)));
    largest = hn::Max(largest, category);
    const V bits = hn::BitCast(d, hn::Add(v, hn::BroadcastSignBit(v)));
    const V ones = hn::Not(hn::Zero(d));
    const V further = hn::AndNot(hn::Shl(ones, category), bits);
    hn::StoreU(hn::Or(hn::Shl(tables.code(category), category), further), d, words + x);
    hn::StoreU(hn::Add(tables.length(category), category), d, lengths + x);
  }
  return hn::GetLane(hn::MaxOfLanes(d, largest)) < kCategoryMax;
}

// Bits to bytes, 57 at most in one call.
class Writer {
 public:
  Writer(PendingBits& pending, std::uint8_t* to)
      : pending_(pending), bits_(pending.bits), count_(pending.count), to_(to) {}
  HWY_INLINE void put(std::uint64_t bits, std::uint64_t length) {
    bits_ = bits_ << length | bits;
    count_ += length;
    store_be<std::uint64_t>(to_, bits_ << (64 - count_));
    to_ += count_ >> 3;
    count_ &= 7;
  }
  std::uint8_t* finish() {
    pending_.bits = bits_;
    pending_.count = static_cast<std::uint32_t>(count_);
    return to_;
  }

 private:
  PendingBits& pending_;
  std::uint64_t bits_;
  std::uint64_t count_;
  std::uint8_t* to_;
};

inline constexpr std::uint64_t kPutMax = 57;

// Two by two, in place: word and length of symbols 2i and 2i + 1 become one word of 64 bits.
void join_pairs(std::uint32_t* words, std::uint32_t* lengths, std::size_t count) {
  const hn::ScalableTag<std::uint64_t> d;
  const auto low = hn::Set(d, 0xFFFFFFFFU);
  auto* pairs = reinterpret_cast<std::uint64_t*>(words);
  auto* totals = reinterpret_cast<std::uint64_t*>(lengths);
  for (std::size_t i = 0; i < count / 2; i += hn::Lanes(d)) {
    const auto word = hn::LoadU(d, pairs + i);
    const auto length = hn::LoadU(d, totals + i);
    const auto second = hn::ShiftRight<32>(length);
    const auto joined = hn::Or(hn::Shl(hn::And(word, low), second), hn::ShiftRight<32>(word));
    hn::StoreU(joined, d, pairs + i);
    hn::StoreU(hn::Add(hn::And(length, low), second), d, totals + i);
  }
}

// Of memory that holds words of 32 bits for others.
HWY_INLINE std::uint64_t at(const std::uint64_t* from, std::size_t i) {
  return load_le<std::uint64_t>(reinterpret_cast<const std::uint8_t*>(from + i));
}

// Pairs 2i and 2i + 1 become one word; it holds where the lengths together are 64 or less. Returns
// the sum of the lengths.
std::uint64_t join_fours(const std::uint64_t* pairs, const std::uint64_t* totals, std::size_t count,
                         std::uint64_t* fours, std::uint64_t* four_lengths) {
  const hn::ScalableTag<std::uint64_t> d;
  const std::size_t lanes = hn::Lanes(d);
  auto sum = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto a = hn::LoadU(d, pairs + 2 * i);
    const auto b = hn::LoadU(d, pairs + 2 * i + lanes);
    const auto a_length = hn::LoadU(d, totals + 2 * i);
    const auto b_length = hn::LoadU(d, totals + 2 * i + lanes);
    const auto second = hn::ConcatOdd(d, b_length, a_length);
    const auto first = hn::Shl(hn::ConcatEven(d, b, a), second);
    const auto length = hn::Add(hn::ConcatEven(d, b_length, a_length), second);
    hn::StoreU(hn::Or(first, hn::ConcatOdd(d, b, a)), d, fours + i);
    hn::StoreU(length, d, four_lengths + i);
    sum = hn::Add(sum, length);
  }
  std::uint64_t bits = hn::GetLane(hn::SumOfLanes(d, sum));
  for (; i < count; ++i) {
    fours[i] = at(pairs, 2 * i) << at(totals, 2 * i + 1) | at(pairs, 2 * i + 1);
    four_lengths[i] = at(totals, 2 * i) + at(totals, 2 * i + 1);
    bits += four_lengths[i];
  }
  return bits;
}

// A pair of more than 57 bits in two halves.
HWY_INLINE void put_pair(Writer& writer, std::uint64_t bits, std::uint64_t length) {
  if (HWY_LIKELY(length <= kPutMax)) return writer.put(bits, length);
  writer.put(bits >> 32, length - 32);
  writer.put(bits & 0xFFFFFFFFU, 32);
}

// Words of four symbols, as long as they may be.
struct Fours {
  const std::uint64_t* pairs;
  const std::uint64_t* totals;
  const std::uint64_t* words;
  const std::uint64_t* lengths;

  HWY_INLINE void put(Writer& writer, std::size_t i) const {
    if (HWY_LIKELY(lengths[i] <= kPutMax)) return writer.put(words[i], lengths[i]);
    put_pair(writer, at(pairs, 2 * i), at(totals, 2 * i));
    put_pair(writer, at(pairs, 2 * i + 1), at(totals, 2 * i + 1));
  }
  HWY_INLINE void put_two(Writer& writer, std::size_t i) const {
    const std::uint64_t length = lengths[i] + lengths[i + 1];
    if (HWY_LIKELY(length <= kPutMax))
      return writer.put(words[i] << lengths[i + 1] | words[i + 1], length);
    put(writer, i);
    put(writer, i + 1);
  }
};

// Below that many bits in the mean, eight symbols mostly go out in one store.
inline constexpr std::uint64_t kEightBitsMean = 44;

// `count` symbols; what is left of a four is written on its own.
std::uint8_t* write(std::uint32_t* words, std::uint32_t* lengths, std::size_t count, PackWork& work,
                    PendingBits& pending, std::uint8_t* to) {
  const std::size_t fours = count / 4;
  std::uint32_t rest_words[3], rest_lengths[3];
  for (std::size_t i = fours * 4; i < count; ++i) {
    rest_words[i - fours * 4] = words[i];
    rest_lengths[i - fours * 4] = lengths[i];
  }
  join_pairs(words, lengths, fours * 4);
  const auto* pairs = reinterpret_cast<const std::uint64_t*>(words);
  const auto* totals = reinterpret_cast<const std::uint64_t*>(lengths);
  const std::uint64_t bits = join_fours(pairs, totals, fours, work.fours, work.four_lengths);
  const Fours all{pairs, totals, work.fours, work.four_lengths};
  Writer writer(pending, to);
  std::size_t i = 0;
  if (bits * 2 <= kEightBitsMean * fours)
    for (; i + 2 <= fours; i += 2) all.put_two(writer, i);
  for (; i < fours; ++i) all.put(writer, i);
  for (std::size_t k = 0; k < count % 4; ++k) writer.put(rest_words[k], rest_lengths[k]);
  return writer.finish();
}

std::size_t pack_all(std::span<const std::uint16_t* const> planes, std::size_t count,
                     std::span<const EncodeTable> tables, PendingBits& pending, PackWork& work,
                     std::uint8_t* raw) {
  const std::size_t components = planes.size();
  const std::uint8_t* words[kPackComponents];
  const std::uint8_t* lengths[kPackComponents];
  for (std::size_t k = 0; k < components; ++k) {
    if (!make_words(planes[k], count, tables[k], work.words[k], work.lengths[k]))
      return pack_scalar(planes, count, tables, pending, raw);
    words[k] = reinterpret_cast<const std::uint8_t*>(work.words[k]);
    lengths[k] = reinterpret_cast<const std::uint8_t*>(work.lengths[k]);
  }
  if (components == 1)
    return static_cast<std::size_t>(
        write(work.words[0], work.lengths[0], count, work, pending, raw) - raw);
  kernels::merge_planes({words, components}, 4, count,
                        reinterpret_cast<std::uint8_t*>(work.linear_words));
  kernels::merge_planes({lengths, components}, 4, count,
                        reinterpret_cast<std::uint8_t*>(work.linear_lengths));
  return static_cast<std::size_t>(
      write(work.linear_words, work.linear_lengths, count * components, work, pending, raw) - raw);
}

#endif

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

std::size_t stuff_all(Bytes raw, std::uint8_t* to) { return stuff_scalar(raw, to); }

#else

std::size_t stuff_all(Bytes raw, std::uint8_t* to) {
  namespace stuffing = hwy::HWY_NAMESPACE;
  const stuffing::CappedTag<std::uint8_t, kStuffSlack> d;
  const std::size_t lanes = stuffing::Lanes(d);
  const auto ff = stuffing::Set(d, 0xFF);
  std::size_t at = 0;
  std::size_t out = 0;
  while (at + lanes <= raw.size()) {
    const auto v = stuffing::LoadU(d, raw.data() + at);
    stuffing::StoreU(v, d, to + out);
    const std::ptrdiff_t found = stuffing::FindFirstTrue(d, stuffing::Eq(v, ff));
    if (HWY_LIKELY(found < 0)) {
      at += lanes;
      out += lanes;
      continue;
    }
    at += static_cast<std::size_t>(found) + 1;
    out += static_cast<std::size_t>(found) + 1;
    to[out++] = 0;
  }
  return out + stuff_scalar(raw.subspan(at), to + out);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_lossless
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_lossless {

HWY_EXPORT(pack_all);
HWY_EXPORT(stuff_all);

std::size_t pack(std::span<const std::uint16_t* const> planes, std::size_t count,
                 std::span<const EncodeTable> tables, PendingBits& pending, PackWork& work,
                 std::uint8_t* raw) {
  EXPECTS(!planes.empty() && planes.size() <= kPackComponents && planes.size() <= tables.size() &&
          count <= kPackSamples);
  return HWY_DYNAMIC_DISPATCH(pack_all)(planes, count, tables, pending, work, raw);
}

std::size_t stuff(Bytes raw, std::uint8_t* to) { return HWY_DYNAMIC_DISPATCH(stuff_all)(raw, to); }

}  // namespace slipring::codecs::jpeg_lossless
#endif

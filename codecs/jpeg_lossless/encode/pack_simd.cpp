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
    const hn::Repartition<std::uint8_t, Words> bytes;
    low_ = hn::LoadDup128(bytes, table.low.data());
    high_ = hn::LoadDup128(bytes, table.high.data());
    length_ = hn::LoadDup128(bytes, table.lengths.data());
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

// Code and further bits of differences, and how many bits these are.
class Symbols {
 public:
  explicit Symbols(const EncodeTable& table) : tables_(table), largest_(hn::Zero(Words())) {}

  // Those from x on of `count`; zeros for those that are not there.
  HWY_INLINE V take(const std::uint16_t* differences, std::size_t x, std::size_t count,
                    V& lengths) {
    const Words d;
    const SignedWords signed_d;
    const hn::RebindToFloat<Words> float_d;
    const hn::Rebind<std::int16_t, Words> half;
    auto v = hn::PromoteTo(signed_d,
                           hn::LoadU(half, reinterpret_cast<const std::int16_t*>(differences + x)));
    if (HWY_UNLIKELY(x + hn::Lanes(d) > count))
      v = x < count ? hn::IfThenElseZero(hn::FirstN(signed_d, count - x), v) : hn::Zero(signed_d);
    // The exponent of the size as a number of floating point: 126 less than its bits.
    const auto exponent =
        hn::ShiftRight<23>(hn::BitCast(signed_d, hn::ConvertTo(float_d, hn::Abs(v))));
    const V category =
        hn::BitCast(d, hn::Max(hn::Sub(exponent, hn::Set(signed_d, 126)), hn::Zero(signed_d)));
    largest_ = hn::Max(largest_, category);
    const V bits = hn::BitCast(d, hn::Add(v, hn::BroadcastSignBit(v)));
    const V further = hn::AndNot(hn::Shl(hn::Not(hn::Zero(d)), category), bits);
    lengths = hn::Add(tables_.length(category), category);
    return hn::Or(hn::Shl(tables_.code(category), category), further);
  }
  // Whether a category 16 was among them: then they do not hold.
  [[nodiscard]] bool hold() const {
    return hn::GetLane(hn::MaxOfLanes(Words(), largest_)) < kCategoryMax;
  }

 private:
  Tables tables_;
  V largest_;
};

// False when a category 16 is among them.
bool make_words(const std::uint16_t* differences, std::size_t count, const EncodeTable& table,
                std::uint32_t* words, std::uint32_t* lengths) {
  const Words d;
  Symbols symbols(table);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d)) {
    V length;
    hn::StoreU(symbols.take(differences, x, count, length), d, words + x);
    hn::StoreU(length, d, lengths + x);
  }
  return symbols.hold();
}

// Bits to bytes, 1 to 64 in one call, without a branch.
class Writer {
 public:
  Writer(PendingBits& pending, std::uint8_t* to)
      : pending_(pending),
        bits_(pending.bits << 1 << (63 - pending.count)),
        count_(pending.count),
        to_(to) {}
  // `bits` begin at the top, zeros behind them.
  HWY_INLINE void put_top(std::uint64_t bits, std::uint64_t length) {
    const std::uint64_t all = bits_ | bits >> count_;
    const std::uint64_t rest = bits << 1 << (63 - count_);
    store_be<std::uint64_t>(to_, all);
    count_ += length;
    bits_ = count_ >= 64 ? rest : all;
    to_ += count_ >> 6 << 3;
    count_ &= 63;
  }
  HWY_INLINE void put(std::uint64_t bits, std::uint64_t length) {
    put_top(bits << (64 - length), length);
  }
  std::uint8_t* finish() {
    store_be<std::uint64_t>(to_, bits_);
    pending_.count = static_cast<std::uint32_t>(count_ & 7);
    pending_.bits = (bits_ << (count_ & ~std::uint64_t{7})) >> 1 >> (63 - pending_.count);
    return to_ + (count_ >> 3);
  }

 private:
  PendingBits& pending_;
  std::uint64_t bits_;   // from the top on; zeros behind them
  std::uint64_t count_;  // 0 to 63
  std::uint8_t* to_;
};

using LongWords = hn::Repartition<std::uint64_t, Words>;
using L = hn::Vec<LongWords>;

// Bits in the lowest places, and how many they are.
struct Joined {
  L words, lengths;
};

// Of two symbols in the halves of each lane, the first in the lower one.
HWY_INLINE Joined join_two(L words, L lengths) {
  const LongWords d;
  const L low = hn::Set(d, 0xFFFFFFFFU);
  const L second = hn::ShiftRight<32>(lengths);
  return {hn::Or(hn::Shl(hn::And(words, low), second), hn::ShiftRight<32>(words)),
          hn::Add(hn::And(lengths, low), second)};
}

// Of each two lanes, those of `a` first; it holds where their lengths together are 64 or less.
HWY_INLINE Joined join_lanes(const Joined& a, const Joined& b) {
  const LongWords d;
  const L second = hn::ConcatOdd(d, b.lengths, a.lengths);
  const L first = hn::Shl(hn::ConcatEven(d, b.words, a.words), second);
  return {hn::Or(first, hn::ConcatOdd(d, b.words, a.words)),
          hn::Add(hn::ConcatEven(d, b.lengths, a.lengths), second)};
}

// Symbols of 16 bits and less, twice as many to a vector. Where a longer one is among them, or one
// of category 16, none of them holds.
class ShortSymbols {
 public:
  using Halves = hn::Repartition<std::uint16_t, Words>;
  using H = hn::Vec<Halves>;

  explicit ShortSymbols(const EncodeTable& table) {
    alignas(16) std::uint8_t low[16], high[16], lengths[16];
    for (std::uint32_t category = 0; category < 16; ++category) {
      const std::uint32_t length = table.lengths[category] + category;
      const std::uint32_t word = std::uint32_t{table.codes[category]} << category;
      low[category] = static_cast<std::uint8_t>(word);
      high[category] = static_cast<std::uint8_t>(word >> 8);
      lengths[category] = static_cast<std::uint8_t>(length <= 16 ? length : kTooLong);
    }
    const hn::Repartition<std::uint8_t, Words> bytes;
    low_ = hn::LoadDup128(bytes, low);
    high_ = hn::LoadDup128(bytes, high);
    length_ = hn::LoadDup128(bytes, lengths);
  }

  // Those from x on of `count`; zeros for those that are not there. Words of two symbols in the
  // halves of each lane, and their lengths; false: they do not hold.
  HWY_INLINE bool take(const std::uint16_t* differences, std::size_t x, std::size_t count, L& words,
                       L& lengths) const {
    const Halves d;
    const hn::RebindToSigned<Halves> signed_d;
    H v = hn::LoadU(d, differences + x);
    if (HWY_UNLIKELY(x + hn::Lanes(d) > count))
      v = x < count ? hn::IfThenElseZero(hn::FirstN(d, count - x), v) : hn::Zero(d);
    const auto signed_v = hn::BitCast(signed_d, v);
    H ones = hn::BitCast(d, hn::Abs(signed_v));  // as many as the category says
    ones = hn::Or(ones, hn::ShiftRight<1>(ones));
    ones = hn::Or(ones, hn::ShiftRight<2>(ones));
    ones = hn::Or(ones, hn::ShiftRight<4>(ones));
    ones = hn::Or(ones, hn::ShiftRight<8>(ones));
    const H category = hn::PopulationCount(ones);
    const H bits = hn::BitCast(d, hn::Add(signed_v, hn::BroadcastSignBit(signed_v)));
    const H index = hn::Or(category, hn::Set(d, 0x8000));
    const H length = look_up(length_, index);
    const H code = hn::Or(look_up(low_, index),
                          look_up(high_, hn::Or(hn::ShiftLeft<8>(category), hn::Set(d, 0x0080))));
    const H unfit = hn::And(hn::Or(length, hn::ShiftRight<8>(ones)), hn::Set(d, kTooLong));
    join(hn::Or(code, hn::And(bits, ones)), length, words, lengths);
    return hn::AllTrue(d, hn::Eq(unfit, hn::Zero(d)));
  }

 private:
  static constexpr std::uint8_t kTooLong = 0x80;
  using Table = hn::Vec<hn::Repartition<std::uint8_t, Words> >;

  HWY_INLINE static H look_up(Table table, H index) {
    const hn::Repartition<std::uint8_t, Words> bytes;
    return hn::BitCast(Halves(), hn::TableLookupBytesOr0(table, hn::BitCast(bytes, index)));
  }
  // As join_two does, of 16 bits each.
  HWY_INLINE static void join(H words, H lengths, L& to, L& to_lengths) {
    const Words d;
    const LongWords long_d;
    const V low = hn::Set(d, 0xFFFFU);
    const V w = hn::BitCast(d, words);
    const V l = hn::BitCast(d, lengths);
    const V second = hn::ShiftRight<16>(l);
    to = hn::BitCast(long_d, hn::Or(hn::Shl(hn::And(w, low), second), hn::ShiftRight<16>(w)));
    to_lengths = hn::BitCast(long_d, hn::Add(hn::And(l, low), second));
  }

  Table low_, high_, length_;
};

// Of memory that holds words of 32 bits for others.
HWY_INLINE std::uint64_t at(const std::uint64_t* from, std::size_t i) {
  return load_le<std::uint64_t>(reinterpret_cast<const std::uint8_t*>(from + i));
}

// The fours from i on, a vector of them. take(x) gives the words and lengths of a vector of pairs
// from symbol x on. Where pairs are written to, take() may have read symbols from.
template <class Take>
HWY_INLINE Joined join_pairs(std::size_t i, std::uint64_t* pairs, std::uint64_t* totals,
                             const Take& take) {
  const LongWords d;
  const std::size_t lanes = hn::Lanes(d);
  const Joined a = take(4 * i);
  const Joined b = take(4 * i + 2 * lanes);
  hn::StoreU(a.words, d, pairs + 2 * i);
  hn::StoreU(b.words, d, pairs + 2 * i + lanes);
  hn::StoreU(a.lengths, d, totals + 2 * i);
  hn::StoreU(b.lengths, d, totals + 2 * i + lanes);
  return join_lanes(a, b);
}

// `count` symbols, a multiple of four, four and eight to a word, those of eight from the top on:
// take_fours(i) gives a vector of fours from the i-th on.
template <class TakeFours>
HWY_INLINE void join(std::size_t count, PackWork& work, const TakeFours& take_fours) {
  const LongWords d;
  const std::size_t lanes = hn::Lanes(d);
  const L most = hn::Set(d, 64);
  for (std::size_t i = 0; i < count / 4; i += 2 * lanes) {
    const Joined a = take_fours(i);
    Joined b = {hn::Zero(d), hn::Zero(d)};
    if (HWY_LIKELY(i + lanes < count / 4)) b = take_fours(i + lanes);
    hn::StoreU(a.words, d, work.fours + i);
    hn::StoreU(b.words, d, work.fours + i + lanes);
    hn::StoreU(a.lengths, d, work.four_lengths + i);
    hn::StoreU(b.lengths, d, work.four_lengths + i + lanes);
    const Joined eight = join_lanes(a, b);
    hn::StoreU(hn::Shl(eight.words, hn::Sub(most, hn::Min(eight.lengths, most))), d,
               work.eights + i / 2);
    hn::StoreU(eight.lengths, d, work.eight_lengths + i / 2);
  }
}

// What join() made. Beyond 64 bits only the halves of a word hold: of a four its pair of words,
// which are there then.
struct Words8 {
  const std::uint64_t* pairs;
  const std::uint64_t* totals;
  const PackWork& work;

  void put_four(Writer& writer, std::size_t i) const {
    if (HWY_LIKELY(work.four_lengths[i] <= 64))
      return writer.put(work.fours[i], work.four_lengths[i]);
    writer.put(at(pairs, 2 * i), at(totals, 2 * i));
    writer.put(at(pairs, 2 * i + 1), at(totals, 2 * i + 1));
  }
  HWY_INLINE void put_eight(Writer& writer, std::size_t i) const {
    if (HWY_LIKELY(work.eight_lengths[i] <= 64))
      return writer.put_top(work.eights[i], work.eight_lengths[i]);
    put_four(writer, 2 * i);
    put_four(writer, 2 * i + 1);
  }
  HWY_INLINE void put(Writer& writer, std::size_t fours) const {
    for (std::size_t i = 0; i < fours / 2; ++i) put_eight(writer, i);
    if (fours % 2 != 0) put_four(writer, fours - 1);
  }
};

// Symbols of one component: they are joined as they are made, by the longer way where one of 32 or
// so is long. What is left of a four is written on its own.
std::size_t pack_plane(const std::uint16_t* differences, std::size_t count,
                       const EncodeTable& table, PendingBits& pending, PackWork& work,
                       std::uint8_t* raw) {
  const std::size_t whole = count / 4 * 4;
  auto* pairs = reinterpret_cast<std::uint64_t*>(work.words[0]);
  auto* totals = reinterpret_cast<std::uint64_t*>(work.lengths[0]);
  const ShortSymbols short_symbols(table);
  Symbols symbols(table);
  const LongWords d;
  const auto take_pairs = [&](std::size_t x) HWY_ATTR {
    V lengths;
    const V words = symbols.take(differences, x, whole, lengths);
    return join_two(hn::BitCast(d, words), hn::BitCast(d, lengths));
  };
  join(whole, work, [&](std::size_t i) HWY_ATTR {
    L words, lengths;
    if (HWY_LIKELY(short_symbols.take(differences, 4 * i, whole, words, lengths)))
      return join_two(words, lengths);
    return join_pairs(i, pairs, totals, take_pairs);
  });
  if (!symbols.hold()) return pack_scalar({&differences, 1}, count, {&table, 1}, pending, raw);
  std::uint8_t* to = raw;
  if (whole != 0) {
    Writer writer(pending, raw);
    Words8{pairs, totals, work}.put(writer, whole / 4);
    to = writer.finish();
  }
  const std::uint16_t* rest = differences + whole;
  return static_cast<std::size_t>(to - raw) +
         pack_scalar({&rest, 1}, count - whole, {&table, 1}, pending, to);
}

// `count` symbols in the order of the stream.
std::uint8_t* write(std::uint32_t* words, std::uint32_t* lengths, std::size_t count, PackWork& work,
                    PendingBits& pending, std::uint8_t* to) {
  const std::size_t whole = count / 4 * 4;
  std::uint32_t rest_words[3], rest_lengths[3];
  for (std::size_t i = whole; i < count; ++i) {
    rest_words[i - whole] = words[i];
    rest_lengths[i - whole] = lengths[i];
  }
  auto* pairs = reinterpret_cast<std::uint64_t*>(words);
  auto* totals = reinterpret_cast<std::uint64_t*>(lengths);
  const Words d;
  const LongWords long_d;
  const auto take_pairs = [&](std::size_t x) HWY_ATTR {
    return join_two(hn::BitCast(long_d, hn::LoadU(d, words + x)),
                    hn::BitCast(long_d, hn::LoadU(d, lengths + x)));
  };
  join(whole, work,
       [&](std::size_t i) HWY_ATTR { return join_pairs(i, pairs, totals, take_pairs); });
  Writer writer(pending, to);
  Words8{pairs, totals, work}.put(writer, whole / 4);
  for (std::size_t k = 0; k < count % 4; ++k) writer.put(rest_words[k], rest_lengths[k]);
  return writer.finish();
}

std::size_t pack_all(std::span<const std::uint16_t* const> planes, std::size_t count,
                     std::span<const EncodeTable> tables, PendingBits& pending, PackWork& work,
                     std::uint8_t* raw) {
  const std::size_t components = planes.size();
  if (components == 1) return pack_plane(planes[0], count, tables[0], pending, work, raw);
  const std::uint8_t* words[kPackComponents];
  const std::uint8_t* lengths[kPackComponents];
  for (std::size_t k = 0; k < components; ++k) {
    if (!make_words(planes[k], count, tables[k], work.words[k], work.lengths[k]))
      return pack_scalar(planes, count, tables, pending, raw);
    words[k] = reinterpret_cast<const std::uint8_t*>(work.words[k]);
    lengths[k] = reinterpret_cast<const std::uint8_t*>(work.lengths[k]);
  }
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

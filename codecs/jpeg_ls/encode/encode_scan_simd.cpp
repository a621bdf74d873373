// The fast encoder, NEAR 0. Every neighbour of a sample is known, so a pass of SIMD over the row
// finds contexts, signs and predictions; the serial rest corrects, codes and adapts. Bits are
// packed without stuffing into a row's buffer and stuffed from there.
#include <algorithm>
#include <array>

#include "codecs/jpeg_ls/encode/encode_scan.h"
#include "codecs/jpeg_ls/encode/stuffing.h"
#include "codecs/jpeg_ls/model.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_ls/encode/encode_scan_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/jpeg_ls/packed_model-inl.h"

#ifndef SLIPRING_JPEG_LS_ENCODE_ONCE
#define SLIPRING_JPEG_LS_ENCODE_ONCE
namespace slipring::codecs::jpeg_ls {

inline constexpr std::size_t kEncodeLinesSlot = 1;
inline constexpr std::size_t kEncodeAheadSlot = 2;
inline constexpr std::size_t kEncodeBitsSlot = 3;
// Samples before and behind a line that vectors may touch.
inline constexpr std::size_t kLinePadding = 64;
inline constexpr std::size_t kCodeBytesMax = 8;  // LIMIT is at most 64 bits
inline constexpr std::size_t kBitsSlack = 64;

// What is known of a sample before its turn.
struct Ahead {
  std::uint16_t context;  // 0: all gradients are flat
  std::int16_t sign;      // 0 or -1
  std::uint16_t predicted;
  std::uint16_t sample;
};
static_assert(sizeof(Ahead) == 8);

}  // namespace slipring::codecs::jpeg_ls
#endif

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void encode(const ScanSource& source, Buffer& out, Scratch& scratch) {
  encode_scan_scalar(source, out, scratch);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// Bits in a row's buffer. Nothing is checked: the buffer holds a row of the longest codes.
struct Packer {
  std::uint64_t held = 0;  // its highest `count` bits, below 8 of them; the others are zero
  std::uint32_t count = 0;
  std::uint8_t* to = nullptr;

  // 1 to 56 bits.
  HWY_INLINE void put(std::uint64_t value, std::uint32_t bits) {
    count += bits;
    held |= value << (64 - count);
    store_be(to, held);
    to += count >> 3;
    held <<= count & 0x38U;
    count &= 7;
  }

  void put_long(std::uint64_t value, std::uint32_t bits) {
    if (bits > 32) {
      put(value >> 32, bits - 32);
      put(value & 0xFFFFFFFFU, 32);
    } else if (bits != 0) {
      put(value, bits);
    }
  }
};

// Codes whose unary part is long: at most LIMIT bits, which 64 hold (A.5.3).
HWY_NOINLINE Packer put_long_golomb(Packer packer, std::uint32_t mapped, std::uint32_t k,
                                    std::uint32_t limit, std::uint32_t escape_bits) {
  const std::uint32_t zeros = mapped >> k;
  const std::uint32_t zeros_max = limit - escape_bits - 1;
  if (zeros < zeros_max) {
    const std::uint64_t low = mapped & ((1U << k) - 1);
    packer.put_long(std::uint64_t{1} << k | low, zeros + 1 + k);
  } else {
    const std::uint64_t low = (mapped - 1) & ((1U << escape_bits) - 1);
    packer.put_long(std::uint64_t{1} << escape_bits | low, limit);
  }
  return packer;
}

class FastEncoder {
 public:
  FastEncoder(const ScanSource& source, Scratch& scratch)
      : source_(source),
        p_(source.parameters),
        width_((source.columns + 2 * kLinePadding + 63) / 64 * 64),
        limit_(static_cast<std::uint32_t>(p_.limit)),
        escape_bits_(static_cast<std::uint32_t>(p_.quantised_bits)),
        short_zeros_(std::min(limit_ - escape_bits_ - 1, kShortZeros)) {
    const std::size_t components = source.components;
    const MutableBytes lines =
        scratch.take(kEncodeLinesSlot, 2 * components * width_ * sizeof(std::uint16_t));
    auto* line = reinterpret_cast<std::uint16_t*>(lines.data());
    std::fill_n(line, 2 * components * width_, std::uint16_t{0});
    const MutableBytes ahead = scratch.take(kEncodeAheadSlot, components * width_ * sizeof(Ahead));
    const MutableBytes bits =
        scratch.take(kEncodeBitsSlot, source.columns * components * kCodeBytesMax * 2 + kBitsSlack);
    for (std::size_t i = 0; i < components; ++i) {
      above_[i] = line + 2 * i * width_ + kLinePadding;
      now_[i] = above_[i] + width_;
      ahead_[i] = reinterpret_cast<Ahead*>(ahead.data()) + i * width_;
    }
    row_bits_ = bits.data();
    const std::uint32_t a = initial_magnitude(p_);
    contexts_.fill({a, 1, static_cast<std::uint8_t>(packed_order(a, 1)), 0, 0});
    run_contexts_.fill({a, 1, 0});
  }

  void run(Buffer& out) {
    Stuffer stuffer(out);
    Packer packer;
    for (std::uint32_t row = 0; row < source_.rows; ++row) {
      packer.to = row_bits_;
      for (std::uint32_t i = 0; i < source_.components; ++i) {
        load_line(row, i);
        look_ahead(i);
        if (!source_.by_sample) packer = encode_line(packer, i);
      }
      if (source_.by_sample)
        packer = source_.components == 3 ? encode_pixels<3>(packer) : encode_pixels<4>(packer);
      stuffer.append({row_bits_, static_cast<std::size_t>(packer.to - row_bits_)});
      std::swap(above_, now_);
    }
    stuffer.finish(packer.held, static_cast<int>(packer.count));
  }

 private:
  // With at most 16 + 1 bits behind the zeros a code fits into one put().
  static constexpr std::uint32_t kShortZeros = 38;
  using D16 = hn::CappedTag<std::uint16_t, 32>;

  template <class Sample>
  void load_line_as(const std::uint8_t* from, std::uint16_t* to) const {
    const std::size_t stride = source_.frame_components;
    const auto* samples = reinterpret_cast<const Sample*>(from);
    if (stride == 1) {
      for (std::size_t x = 0; x < source_.columns; ++x) to[x] = samples[x];
    } else if (stride == 3) {
      for (std::size_t x = 0; x < source_.columns; ++x) to[x] = samples[3 * x];
    } else {
      for (std::size_t x = 0; x < source_.columns; ++x) to[x] = samples[stride * x];
    }
  }

  // A.2.1: what stands at either side of the line.
  void load_line(std::uint32_t row, std::uint32_t component) {
    const std::size_t stride = std::size_t{source_.frame_components} * source_.sample_bytes;
    const std::uint8_t* from =
        source_.samples + row * stride * source_.columns + component * source_.sample_bytes;
    std::uint16_t* now = now_[component];
    std::uint16_t* above = above_[component];
    if (source_.sample_bytes == 1)
      load_line_as<std::uint8_t>(from, now);
    else
      load_line_as<std::uint16_t>(from, now);
    now[-1] = above[0];
    above[source_.columns] = above[source_.columns - 1];
  }

  // A.3.3 of from - to, in lanes: the sizes on either side of zero, then how many bounds they
  // reach.
  template <class V>
  HWY_INLINE V region(V from, V to, V t1, V t2, V t3) const {
    const D16 d;
    const V up = hn::SaturatedSub(from, to);
    const V size = hn::Or(up, hn::SaturatedSub(to, from));
    const V one = hn::Set(d, 1);
    V count = hn::Min(size, one);
    count = hn::Sub(count, hn::VecFromMask(d, hn::Eq(hn::Min(size, t1), t1)));
    count = hn::Sub(count, hn::VecFromMask(d, hn::Eq(hn::Min(size, t2), t2)));
    count = hn::Sub(count, hn::VecFromMask(d, hn::Eq(hn::Min(size, t3), t3)));
    const V falls = hn::VecFromMask(d, hn::Eq(up, hn::Zero(d)));  // also where it is flat: -0
    return hn::Sub(hn::Xor(count, falls), falls);
  }

  HWY_NOINLINE void look_ahead(std::uint32_t component) {
    const D16 d;
    const hn::RebindToSigned<D16> ds;
    const std::uint16_t* above = above_[component];
    const std::uint16_t* now = now_[component];
    auto* to = reinterpret_cast<std::uint16_t*>(ahead_[component]);
    const auto t1 = hn::Set(d, static_cast<std::uint16_t>(p_.t1));
    const auto t2 = hn::Set(d, static_cast<std::uint16_t>(p_.t2));
    const auto t3 = hn::Set(d, static_cast<std::uint16_t>(p_.t3));
    for (std::size_t x = 0; x < source_.columns; x += hn::Lanes(d)) {
      const auto ra = hn::LoadU(d, now + x - 1);
      const auto rb = hn::LoadU(d, above + x);
      const auto rc = hn::LoadU(d, above + x - 1);
      const auto rd = hn::LoadU(d, above + x + 1);
      auto q = hn::Mul(region(rd, rb, t1, t2, t3), hn::Set(d, 81));
      q = hn::Add(q, hn::Mul(region(rb, rc, t1, t2, t3), hn::Set(d, 9)));
      q = hn::Add(q, region(rc, ra, t1, t2, t3));
      const auto sign = hn::BitCast(d, hn::ShiftRight<15>(hn::BitCast(ds, q)));
      const auto low = hn::Min(ra, rb);
      const auto high = hn::Max(ra, rb);
      const auto predicted = hn::Sub(hn::Add(ra, rb), hn::Max(low, hn::Min(rc, high)));
      hn::StoreInterleaved4(hn::Sub(hn::Xor(q, sign), sign), sign, predicted, hn::LoadU(d, now + x),
                            d, to + 4 * x);
    }
  }

  // A.4.2 to A.6, but what look_ahead() has done.
  HWY_INLINE void encode_regular(Packer& packer, const Ahead& ahead, PackedContext& context,
                                 std::uint32_t spare_bits, std::int32_t maximum,
                                 std::uint32_t short_zeros, std::uint32_t reset) {
    const std::int32_t sign = ahead.sign;
    std::int32_t predicted = ahead.predicted + ((context.c ^ sign) - sign);
    if (HWY_UNLIKELY(static_cast<std::uint32_t>(predicted) > static_cast<std::uint32_t>(maximum)))
      predicted = predicted < 0 ? 0 : maximum;
    std::int32_t error = ((ahead.sample - predicted) ^ sign) - sign;
    error =
        static_cast<std::int32_t>(static_cast<std::uint32_t>(error) << spare_bits) >> spare_bits;
    const std::uint32_t k = context.k;
    const std::int32_t mirrored =
        error ^ mirror_mask(context.b, context.n, static_cast<std::int32_t>(k));
    const auto mapped =
        static_cast<std::uint32_t>(2 * mirrored) ^ static_cast<std::uint32_t>(mirrored >> 31);
    const std::uint32_t zeros = mapped >> k;
    update_packed(context, error, static_cast<std::uint32_t>(error < 0 ? -error : error), reset);
    if (HWY_LIKELY(zeros < short_zeros))
      packer.put(mapped - ((zeros - 1) << k), zeros + 1 + k);
    else
      packer = put_long_golomb(packer, mapped, k, limit_, escape_bits_);
  }

  // A.7.1.1: how many samples from x on are `value`.
  std::size_t run_length(const std::uint16_t* now, std::size_t x, std::uint16_t value) const {
    const D16 d;
    const auto wanted = hn::Set(d, value);
    const std::size_t begin = x;
    for (; x < source_.columns; x += hn::Lanes(d)) {
      const std::intptr_t other =
          hn::FindFirstTrue(d, hn::Not(hn::Eq(hn::LoadU(d, now + x), wanted)));
      if (other < 0) continue;
      x += static_cast<std::size_t>(other);
      break;
    }
    return std::min<std::size_t>(x, source_.columns) - begin;
  }

  // A.7.1.2
  Packer put_run(Packer packer, int& run_index, std::size_t run, bool to_the_end) {
    auto index = static_cast<std::size_t>(run_index);
    while (run >= std::size_t{1} << kRunOrder[index]) {
      packer.put(1, 1);
      run -= std::size_t{1} << kRunOrder[index];
      if (index < kRunIndexMax) ++index;
    }
    run_index = static_cast<int>(index);
    if (!to_the_end)
      packer.put(run, 1U + kRunOrder[index]);
    else if (run != 0)
      packer.put(1, 1);
    return packer;
  }

  // A.7.2
  Packer put_interruption(Packer packer, int type, int run_index, std::int32_t a, std::int32_t b,
                          std::int32_t sample) {
    RunContext& context = run_contexts_[static_cast<std::size_t>(type)];
    std::int32_t error = sample - (type == 1 ? a : b);
    if (type == 0 && a > b) error = -error;
    const int spare_bits = 32 - p_.quantised_bits;
    error =
        static_cast<std::int32_t>(static_cast<std::uint32_t>(error) << spare_bits) >> spare_bits;
    const int k = context.order(type);
    const bool many = 2 * context.negative >= context.n;
    const bool map = error > 0 ? k == 0 && !many : error < 0 && (k != 0 || many);
    const auto mapped = static_cast<std::uint32_t>(2 * std::abs(error) - type - (map ? 1 : 0));
    const std::uint32_t limit = limit_ - kRunOrder[static_cast<std::size_t>(run_index)] - 1;
    context.update(error, mapped, type, p_.reset);
    return put_long_golomb(packer, mapped, static_cast<std::uint32_t>(k), limit, escape_bits_);
  }

  struct RunEnd {
    Packer packer;
    std::size_t x = 0;
  };

  HWY_NOINLINE RunEnd encode_run(Packer packer, std::uint32_t component, std::size_t x) {
    const std::uint16_t* now = now_[component];
    const std::uint16_t* above = above_[component];
    int& run_index = run_index_[component];
    const std::uint16_t value = now[static_cast<std::ptrdiff_t>(x) - 1];
    const std::size_t run = run_length(now, x, value);
    x += run;
    packer = put_run(packer, run_index, run, x == source_.columns);
    if (x == source_.columns) return {packer, x};
    packer =
        put_interruption(packer, value == above[x] ? 1 : 0, run_index, value, above[x], now[x]);
    run_index = std::max(run_index - 1, 0);
    return {packer, x + 1};
  }

  HWY_NOINLINE Packer encode_line(Packer packer, std::uint32_t component) {
    const auto spare_bits = static_cast<std::uint32_t>(32 - p_.quantised_bits);
    const auto reset = static_cast<std::uint32_t>(p_.reset);
    const std::int32_t maximum = p_.maximum;
    const std::uint32_t short_zeros = short_zeros_;
    const Ahead* ahead = ahead_[component];
    const std::size_t columns = source_.columns;
    PackedContext* const contexts = contexts_.data();
    for (std::size_t x = 0; x < columns;) {
      if (HWY_UNLIKELY(ahead[x].context == 0)) {
        const RunEnd end = encode_run(packer, component, x);
        packer = end.packer;
        x = end.x;
        continue;
      }
      encode_regular(packer, ahead[x], contexts[ahead[x].context], spare_bits, maximum, short_zeros,
                     reset);
      ++x;
    }
    return packer;
  }

  // Annex B.3
  template <std::size_t kComponents>
  HWY_NOINLINE RunEnd encode_pixel_run(Packer packer, std::size_t x) {
    std::size_t run = source_.columns - x;
    for (std::size_t i = 0; i < kComponents; ++i)
      run = std::min(run, run_length(now_[i], x, now_[i][static_cast<std::ptrdiff_t>(x) - 1]));
    packer = put_run(packer, run_index_[0], run, x + run == source_.columns);
    if (x + run == source_.columns) return {packer, x + run};
    for (std::size_t i = 0; i < kComponents; ++i)
      packer =
          put_interruption(packer, 0, run_index_[0], now_[i][static_cast<std::ptrdiff_t>(x) - 1],
                           above_[i][x + run], now_[i][x + run]);
    run_index_[0] = std::max(run_index_[0] - 1, 0);
    return {packer, x + run + 1};
  }

  template <std::size_t kComponents>
  HWY_NOINLINE Packer encode_pixels(Packer packer) {
    const auto spare_bits = static_cast<std::uint32_t>(32 - p_.quantised_bits);
    const auto reset = static_cast<std::uint32_t>(p_.reset);
    const std::int32_t maximum = p_.maximum;
    const std::uint32_t short_zeros = short_zeros_;
    const std::size_t columns = source_.columns;
    for (std::size_t x = 0; x < columns;) {
      unsigned any = 0;
      for (std::size_t i = 0; i < kComponents; ++i) any |= ahead_[i][x].context;
      if (HWY_UNLIKELY(any == 0)) {
        const RunEnd end = encode_pixel_run<kComponents>(packer, x);
        packer = end.packer;
        x = end.x;
        continue;
      }
      for (std::size_t i = 0; i < kComponents; ++i)
        encode_regular(packer, ahead_[i][x], contexts_[ahead_[i][x].context], spare_bits, maximum,
                       short_zeros, reset);
      ++x;
    }
    return packer;
  }

  const ScanSource& source_;
  const Parameters& p_;
  std::size_t width_;
  std::uint32_t limit_;
  std::uint32_t escape_bits_;
  std::uint32_t short_zeros_;
  std::array<std::uint16_t*, kScanComponentsMax> above_ = {};
  std::array<std::uint16_t*, kScanComponentsMax> now_ = {};
  std::array<Ahead*, kScanComponentsMax> ahead_ = {};
  std::uint8_t* row_bits_ = nullptr;
  std::array<RunContext, 2> run_contexts_;
  std::array<int, kScanComponentsMax> run_index_ = {};
  std::array<PackedContext, kContexts> contexts_;
};

void encode(const ScanSource& source, Buffer& out, Scratch& scratch) {
  FastEncoder(source, scratch).run(out);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_ls {

HWY_EXPORT(encode);

void encode_scan(const ScanSource& source, Buffer& out, Scratch& scratch) {
  const Parameters& p = source.parameters;
  constexpr std::int32_t kResetMax = 255;  // a context keeps N in a byte
  const bool fast = p.near == 0 && p.maximum + 1 == 1 << p.quantised_bits && p.reset <= kResetMax;
  if (!fast) return encode_scan_scalar(source, out, scratch);
  HWY_DYNAMIC_DISPATCH(encode)(source, out, scratch);
}

}  // namespace slipring::codecs::jpeg_ls
#endif

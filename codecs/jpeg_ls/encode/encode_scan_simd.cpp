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

#include "codecs/jpeg_ls/encode/lines-inl.h"
#include "codecs/jpeg_ls/encode/packer-inl.h"
#include "codecs/jpeg_ls/packed_model-inl.h"

#ifndef SLIPRING_JPEG_LS_ENCODE_ONCE
#define SLIPRING_JPEG_LS_ENCODE_ONCE
namespace slipring::codecs::jpeg_ls {

// What is known of a sample before its turn.
struct Ahead {
  std::uint16_t context;    // 0: all gradients are flat
  std::int16_t difference;  // SIGN (sample - prediction), modulo 2^16
  // C is within [-reach, MAXVAL - reach] if the corrected prediction is within [0, MAXVAL].
  std::uint16_t reach;
  std::uint16_t unused;
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

// What each sample asks of the parameters.
struct Numbers {
  explicit Numbers(const Parameters& p)
      : spare_bits(static_cast<std::uint32_t>(32 - p.quantised_bits)),
        maximum(p.maximum),
        reset(static_cast<std::uint32_t>(p.reset)),
        short_zeros(
            std::min(static_cast<std::uint32_t>(p.limit - p.quantised_bits - 1), kShortZeros)) {}
  std::uint32_t spare_bits;
  std::int32_t maximum;
  std::uint32_t reset;
  std::uint32_t short_zeros;  // so many zeros make a code long
};

class FastEncoder {
 public:
  FastEncoder(const ScanSource& source, Scratch& scratch)
      : source_(source),
        p_(source.parameters),
        width_((source.columns + 2 * kLinePadding + 63) / 64 * 64),
        numbers_(p_),
        runs_(p_) {
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
  }

  void run(Buffer& out) {
    Stuffer stuffer(out);
    Packer packer;
    for (std::uint32_t row = 0; row < source_.rows; ++row) {
      packer.to = row_bits_;
      for (std::uint32_t i = 0; i < source_.components; ++i) {
        load(row, i);
        look_ahead(i);
        if (!source_.by_sample) packer = encode_line(packer, i);
      }
      if (source_.by_sample)
        packer = source_.components == 3 ? encode_pixels<3>(packer) : encode_pixels<4>(packer);
      stuffer.append({row_bits_, static_cast<std::size_t>(packer.to - row_bits_)});
      std::swap(above_, now_);
    }
    stuffer.finish(packer.rest(), static_cast<int>(packer.count));
  }

 private:
  // A.2.1: and what stands at either side of the line.
  void load(std::uint32_t row, std::uint32_t component) {
    std::uint16_t* above = above_[component];
    load_line(source_, row, component, now_[component]);
    now_[component][-1] = above[0];
    above[source_.columns] = above[source_.columns - 1];
  }

  HWY_NOINLINE void look_ahead(std::uint32_t component) {
    const D16 d;
    const hn::RebindToSigned<D16> ds;
    const std::uint16_t* above = above_[component];
    const std::uint16_t* now = now_[component];
    auto* to = reinterpret_cast<std::uint16_t*>(ahead_[component]);
    const Thresholds16 t(p_);
    const V16 maximum = hn::Set(d, static_cast<std::uint16_t>(p_.maximum));
    for (std::size_t x = 0; x < source_.columns; x += hn::Lanes(d)) {
      const V16 ra = hn::LoadU(d, now + x - 1);
      const V16 rb = hn::LoadU(d, above + x);
      const V16 rc = hn::LoadU(d, above + x - 1);
      const V16 q = context_of(ra, rb, rc, hn::LoadU(d, above + x + 1), t);
      const V16 sign = hn::BitCast(d, hn::ShiftRight<15>(hn::BitCast(ds, q)));
      const V16 predicted = prediction_of(ra, rb, rc);
      const V16 rises = hn::Sub(hn::LoadU(d, now + x), predicted);
      hn::StoreInterleaved4(hn::Sub(hn::Xor(q, sign), sign), hn::Sub(hn::Xor(rises, sign), sign),
                            hn::IfVecThenElse(sign, hn::Sub(maximum, predicted), predicted),
                            hn::Zero(d), d, to + 4 * x);
    }
    ahead_[component][source_.columns].context = 0;  // a stretch ends with the line
  }

  // A code that put() cannot take in one go; put_long_golomb() does.
  struct LongCode {
    std::uint32_t mapped = 0;
    std::uint32_t order = 0;
  };

  // A.4.2 to A.6, but what look_ahead() has done. False: the code is a long one and not put yet.
  HWY_INLINE bool encode_regular(Packer& packer, const Ahead& ahead, PackedContext& context,
                                 const Numbers& numbers, LongCode& code) {
    std::int32_t bias = context.c;
    const std::int32_t corrected = ahead.reach + bias;
    if (HWY_UNLIKELY(static_cast<std::uint32_t>(corrected) >
                     static_cast<std::uint32_t>(numbers.maximum)))
      bias = (corrected < 0 ? 0 : numbers.maximum) - ahead.reach;
    std::int32_t error = ahead.difference - bias;
    error = static_cast<std::int32_t>(static_cast<std::uint32_t>(error) << numbers.spare_bits) >>
            numbers.spare_bits;
    const std::uint32_t k = context.k;
    const std::int32_t mirrored =
        error ^ mirror_mask(context.b, context.n, static_cast<std::int32_t>(k));
    const auto mapped =
        static_cast<std::uint32_t>(2 * mirrored) ^ static_cast<std::uint32_t>(mirrored >> 31);
    const std::uint32_t zeros = mapped >> k;
    update_packed(context, error, static_cast<std::uint32_t>(error < 0 ? -error : error),
                  numbers.reset);
    if (HWY_UNLIKELY(zeros >= numbers.short_zeros)) {
      code = {mapped, k};
      return false;
    }
    // The one behind the zeros, and the lowest k bits.
    packer.put(mapped - ((zeros - 1) << k), zeros + 1 + k);
    return true;
  }

  struct Stretch {
    Packer packer;
    std::size_t x = 0;  // behind it
    LongCode code;
    bool all_put = true;  // false: not `code`, its last
  };

  // Samples from x on until a run or behind a long code: no call in the loop, so that all it needs
  // is in registers.
  HWY_NOINLINE Stretch encode_stretch(const Packer& from, std::uint32_t component, std::size_t x) {
    const Numbers& numbers = numbers_;  // operands in memory: a copy would take registers
    const Ahead* const ahead = ahead_[component];
    PackedContext* const contexts = contexts_.data();
    Packer packer = from;
    LongCode code;
    bool all_put = true;
    for (; all_put && HWY_LIKELY(ahead[x].context != 0); ++x)
      all_put = encode_regular(packer, ahead[x], contexts[ahead[x].context], numbers, code);
    return {packer, x, code, all_put};
  }

  HWY_NOINLINE Packer put_long(const Packer& packer, const LongCode& code) const {
    return put_long_golomb(packer, code.mapped, code.order, static_cast<std::uint32_t>(p_.limit),
                           static_cast<std::uint32_t>(p_.quantised_bits));
  }

  struct RunEnd {
    Packer packer;
    std::size_t x = 0;
  };

  HWY_NOINLINE RunEnd encode_run(Packer packer, std::uint32_t component, std::size_t x) {
    const std::uint16_t* now = now_[component];
    const std::uint16_t* above = above_[component];
    const std::uint16_t value = now[static_cast<std::ptrdiff_t>(x) - 1];
    const std::size_t run = run_length(now, x, source_.columns, value);
    x += run;
    packer = runs_.put_run(packer, component, run, x == source_.columns);
    if (x == source_.columns) return {packer, x};
    packer = runs_.put_interruption(packer, component, value == above[x] ? 1 : 0, value, above[x],
                                    now[x]);
    runs_.end_run(component);
    return {packer, x + 1};
  }

  Packer encode_line(Packer packer, std::uint32_t component) {
    for (std::size_t x = 0; x < source_.columns;) {
      if (ahead_[component][x].context == 0) {
        const RunEnd end = encode_run(packer, component, x);
        packer = end.packer;
        x = end.x;
        continue;
      }
      const Stretch stretch = encode_stretch(packer, component, x);
      packer = stretch.all_put ? stretch.packer : put_long(stretch.packer, stretch.code);
      x = stretch.x;
    }
    return packer;
  }

  // Annex B.3
  template <std::size_t kComponents>
  HWY_NOINLINE RunEnd encode_pixel_run(const Packer& from, std::size_t x) {
    const std::size_t columns = source_.columns;
    Packer packer = from;
    std::size_t run = columns - x;
    for (std::size_t i = 0; i < kComponents; ++i)
      run = std::min(run,
                     run_length(now_[i], x, columns, now_[i][static_cast<std::ptrdiff_t>(x) - 1]));
    packer = runs_.put_run(packer, 0, run, x + run == columns);
    if (x + run == columns) return {packer, x + run};
    for (std::size_t i = 0; i < kComponents; ++i)
      packer = runs_.put_interruption(packer, 0, 0, now_[i][static_cast<std::ptrdiff_t>(x) - 1],
                                      above_[i][x + run], now_[i][x + run]);
    runs_.end_run(0);
    return {packer, x + run + 1};
  }

  template <std::size_t kComponents>
  HWY_NOINLINE Packer encode_pixels(const Packer& from) {
    const Numbers numbers = numbers_;
    PackedContext* const contexts = contexts_.data();
    std::array<const Ahead*, kComponents> ahead;
    std::copy_n(ahead_.begin(), kComponents, ahead.begin());
    Packer packer = from;
    const std::size_t columns = source_.columns;
    for (std::size_t x = 0; x < columns;) {
      unsigned any = 0;
      for (std::size_t i = 0; i < kComponents; ++i) any |= ahead[i][x].context;
      if (HWY_UNLIKELY(any == 0)) {
        const Packer copy = packer;  // its address would keep `packer` out of registers
        const RunEnd end = encode_pixel_run<kComponents>(copy, x);
        packer = end.packer;
        x = end.x;
        continue;
      }
      for (std::size_t i = 0; i < kComponents; ++i) {
        LongCode code;
        if (HWY_LIKELY(
                encode_regular(packer, ahead[i][x], contexts[ahead[i][x].context], numbers, code)))
          continue;
        const Packer copy = packer;
        packer = put_long(copy, code);
      }
      ++x;
    }
    return packer;
  }

  const ScanSource& source_;
  const Parameters& p_;
  std::size_t width_;
  Numbers numbers_;
  std::array<std::uint16_t*, kScanComponentsMax> above_ = {};
  std::array<std::uint16_t*, kScanComponentsMax> now_ = {};
  std::array<Ahead*, kScanComponentsMax> ahead_ = {};
  std::uint8_t* row_bits_ = nullptr;
  RunWriter runs_;
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

bool suits_fast_encoder(const ScanSource& source) {
  const Parameters& p = source.parameters;
  constexpr std::int32_t kResetMax = 255;  // a context keeps N in a byte
  return p.near == 0 && p.maximum + 1 == 1 << p.quantised_bits && p.reset <= kResetMax;
}

void encode_scan(const ScanSource& source, Buffer& out, Scratch& scratch) {
  if (!suits_fast_encoder(source)) return encode_scan_scalar(source, out, scratch);
  HWY_DYNAMIC_DISPATCH(encode)(source, out, scratch);
}

}  // namespace slipring::codecs::jpeg_ls
#endif

// The kernel of encode_group(). Lines of the frames stand beside each other, column by column. One
// pass over a row finds what hangs on samples alone; then each step codes one sample of every
// frame: contexts are loaded and stored one by one, all else is arithmetic on 32-bit elements
// without a branch but for what is rare: the begin of a run, a long code. A frame in a run waits
// for the others. Included once a SIMD target.
#if defined(SLIPRING_JPEG_LS_ENCODE_GROUP_KERNEL) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LS_ENCODE_GROUP_KERNEL
#undef SLIPRING_JPEG_LS_ENCODE_GROUP_KERNEL
#else
#define SLIPRING_JPEG_LS_ENCODE_GROUP_KERNEL
#endif

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "codecs/jpeg_ls/encode/encode_group.h"
#include "codecs/jpeg_ls/encode/lines-inl.h"
#include "codecs/jpeg_ls/encode/packer-inl.h"
#include "codecs/jpeg_ls/encode/stuffing.h"
#include "codecs/jpeg_ls/group_model-inl.h"
#include "codecs/jpeg_ls/model.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3

namespace SLIPRING_JPEG_LS_GROUP {

// Bits of every frame: Packer, in all elements.
struct WidePacker {
  Long held;   // its highest `count` bits; the others are zero
  Wide count;  // below 8 after flush()
  Wide to;     // from the first frame's buffer on

  // At most kShortBits, and no more than two of them before a flush.
  HWY_INLINE void put(const WideNumbers& numbers, Wide value, Wide bits) {
    count = hn::Add(count, bits);
    const Long left = lengthen(hn::Sub(numbers.all_bits, count), numbers.zero);
    held = join(held, shift_left(lengthen(value, numbers.zero), left));
  }

  HWY_INLINE void flush(const WideNumbers& numbers, std::uint8_t* base) {
    alignas(32) std::array<std::int32_t, kGroupLanes> at;
    hn::Store(to, DWide(), at.data());
    store_each(turn_bytes(held), [&](std::size_t i) HWY_ATTR { return base + at[i]; });
    to = hn::Add(to, hn::ShiftRight<3>(count));
    held = shift_left(held, lengthen(hn::AndNot(numbers.seven, count), numbers.zero));
    count = hn::And(count, numbers.seven);
  }
};
constexpr std::int32_t kShortBits = 28;

struct EncodeNumbers {
  explicit EncodeNumbers(const Parameters& p)
      : model(p.reset),
        maximum(wide(p.maximum)),
        spare_bits(wide(32 - p.quantised_bits)),
        short_bits(wide(std::min(kShortBits, p.limit - p.quantised_bits - 1))) {}
  WideNumbers model;
  Wide maximum;
  Wide spare_bits;
  Wide short_bits;  // no code of so many is an escape
};

class GroupEncoder {
 public:
  GroupEncoder(std::span<const ScanSource> sources, Scratch& scratch);
  void run(std::span<Buffer* const> outs);

 private:
  struct Strips {  // of a component
    std::uint16_t* above;
    std::uint16_t* now;
    // What is known of a sample before its turn. Where its gradients turn their sign, samples and
    // predictions are measured from the other end, from MAXVAL.
    std::uint16_t* context;  // its number
    std::uint16_t* turned;   // the sample
    std::uint16_t* reach;    // its prediction
    std::uint8_t* flat;      // a column to a byte: the frames without any gradient
  };
  struct Step {
    WidePacker packer;
    Wide until;    // the column behind the run that a frame is in
    Lanes active;  // the frames that take this step
  };

  std::uint16_t* take_strips(Strips& strips, std::uint16_t* line, std::size_t size);
  void load_lines(std::uint32_t row, std::uint32_t component);
  void look_ahead(std::uint32_t component);
  HWY_INLINE void encode_step(const EncodeNumbers& g, Step& step, const Strips& strips,
                              std::size_t x, bool flush);
  void put_long_codes(Wide mapped, Wide k, unsigned active);
  std::size_t start_runs(std::size_t first, std::size_t count, std::size_t x, unsigned frames);
  void start_run(std::size_t i, std::size_t first, std::size_t count, std::size_t x);
  void encode_line(std::uint32_t component);
  void encode_pixels();

  // Inlined, as everything is that a Step goes through: its vectors belong in registers.
  HWY_INLINE void store(const WidePacker& packer);
  [[nodiscard]] HWY_INLINE WidePacker packer() const;
  [[nodiscard]] HWY_INLINE Step begin_line();
  [[nodiscard]] Packer packer_of(std::size_t i) const {
    return {static_cast<std::uint64_t>(held_[place_in_long(i)]) >> 1 >> (63 - count_[i]),
            static_cast<std::uint32_t>(count_[i]), bits_ + to_[i]};
  }
  void keep(std::size_t i, const Packer& packer) {
    held_[place_in_long(i)] = static_cast<std::int64_t>(packer.rest());
    count_[i] = static_cast<std::int32_t>(packer.count);
    to_[i] = static_cast<std::int32_t>(packer.to - bits_);
  }
  std::span<const ScanSource> sources_;
  const Parameters& p_;
  std::size_t columns_;
  std::size_t components_;
  std::size_t row_bytes_;  // of a frame's packed row, at most
  EncodeNumbers numbers_;
  std::array<Lines, kScanComponentsMax> above_ = {};
  std::array<Lines, kScanComponentsMax> now_ = {};
  std::array<Strips, kScanComponentsMax> strips_ = {};
  std::int64_t* contexts_ = nullptr;  // [frame][context], packed
  std::uint8_t* bits_ = nullptr;
  std::array<RunWriter, kGroupLanes> runs_;
  alignas(64) std::array<std::int32_t, kGroupLanes> until_ = {};
  alignas(64) std::array<std::int64_t, kGroupLanes> held_ = {};
  alignas(64) std::array<std::int32_t, kGroupLanes> count_ = {};
  alignas(64) std::array<std::int32_t, kGroupLanes> to_ = {};
};

constexpr std::size_t kStripPadding = 16;  // columns that vectors may touch
constexpr std::size_t kStripArrays = 6;
constexpr std::int32_t kForever = std::numeric_limits<std::int32_t>::max();

template <std::size_t... kNumber>
std::array<RunWriter, kGroupLanes> make_runs(const Parameters& p, std::index_sequence<kNumber...>) {
  return {((void)kNumber, RunWriter(p))...};
}

std::uint16_t* GroupEncoder::take_strips(Strips& strips, std::uint16_t* line, std::size_t size) {
  std::uint16_t* first = line + kStripPadding * kGroupLanes;
  strips = {first,
            first + size,
            first + 2 * size,
            first + 3 * size,
            first + 4 * size,
            reinterpret_cast<std::uint8_t*>(first + 5 * size)};
  return line + kStripArrays * size;
}

GroupEncoder::GroupEncoder(std::span<const ScanSource> sources, Scratch& scratch)
    : sources_(sources),
      p_(sources[0].parameters),
      columns_(sources[0].columns),
      components_(sources[0].components),
      row_bytes_(columns_ * components_ * kCodeBytesMax * 2 + kBitsSlack),
      numbers_(p_),
      runs_(make_runs(p_, std::make_index_sequence<kGroupLanes>())) {
  const std::size_t width = (columns_ + 2 * kLinePadding + 63) / 64 * 64;
  const std::size_t strip = (columns_ + 2 * kStripPadding) * kGroupLanes;
  const std::size_t samples = components_ * (2 * kGroupLanes * width + kStripArrays * strip);
  constexpr std::size_t kContextBytes = kGroupContexts * sizeof(PackedContext);
  const MutableBytes memory =
      scratch.take(kEncodeLinesSlot, kContextBytes + samples * sizeof(std::uint16_t));
  contexts_ = reinterpret_cast<std::int64_t*>(memory.data());
  auto* line = reinterpret_cast<std::uint16_t*>(memory.data() + kContextBytes);
  std::fill_n(line, samples, std::uint16_t{0});
  for (std::size_t c = 0; c < components_; ++c) {
    for (std::size_t i = 0; i < kGroupLanes; ++i, line += 2 * width) {
      above_[c][i] = line + kLinePadding;
      now_[c][i] = above_[c][i] + width;
    }
    line = take_strips(strips_[c], line, strip);
  }
  bits_ = scratch.take(kEncodeBitsSlot, kGroupLanes * row_bytes_).data();
  const std::uint32_t a = initial_magnitude(p_);
  const PackedContext context{a, 1, static_cast<std::uint8_t>(golomb_order(a, 1)), 0, 0};
  for (std::size_t i = 0; i < kGroupContexts; ++i)
    std::memcpy(contexts_ + i, &context, sizeof(context));
}

void GroupEncoder::load_lines(std::uint32_t row, std::uint32_t component) {
  const auto& now = now_[component];
  for (std::size_t i = 0; i < sources_.size(); ++i) load_line(sources_[i], row, component, now[i]);
  for (std::size_t i = 0; i < kGroupLanes; ++i) {
    now[i][-1] = above_[component][i][0];
  }
  std::uint16_t* to = strips_[component].now;
  for (std::size_t x = 0; x < columns_; x += kSquareColumns) join_lines(now, x, to);
}

// A.2.1 to A.4.1
HWY_NOINLINE void GroupEncoder::look_ahead(std::uint32_t component) {
  const D16 d;
  const hn::RebindToSigned<D16> ds;
  const Strips& strips = strips_[component];
  std::uint16_t* above = strips.above;
  std::uint16_t* now = strips.now;
  const std::size_t size = columns_ * kGroupLanes;
  std::copy_n(above, kGroupLanes, now - kGroupLanes);
  std::copy_n(above + size - kGroupLanes, kGroupLanes, above + size);
  const Thresholds16 t(p_);
  const V16 maximum = hn::Set(d, static_cast<std::uint16_t>(p_.maximum));
  const V16 columns = hn::ShiftRight < kGroupLanes == 8 ? 3 : 2 > (hn::Iota(d, 0));
  // Line by line, a frame without any gradient has no code there.
  const V16 flat_number =
      sources_[0].by_sample ? hn::Zero(d) : hn::Add(hn::Set(d, kContexts), columns);
  for (std::size_t x = 0; x < size; x += hn::Lanes(d)) {
    const V16 ra = hn::LoadU(d, now + x - kGroupLanes);
    const V16 rb = hn::LoadU(d, above + x);
    const V16 rc = hn::LoadU(d, above + x - kGroupLanes);
    const V16 rd = hn::LoadU(d, above + x + kGroupLanes);
    const V16 index = context_of(ra, rb, rc, rd, t);
    const V16 sign = hn::BitCast(d, hn::ShiftRight<15>(hn::BitCast(ds, index)));
    const auto is_flat = hn::Eq(index, hn::Zero(d));
    const V16 number = hn::IfThenElse(is_flat, flat_number, hn::Sub(hn::Xor(index, sign), sign));
    const V16 predicted = prediction_of(ra, rb, rc);
    const V16 sample = hn::LoadU(d, now + x);
    hn::StoreU(number, d, strips.context + x);
    hn::StoreU(hn::IfVecThenElse(sign, hn::Sub(maximum, sample), sample), d, strips.turned + x);
    hn::StoreU(hn::IfVecThenElse(sign, hn::Sub(maximum, predicted), predicted), d,
               strips.reach + x);
    if constexpr (kGroupLanes == 8) {
      hn::StoreMaskBits(d, is_flat, strips.flat + x / kGroupLanes);
    } else {
      std::uint64_t flat = 0;
      hn::StoreMaskBits(d, is_flat, reinterpret_cast<std::uint8_t*>(&flat));
      flat = _pdep_u64(flat, 0x0F0F0F0F0F0F0F0FU);
      std::memcpy(strips.flat + x / kGroupLanes, &flat, hn::Lanes(d) / kGroupLanes);
    }
  }
}

HWY_INLINE void GroupEncoder::store(const WidePacker& packer) {
  SLIPRING_JPEG_LS_GROUP::store(packer.held, held_.data());
  hn::Store(packer.count, DWide(), count_.data());
  hn::Store(packer.to, DWide(), to_.data());
}

HWY_INLINE WidePacker GroupEncoder::packer() const {
  return {load(held_.data()), hn::Load(DWide(), count_.data()), hn::Load(DWide(), to_.data())};
}

// The codes that are too long for a WidePacker, and those beside them; the packers are stored, and
// flushed.
HWY_NOINLINE void GroupEncoder::put_long_codes(Wide mapped, Wide k, unsigned active) {
  alignas(64) std::array<std::int32_t, kGroupLanes> values;
  alignas(64) std::array<std::int32_t, kGroupLanes> orders;
  hn::Store(mapped, DWide(), values.data());
  hn::Store(k, DWide(), orders.data());
  for (std::size_t i = 0; i < kGroupLanes; ++i) {
    if ((active >> i & 1) == 0) continue;
    keep(i, put_long_golomb(packer_of(i), static_cast<std::uint32_t>(values[i]),
                            static_cast<std::uint32_t>(orders[i]),
                            static_cast<std::uint32_t>(p_.limit),
                            static_cast<std::uint32_t>(p_.quantised_bits)));
  }
}

// A.4.2 to A.6, but what look_ahead() has done.
HWY_INLINE void GroupEncoder::encode_step(const EncodeNumbers& g, Step& step, const Strips& strips,
                                          std::size_t x, bool flush) {
  const std::uint16_t* const numbers = strips.context + x * kGroupLanes;
  const WideContext context(g.model, load_contexts(contexts_, numbers));
  Wide corrected = hn::Add(widen(strips.reach + x * kGroupLanes), context.c);
  corrected = hn::Min(hn::Max(corrected, g.model.zero), g.maximum);
  Wide error = hn::Sub(widen(strips.turned + x * kGroupLanes), corrected);
  error = Wide{SLIPRING_MM(srav_epi32)(shift_left(error, g.spare_bits).raw, g.spare_bits.raw)};
  const Wide mirrored = mirror(g.model, context, error);
  const Wide mapped = hn::Xor(hn::Add(mirrored, mirrored), hn::ShiftRight<31>(mirrored));
  const Wide zeros = shift_right(mapped, context.k);
  const Wide bits = hn::Add(hn::Add(zeros, g.model.one), context.k);
  if (HWY_UNLIKELY(any(where_above(step.active, bits, g.short_bits)))) {
    step.packer.flush(g.model, bits_);
    store(step.packer);
    put_long_codes(mapped, context.k, step.active.raw);
    step.packer = packer();
  } else {
    const Wide value = hn::Sub(mapped, shift_left(hn::Sub(zeros, g.model.one), context.k));
    step.packer.put(g.model, keep_where(step.active, value), keep_where(step.active, bits));
    if (flush) step.packer.flush(g.model, bits_);
  }
  const WidePacked adapted = adapt(g.model, context, error);
  store_contexts(choose(step.active, adapted, context.packed), contexts_, numbers);
}

// A run of frame `i` from column x on, and what interrupts it.
void GroupEncoder::start_run(std::size_t i, std::size_t first, std::size_t count, std::size_t x) {
  std::size_t run = columns_ - x;
  for (std::size_t c = first; c < first + count; ++c) {
    const std::uint16_t* now = now_[c][i];
    run = std::min(run, run_length(now, x, columns_, now[static_cast<std::ptrdiff_t>(x) - 1]));
  }
  const std::size_t end = x + run;
  Packer packer = runs_[i].put_run(packer_of(i), first, run, end == columns_);
  until_[i] = static_cast<std::int32_t>(end);
  if (end != columns_) {
    for (std::size_t c = first; c < first + count; ++c) {
      const std::uint16_t a = now_[c][i][static_cast<std::ptrdiff_t>(x) - 1];
      const std::uint16_t b = above_[c][i][end];
      const int type = count == 1 && a == b ? 1 : 0;
      packer = runs_[i].put_interruption(packer, first, type, a, b, now_[c][i][end]);
    }
    runs_[i].end_run(first);
    ++until_[i];
  }
  keep(i, packer);
}

// In the frames of a mask. The column where the next step is.
HWY_NOINLINE std::size_t GroupEncoder::start_runs(std::size_t first, std::size_t count,
                                                  std::size_t x, unsigned frames) {
  for (std::size_t i = 0; i < kGroupLanes; ++i)
    if ((frames >> i & 1) != 0) start_run(i, first, count, x);
  const auto next = static_cast<std::size_t>(*std::ranges::min_element(until_));
  return std::max(x, std::min(next, columns_));
}

HWY_INLINE GroupEncoder::Step GroupEncoder::begin_line() {
  for (std::size_t i = 0; i < kGroupLanes; ++i) until_[i] = i < sources_.size() ? 0 : kForever;
  return {packer(), hn::Load(DWide(), until_.data()), {}};
}

HWY_NOINLINE void GroupEncoder::encode_line(std::uint32_t component) {
  const EncodeNumbers& g = numbers_;
  const Strips strips = strips_[component];
  Step step = begin_line();
  for (std::size_t x = 0; x < columns_;) {
    step.active = lanes_at(x, step.until);
    const unsigned flat = strips.flat[x] & step.active.raw;
    if (HWY_UNLIKELY(flat != 0)) {
      step.packer.flush(g.model, bits_);
      store(step.packer);
      x = start_runs(component, 1, x, flat);
      step.packer = packer();
      step.until = hn::Load(DWide(), until_.data());
      continue;
    }
    encode_step(g, step, strips, x, x % 2 != 0);
    ++x;
  }
  step.packer.flush(g.model, bits_);
  store(step.packer);
}

// Annex B.3
HWY_NOINLINE void GroupEncoder::encode_pixels() {
  const EncodeNumbers& g = numbers_;
  Step step = begin_line();
  for (std::size_t x = 0; x < columns_;) {
    step.active = lanes_at(x, step.until);
    unsigned flat = step.active.raw;
    for (std::size_t c = 0; c < components_; ++c) flat &= strips_[c].flat[x];
    if (HWY_UNLIKELY(flat != 0)) {
      store(step.packer);
      x = start_runs(0, components_, x, flat);
      step.packer = packer();
      step.until = hn::Load(DWide(), until_.data());
      continue;
    }
    for (std::size_t c = 0; c < components_; ++c)
      encode_step(g, step, strips_[c], x, c % 2 != 0 || c + 1 == components_);
    ++x;
  }
  store(step.packer);
}

void GroupEncoder::run(std::span<Buffer* const> outs) {
  std::array<std::optional<Stuffer>, kGroupLanes> stuffers;
  for (std::size_t i = 0; i < outs.size(); ++i) stuffers[i].emplace(*outs[i]);
  for (std::uint32_t row = 0; row < sources_[0].rows; ++row) {
    for (std::size_t i = 0; i < kGroupLanes; ++i)
      to_[i] = static_cast<std::int32_t>(i * row_bytes_);
    for (std::uint32_t c = 0; c < components_; ++c) {
      load_lines(row, c);
      look_ahead(c);
    }
    if (sources_[0].by_sample)
      encode_pixels();
    else
      for (std::uint32_t c = 0; c < components_; ++c) encode_line(c);
    for (Strips& strips : strips_) std::swap(strips.above, strips.now);
    std::swap(above_, now_);
    for (std::size_t i = 0; i < outs.size(); ++i) {
      const std::size_t begin = i * row_bytes_;
      stuffers[i]->append({bits_ + begin, static_cast<std::size_t>(to_[i]) - begin});
    }
  }
  for (std::size_t i = 0; i < outs.size(); ++i)
    stuffers[i]->finish(static_cast<std::uint64_t>(held_[place_in_long(i)]), count_[i]);
}

void encode(std::span<const ScanSource> sources, std::span<Buffer* const> outs, Scratch& scratch) {
  GroupEncoder(sources, scratch).run(outs);
}

}  // namespace SLIPRING_JPEG_LS_GROUP

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif

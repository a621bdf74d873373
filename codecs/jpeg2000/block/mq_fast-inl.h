// The MQ decoder with its code register in 64 bits: what the flow charts call Chigh is in the upper
// 16, below it are `held` bits that have been read ahead. A byte that carries (80 to 8F after FF)
// is not read ahead: it is added when the flow charts would, so that damaged bytes, too, give
// what they give there.
#if defined(SLIPRING_JPEG2000_MQ_FAST_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG2000_MQ_FAST_INL_H_
#undef SLIPRING_JPEG2000_MQ_FAST_INL_H_
#else
#define SLIPRING_JPEG2000_MQ_FAST_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <bit>
#include <cstring>

#include "codecs/base/bytes.h"
#include "codecs/jpeg2000/block/fast_tables.h"
#include "codecs/jpeg2000/block/mq_decoder.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg2000 {
namespace HWY_NAMESPACE {

HWY_INLINE int leading_zeros(std::uint64_t value) {
#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX2
  std::uint64_t zeros;  // every processor with AVX2 has it
  asm("lzcntq %1, %0" : "=r"(zeros) : "r"(value) : "cc");
  return static_cast<int>(zeros);
#else
  return __builtin_clzll(value);
#endif
}

// What a fill changes.
struct Filled {
  std::uint64_t c;
  std::int64_t held;
};

// A segment's bytes, as the code register takes them.
class CodeBytes {
 public:
  CodeBytes() = default;
  explicit CodeBytes(Bytes bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  // Fills the register below its `held` bits (from -15 on: that many were shifted out before they
  // were there).
  HWY_NOINLINE Filled fill(std::uint64_t c, std::int64_t held) {
    if (HWY_LIKELY(end_ - at_ >= 8 && !after_ff_)) {
      const auto next = load_be<std::uint64_t>(at_);
      constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101ULL;
      if (HWY_LIKELY(((~next - kOnes) & next & (kOnes << 7)) == 0)) {  // no FF
        const std::int64_t room = 48 - held;
        const std::int64_t bits = room & ~7;
        at_ += bits >> 3;
        return {c + (next >> (64 - bits) << (room - bits)), held + bits};
      }
    }
    return fill_slowly(c, held);
  }

  HWY_NOINLINE Filled fill_slowly(std::uint64_t c, std::int64_t held) {
    for (;;) {
      const std::int64_t room = 48 - held;
      if (room < 8) return {c, held};
      const std::uint64_t next = at_ < end_ ? *at_ : 0xFF;
      if (!after_ff_) {
        held += 8;
        c += next << (room - 8);
      } else if (next > kMarkerAbove) {  // ones for ever
        return {c + ((1ULL << room) - 1), held + room};
      } else {
        if (next >= 0x80 && held >= 0) return {c, held};
        held += 7;
        c += next << (room - 7);
      }
      after_ff_ = next == 0xFF;
      if (at_ < end_) ++at_;
    }
  }

 private:
  const std::uint8_t* at_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  bool after_ff_ = false;
};

// Registers of a pass.
struct MqRegisters {
  std::uint64_t a = 0;
  std::uint64_t c = 0;
  std::int64_t held = 0;
};

struct MqFast {
  MqFast() { reset_contexts(); }

  void reset_contexts() {
    for (unsigned i = 0; i < kContexts; ++i) {
      const std::size_t state = 2 * std::size_t{first_state(i)};  // of more probable symbol 0
      contexts[i] = {kFastStates[state].qe, state * sizeof(FastState)};
    }
  }

  // INITDEC.
  void start(Bytes bytes) {
    code = CodeBytes(bytes);
    registers.a = 1ULL << 63;
    const Filled first = code.fill_slowly(0, -15);  // the upper bit of Chigh is 0, the others come
    registers.c = first.c;
    registers.held = first.held;
  }

  std::array<FastContext, kContexts> contexts;
  MqRegisters registers;
  CodeBytes code;
};

HWY_INLINE FastContext* context_at(MqFast& mq, std::size_t bytes) {
  return reinterpret_cast<FastContext*>(reinterpret_cast<char*>(mq.contexts.data()) + bytes);
}

HWY_INLINE const FastState& state_at(std::size_t bytes) {
  return *reinterpret_cast<const FastState*>(reinterpret_cast<const char*>(kFastStates.data()) +
                                             bytes);
}

// The interval's part: a and c after a decision, and whether it was the less probable one.
HWY_INLINE std::uint64_t choose(std::uint64_t& a, std::uint64_t& c, std::uint64_t qe) {
  a -= qe;
#if HWY_ARCH_X86_64
  std::uint64_t lps = 0;
  std::uint64_t rest = c;
  std::uint64_t lower = 0;
  asm("cmpq %[qe], %[a]\n\t"
      "setb %b[lps]\n\t"
      "subq %[qe], %[rest]\n\t"
      "cmovbq %[c], %[rest]\n\t"
      "cmovbq %[qe], %[a]\n\t"
      "setb %b[lower]"
      : [a] "+&r"(a), [rest] "+&r"(rest), [lps] "+&q"(lps), [lower] "+&q"(lower)
      : [qe] "r"(qe), [c] "r"(c)
      : "cc");
  c = rest;
  return lps ^ lower;
#else
  const bool lower = c < qe;
  const bool small = a < qe;
  c = lower ? c : c - qe;
  a = lower ? qe : a;
  return lower != small;
#endif
}

// One of two, without a branch.
HWY_INLINE std::uint64_t pick(std::uint64_t condition, std::uint64_t if_set,
                              std::uint64_t otherwise) {
#if HWY_ARCH_X86_64
  asm("testq %[condition], %[condition]\n\t"
      "cmovneq %[if_set], %[otherwise]"
      : [otherwise] "+r"(otherwise)
      : [condition] "r"(condition), [if_set] "rm"(if_set)
      : "cc");
  return otherwise;
#else
  return condition != 0 ? if_set : otherwise;
#endif
}

HWY_INLINE void renormalise(MqRegisters& r, CodeBytes& code, int shift) {
  r.a <<= shift;
  r.c <<= shift;
  r.held -= shift;
  if (HWY_UNLIKELY(r.held < 0)) {
    const Filled filled = code.fill(r.c, r.held);
    r.c = filled.c;
    r.held = filled.held;
  }
}

// DECODE (C.3.2) without a branch on what is decoded.
HWY_INLINE std::uint64_t decode_mq(MqRegisters& r, CodeBytes& code, FastContext& context) {
  const std::uint64_t qe = context.qe;
  const FastState& state = state_at(context.state);
  const std::uint64_t lps = choose(r.a, r.c, qe);
  const std::uint64_t decision = state.mps ^ lps;
  const int shift = leading_zeros(r.a);
  const std::uint64_t next_qe = pick(lps, state.qe_after_lps, state.qe_after_mps);
  const std::uint64_t next = pick(lps, state.after_lps, state.after_mps);
  context.qe = pick(shift, next_qe, qe);
  context.state = pick(shift, next, context.state);
  renormalise(r, code, shift);
  return decision;
}

// The same, where what is probable is very probable: by a branch, which lets the processor go on.
HWY_INLINE std::uint64_t decode_probable(MqRegisters& r, CodeBytes& code, FastContext& context) {
  const std::uint64_t qe = context.qe;
  const FastState& state = state_at(context.state);
  const std::uint64_t lps = choose(r.a, r.c, qe);
  const std::uint64_t decision = state.mps ^ lps;
  const int shift = leading_zeros(r.a);
  if (HWY_UNLIKELY(shift != 0)) {
    context.qe = pick(lps, state.qe_after_lps, state.qe_after_mps);
    context.state = pick(lps, state.after_lps, state.after_mps);
    renormalise(r, code, shift);
  }
  return decision;
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#endif

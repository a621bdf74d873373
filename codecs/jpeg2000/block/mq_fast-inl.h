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

HWY_INLINE std::int64_t leading_zeros(std::uint64_t value) {
#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX2
  std::int64_t zeros;  // every processor with AVX2 has it
  asm("lzcntq %1, %0" : "=r"(zeros) : "r"(value) : "cc");
  return zeros;
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
    for (unsigned i = 0; i < kContexts; ++i) contexts[i] = kFastStates.first(first_state(i));
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

// DECODE (C.3.2) but for its renormalisation: a and c become those of the symbol's part of the
// interval, `context` what it is after the decision; gives the decision, as 0 and another value.
// Without a branch on it, in few instructions, and so that the context is there early: the next
// decision waits for it. The smaller part is the less probable symbol's, whichever of both it is.
HWY_INLINE std::uintptr_t choose(std::uint64_t& a, std::uint64_t& c, FastContext& context) {
#if HWY_ARCH_X86_64
  const std::uint64_t qe = context->qe;
  std::uint64_t rest = c;
  FastContext if_upper = context->after_mps;
  FastContext if_lower = context->after_lps;
  asm("subq %[qe], %[a]\n\t"
      "cmpq %[qe], %[a]\n\t"
      "cmovbq %[after_lps], %[if_upper]\n\t"
      "cmovbq %[after_mps], %[if_lower]\n\t"
      "subq %[qe], %[rest]\n\t"
      "cmovbq %[c], %[rest]\n\t"
      "cmovbq %[qe], %[a]\n\t"
      "cmovbq %[if_lower], %[if_upper]"
      : [a] "+&r"(a), [rest] "+&r"(rest), [if_upper] "+&r"(if_upper), [if_lower] "+&r"(if_lower)
      : [qe] "r"(qe), [c] "r"(c), [after_mps] "m"(context->after_mps),
        [after_lps] "m"(context->after_lps)
      : "cc");
  c = rest;
  const auto decision = reinterpret_cast<std::uintptr_t>(if_upper) & kDecisionInAddress;
  asm("testq %[a], %[a]\n\t"
      "cmovsq %[context], %[next]"
      : [next] "+r"(if_upper)
      : [a] "r"(a), [context] "r"(context)
      : "cc");
  context = if_upper;
  return decision;
#else
  const std::uint64_t qe = context->qe;
  a -= qe;
  const bool small = a < qe;
  const bool lower = c < qe;
  c = lower ? c : c - qe;
  a = lower ? qe : a;
  const FastContext next = small != lower ? context->after_lps : context->after_mps;
  context = a >> 63 != 0 ? context : next;
  return reinterpret_cast<std::uintptr_t>(next) & kDecisionInAddress;
#endif
}

HWY_INLINE void renormalise(MqRegisters& r, CodeBytes& code) {
  const std::int64_t shift = leading_zeros(r.a);
  r.a <<= shift;
  r.c <<= shift;
  r.held -= shift;
  if (HWY_UNLIKELY(r.held < 0)) {
    const Filled filled = code.fill(r.c, r.held);
    r.c = filled.c;
    r.held = filled.held;
  }
}

// As choose gives it.
HWY_INLINE std::uintptr_t decode_mq(MqRegisters& r, CodeBytes& code, FastContext& context) {
  FastContext next = context;
  const std::uintptr_t decision = choose(r.a, r.c, next);
  context = next;
  renormalise(r, code);
  return decision;
}

HWY_INLINE std::uint64_t bit_of(std::uintptr_t decision) { return decision / kDecisionInAddress; }

// The same, where what is probable is very probable: by a branch, which lets the processor go on.
HWY_INLINE std::uint64_t decode_probable(MqRegisters& r, CodeBytes& code, FastContext& context) {
  const std::uint64_t qe = context->qe;
  const std::uint64_t a = r.a - qe;
  if (HWY_LIKELY(r.c >= qe && a >> 63 != 0)) {
    r.a = a;
    r.c -= qe;
    return more_probable(context);
  }
  return bit_of(decode_mq(r, code, context));
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#endif

// Four rounds a step, as the SHA instructions have them: a state is two vectors, A B E F and
// C D G H, and of the message schedule only the last sixteen words are kept. Highway has no words
// for them.
#include "engine/dicom/sha256/sha256_pair.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

#include <algorithm>
#include <cstring>

#include "codecs/base/contract.h"

namespace slipring::dicom {

#if defined(__x86_64__)

namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kSteps = 16;  // of four rounds

#define SLIPRING_SHA __attribute__((target("sha,sse4.1")))
#define SLIPRING_SHA_INLINE SLIPRING_SHA __attribute__((always_inline)) inline

// FIPS 180-4, 4.2.2.
alignas(16) constexpr std::uint32_t kRoundConstants[4 * kSteps] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

struct Lane {
  __m128i abef;
  __m128i cdgh;
  __m128i words[4];  // the last sixteen of the schedule, four by four
  const std::uint8_t* at;
};

__m128i vector(std::uint32_t w3, std::uint32_t w2, std::uint32_t w1, std::uint32_t w0) {
  return _mm_set_epi32(static_cast<int>(w3), static_cast<int>(w2), static_cast<int>(w1),
                       static_cast<int>(w0));
}

// FIPS 180-4, 5.3.3.
Lane start(Bytes message) {
  return {.abef = vector(0x6a09e667, 0xbb67ae85, 0x510e527f, 0x9b05688c),
          .cdgh = vector(0x3c6ef372, 0xa54ff53a, 0x1f83d9ab, 0x5be0cd19),
          .words = {},
          .at = message.data()};
}

// The next four words of the schedule (FIPS 180-4, 6.2.2 step 1).
template <std::size_t Step>
SLIPRING_SHA_INLINE __m128i next_words(Lane& lane) {
  __m128i& oldest = lane.words[Step % 4];
  if constexpr (Step < 4) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const auto* from = reinterpret_cast<const __m128i*>(lane.at + 16 * Step);
    oldest = _mm_shuffle_epi8(_mm_loadu_si128(from), big_endian);
  } else {
    const __m128i last = lane.words[(Step + 3) % 4];
    const __m128i seven_back = _mm_alignr_epi8(last, lane.words[(Step + 2) % 4], 4);
    const __m128i sum =
        _mm_add_epi32(_mm_sha256msg1_epu32(oldest, lane.words[(Step + 1) % 4]), seven_back);
    oldest = _mm_sha256msg2_epu32(sum, last);
  }
  return oldest;
}

template <std::size_t Step>
SLIPRING_SHA_INLINE void four_rounds(Lane& lane) {
  const auto* constants = reinterpret_cast<const __m128i*>(kRoundConstants + 4 * Step);
  const __m128i sum = _mm_add_epi32(next_words<Step>(lane), _mm_load_si128(constants));
  lane.cdgh = _mm_sha256rnds2_epu32(lane.cdgh, lane.abef, sum);
  lane.abef = _mm_sha256rnds2_epu32(lane.abef, lane.cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

template <std::size_t Step, std::size_t Lanes>
SLIPRING_SHA_INLINE void rounds_from(Lane (&lanes)[Lanes]) {
  if constexpr (Step < kSteps) {
    for (Lane& lane : lanes) four_rounds<Step>(lane);
    rounds_from<Step + 1>(lanes);
  }
}

// So many whole blocks of each message.
template <std::size_t Lanes>
SLIPRING_SHA void compress(Lane* all, std::size_t blocks) {
  Lane lanes[Lanes];
  std::copy_n(all, Lanes, lanes);
  for (; blocks != 0; --blocks) {
    __m128i abef[Lanes];
    __m128i cdgh[Lanes];
    for (std::size_t i = 0; i < Lanes; ++i) abef[i] = lanes[i].abef, cdgh[i] = lanes[i].cdgh;
    rounds_from<0>(lanes);
    for (std::size_t i = 0; i < Lanes; ++i) {
      lanes[i].abef = _mm_add_epi32(lanes[i].abef, abef[i]);
      lanes[i].cdgh = _mm_add_epi32(lanes[i].cdgh, cdgh[i]);
      lanes[i].at += kBlockBytes;
    }
  }
  std::copy_n(lanes, Lanes, all);
}

Sha256Digest digest_of(const Lane& lane) {
  std::uint32_t efab[8];
  std::memcpy(efab, &lane.abef, 16);  // F E B A from the lowest word on
  std::memcpy(efab + 4, &lane.cdgh, 16);
  const std::uint32_t ordered[8] = {efab[3], efab[2], efab[7], efab[6],
                                    efab[1], efab[0], efab[5], efab[4]};
  Sha256Digest digest;
  for (std::size_t i = 0; i < 8; ++i) store_be(digest.bytes.data() + 4 * i, ordered[i]);
  return digest;
}

// What is left of a message, and its end: a bit, zeros, its length in bits (FIPS 180-4, 5.1.1).
Sha256Digest finish(Lane lane, Bytes message) {
  const auto done = static_cast<std::size_t>(lane.at - message.data());
  const Bytes rest = message.subspan(done);
  const std::size_t whole = rest.size() / kBlockBytes;
  compress<1>(&lane, whole);
  const Bytes last = rest.subspan(whole * kBlockBytes);
  std::uint8_t padded[2 * kBlockBytes] = {};
  std::ranges::copy(last, padded);
  padded[last.size()] = 0x80;
  const std::size_t blocks = last.size() + 1 + 8 <= kBlockBytes ? 1 : 2;
  store_be(padded + blocks * kBlockBytes - 8, std::uint64_t{message.size()} * 8);
  lane.at = padded;
  compress<1>(&lane, blocks);
  return digest_of(lane);
}

}  // namespace

bool has_sha256_pair() {
  static const bool has = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    constexpr unsigned kSha = 1U << 29;
    return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 &&
           (b & kSha) != 0;
  }();
  return has;
}

std::array<Sha256Digest, 2> sha256_pair(Bytes first, Bytes second) {
  EXPECTS(has_sha256_pair());
  Lane lanes[2] = {start(first), start(second)};
  compress<2>(lanes, std::min(first.size(), second.size()) / kBlockBytes);
  return {finish(lanes[0], first), finish(lanes[1], second)};
}

#else

bool has_sha256_pair() { return false; }

std::array<Sha256Digest, 2> sha256_pair(Bytes first, Bytes second) {
  return {sha256(first), sha256(second)};
}

#endif

}  // namespace slipring::dicom

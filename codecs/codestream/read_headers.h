// The marker segments of main and tile-part headers, T.800 Annex A, T.814 Annex A: each function
// takes one segment and changes the Parameters or Coding it speaks of. Errors carry the segment's
// offset: Malformed, Unsupported, LimitExceeded.
#pragma once

#include "codecs/base/result.h"
#include "codecs/codestream/parameters.h"
#include "codecs/jpeg2000_markers.h"

namespace slipring::codecs::codestream {

namespace marker {  // beside those of jpeg2000_marker
inline constexpr std::uint16_t kTlm = 0xFF55;
inline constexpr std::uint16_t kPlm = 0xFF57;
inline constexpr std::uint16_t kPlt = 0xFF58;
inline constexpr std::uint16_t kQcd = 0xFF5C;
inline constexpr std::uint16_t kQcc = 0xFF5D;
inline constexpr std::uint16_t kPpt = 0xFF61;
inline constexpr std::uint16_t kCrg = 0xFF63;
inline constexpr std::uint16_t kCom = 0xFF64;
}  // namespace marker

[[nodiscard]] Result<void> read_siz(const Jpeg2000Segment& segment, const Limits& limits, Siz& siz);
[[nodiscard]] Result<void> read_cap(const Jpeg2000Segment& segment, HtCapabilities& ht);

// COD, COC, QCD, QCC, POC; RGN is refused. False: a marker that says nothing of the coding.
// `coding.components` has the image's components.
[[nodiscard]] Result<bool> read_coding(const Jpeg2000Segment& segment, const Siz& siz,
                                       Coding& coding);

// What only the whole header shows: block styles, and that each band has its exponent.
[[nodiscard]] Result<void> check_coding(const Siz& siz, const Coding& coding, std::uint64_t offset);

// Refuses what Part 2 adds and what must not stand in a header.
[[nodiscard]] Result<void> check_marker(const Jpeg2000Segment& segment);

// Whether TLM's entries are whole ones, T.800 A.7.1.
[[nodiscard]] bool is_sound_tlm(Bytes payload);

}  // namespace slipring::codecs::codestream

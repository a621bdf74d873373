// Guess: which encoding the bytes of a data set really are in, by how many elements make sense from
// the first on. Used where nothing says the encoding, or where what is said does not fit.
#pragma once

#include <cstdint>
#include <optional>

#include "codecs/base/bytes.h"
#include "engine/scan/header.h"

namespace slipring::scan {

inline constexpr unsigned kElementsGuessed = 24;
// Guesses look at this many bytes and no more: callers give them all where the file has them, so
// that the answer is the same from every head.
inline constexpr std::uint64_t kBytesGuessed = 16 << 10;

struct Plausibility {
  unsigned elements = 0;    // that made sense, up to kElementsGuessed
  unsigned known = 0;       // of these, the ones the standard defines
  bool to_the_end = false;  // of the file, or kElementsGuessed, or a sequence that needs a walk
  bool whole = false;       // the first two of these: nothing was left unread that could object
};

// Elements from `at` on, read in `mode`; `bytes` are the first of `size_bytes`. Strict: elements of
// groups a data set may not have (PS3.5 7.1) and elements out of order make no sense. Not strict:
// only implicit ones must ascend; explicit ones say more than their order does.
[[nodiscard]] Plausibility plausibility(Mode mode, Bytes bytes, std::uint64_t at,
                                        std::uint64_t size_bytes, bool strict);

// Whether byte 0 may begin a data set of a file without any header: worth a guess.
[[nodiscard]] bool may_begin_data_set(Bytes bytes, std::uint64_t size_bytes);

// Whether the very first element makes sense in `mode`: the usual case, settled at once.
[[nodiscard]] bool first_fits(Mode mode, Bytes bytes, std::uint64_t at, std::uint64_t size_bytes);

// The likeliest encoding of a data set that is known to be one. `declared` stands where everything
// can be read in it, as some bytes can in either byte order (PS3.10 7.1: what is declared holds),
// and wins a draw.
[[nodiscard]] std::optional<Mode> likely_mode(std::optional<Mode> declared, Bytes bytes,
                                              std::uint64_t at, std::uint64_t size_bytes);

// The encoding of a data set from byte 0 of a file nothing else is known of. Strict: several
// elements in order, of groups data sets begin with, known to the standard, text where text
// belongs.
[[nodiscard]] std::optional<Mode> bare_data_set(Bytes bytes, std::uint64_t size_bytes);

}  // namespace slipring::scan

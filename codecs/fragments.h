// Fragments: the bytes of one frame as they lie in the file, seen as one run of bytes.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"

namespace slipring::codecs {

[[nodiscard]] inline std::uint64_t total_bytes(std::span<const Bytes> fragments) {
  std::uint64_t total = 0;
  for (const Bytes fragment : fragments) total += fragment.size();
  return total;
}

// The one fragment that holds every byte, when there is one (empty fragments do not count).
[[nodiscard]] inline bool in_one_piece(std::span<const Bytes> fragments, Bytes& whole) {
  whole = {};
  for (const Bytes fragment : fragments) {
    if (fragment.empty()) continue;
    if (!whole.empty()) return false;
    whole = fragment;
  }
  return true;
}

// The first `to.size()` bytes of the fragments; returns how many there were.
inline std::size_t copy_head(std::span<const Bytes> fragments, MutableBytes to) {
  std::size_t at = 0;
  for (const Bytes fragment : fragments) {
    const std::size_t count = std::min(fragment.size(), to.size() - at);
    if (count != 0) std::memcpy(to.data() + at, fragment.data(), count);
    at += count;
  }
  return at;
}

// All bytes of the frame in one piece: the fragment itself, or a copy in a slot of the scratch.
[[nodiscard]] inline Bytes joined(std::span<const Bytes> fragments, Scratch& scratch,
                                  std::size_t slot) {
  Bytes whole;
  if (in_one_piece(fragments, whole)) return whole;
  const MutableBytes copy = scratch.take(slot, total_bytes(fragments));
  copy_head(fragments, copy);
  return copy;
}

// The frame's first bytes, enough for any header that is read: what probe and identify look at.
inline constexpr std::size_t kHeadBytesMax = std::size_t{1} << 20;
[[nodiscard]] inline Bytes head_of(std::span<const Bytes> fragments, Buffer& copy) {
  Bytes whole;
  if (in_one_piece(fragments, whole)) return whole;
  copy.clear();
  copy.resize(std::min<std::uint64_t>(total_bytes(fragments), kHeadBytesMax));
  copy_head(fragments, copy.mutable_bytes());
  return copy.bytes();
}

// What read(head) makes of the head, a Result or an optional: of the first few bytes where these
// suffice, so that a frame of many fragments is not copied for its header's sake. `read` takes
// bytes one after the other and gives the same of any head that it can read; nothing of what it
// gives points into the head.
inline constexpr std::size_t kFirstBytes = 4096;
template <class Read>
[[nodiscard]] auto read_head(std::span<const Bytes> fragments, Read read)
    -> decltype(read(Bytes())) {
  Bytes whole;
  if (in_one_piece(fragments, whole)) return read(whole);
  std::array<std::uint8_t, kFirstBytes> first;
  const std::size_t count = copy_head(fragments, first);
  if (auto early = read(Bytes(first).first(count)); early || count < kFirstBytes) return early;
  Buffer copy;
  return read(head_of(fragments, copy));
}

}  // namespace slipring::codecs

// digest_pixels, same_pixels: every frame decoded, a group of frames at a time, hashed or compared
// in order.
#include <algorithm>
#include <cstring>

#include "codecs/base/contract.h"
#include "engine/pixels/frame_run.h"
#include "engine/pixels/pixels.h"

namespace slipring::pixels {

namespace {

constexpr std::uint64_t kPieceBytes = kGroupBytes;  // of a native value; even

// A native value whose planes are in order needs no frames: its canonical bytes are taken as they
// come, up to the last frame's last; stops when `take` says no.
template <class Take>
void each_native_piece(const Object& object, const Released& released, const Take& take) {
  const Bytes value = object.table.native();
  const std::uint64_t needed = object.description.native_bytes();
  const std::uint64_t origin = object.table.range_of(0, 1).first;
  Buffer swapped;
  for (std::uint64_t at = 0; at < needed; at += kPieceBytes) {
    const std::uint64_t length = std::min(kPieceBytes, needed - at);
    Bytes piece = value.subspan(at, length);
    if (object.description.swap_words) {
      swapped.resize(length);
      copy_native(object, at, swapped.mutable_bytes());
      piece = swapped.bytes();
    }
    if (!take(piece)) return;
    if (released) released(origin + at, length);
  }
}

dicom::Sha256Digest digest_native(const Object& object, const Released& released) {
  NativeHash hash(object.description);
  each_native_piece(object, released, [&](Bytes piece) {
    hash.update(piece);
    return true;
  });
  return hash.finish();
}

// Canonical bytes held against what is expected, piece by piece.
class Comparison {
 public:
  explicit Comparison(Bytes expected) : left_(expected) {}
  bool take(Bytes piece) {
    same_ = same_ && piece.size() <= left_.size() &&
            (piece.empty() || std::memcmp(piece.data(), left_.data(), piece.size()) == 0);
    if (same_) left_ = left_.subspan(piece.size());
    return same_;
  }
  [[nodiscard]] bool same() const { return same_ && left_.empty(); }

 private:
  Bytes left_;
  bool same_ = true;
};

}  // namespace

std::size_t frames_per_group(const Description& description) {
  const std::uint64_t frame = std::max<std::uint64_t>(description.frame_bits() / 8, 1);
  return static_cast<std::size_t>(
      std::clamp<std::uint64_t>(kGroupBytes / frame, 1, kGroupFramesMax));
}

Result<DigestAnswer> digest_pixels(const Object& object, dicom::Schedule& schedule,
                                   const Released& released) {
  const Description& description = object.description;
  if (!description.encapsulated && !description.planar)
    return DigestAnswer{digest_native(object, released), {}};
  PixelHash hash(description.layout);
  DigestAnswer answer;
  const auto consume = [&](const FrameGroup& group) -> Result<void> {
    answer.quirks.bits |= group.quirks.bits;
    for (const Bytes frame : group.frames) hash.update(frame);
    return {};
  };
  TRY(run_frames(object, schedule, {}, consume, released));
  answer.digest = hash.finish();
  return answer;
}

Result<bool> same_pixels(const Object& object, Bytes canonical, dicom::Schedule& schedule,
                         const Released& released) {
  const Description& description = object.description;
  EXPECTS(description.frame_bits() % 8 == 0);
  if (description.native_bytes() != canonical.size()) return false;
  if (!canonical.empty() && object.same_as.data() == canonical.data() &&
      object.same_as.size() == canonical.size())
    return true;
  Comparison comparison(canonical);
  if (!description.encapsulated && !description.planar) {
    each_native_piece(object, released, [&](Bytes piece) { return comparison.take(piece); });
    return comparison.same();
  }
  const auto consume = [&](const FrameGroup& group) -> Result<void> {
    for (const Bytes frame : group.frames) comparison.take(frame);
    return {};
  };
  TRY(run_frames(object, schedule, {}, consume, released));
  return comparison.same();
}

Bytes pixels_in_memory(const Object& object) {
  if (object.description.frame_bits() % 8 != 0) return {};
  if (!object.description.stored_canonical()) return object.ahead;
  return object.table.native().first(object.description.native_bytes());
}

Result<codecs::Quirks> decode_all(const Object& object, dicom::Schedule& schedule,
                                  const Released& released) {
  codecs::Quirks quirks;
  if (!object.description.encapsulated) return quirks;  // native: there is nothing to decode
  const auto consume = [&](const FrameGroup& group) -> Result<void> {
    quirks.bits |= group.quirks.bits;
    return {};
  };
  TRY(run_frames(object, schedule, {}, consume, released));
  return quirks;
}

}  // namespace slipring::pixels

// digest_pixels: every frame decoded, a group of frames at a time, hashed in order.
#include <algorithm>

#include "engine/pixels/frame_run.h"
#include "engine/pixels/pixels.h"

namespace slipring::pixels {

namespace {

constexpr std::uint64_t kPieceBytes = kGroupBytes;  // of a native value; even

// A native value whose planes are in order needs no frames: its canonical bytes are hashed as they
// come.
dicom::Sha256Digest digest_native(const Object& object, const Released& released) {
  const Bytes value = object.table.native();
  const std::uint64_t needed = object.description.native_bytes();
  const std::uint64_t origin = object.table.range_of(0, 1).first;
  NativeHash hash(object.description);
  Buffer piece;
  for (std::uint64_t at = 0; at < needed; at += kPieceBytes) {
    const std::uint64_t length = std::min(kPieceBytes, needed - at);
    if (object.description.swap_words) {
      piece.resize(length);
      copy_native(object, at, piece.mutable_bytes());
      hash.update(piece.bytes());
    } else {
      hash.update(value.subspan(at, length));
    }
    if (released) released(origin + at, length);
  }
  return hash.finish();
}

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

// FrameRun: canonical frames of an object, a group at a time through a schedule; what the digest
// and transcode's pixel writers stand on.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/dicom/schedule.h"
#include "engine/pixels/pixels.h"

namespace slipring::pixels {

// A group of frames in one slot.
struct FrameGroup {
  std::size_t first_frame = 0;
  std::vector<Bytes> frames;  // canonical: views of the source, or of `decoded`
  Buffer decoded;
  std::vector<Buffer> encoded;  // for whoever encodes
  codecs::Quirks quirks;
  Result<void> status;
};

using ProduceGroup =
    std::function<void(FrameGroup& group, Scratch& scratch)>;               // parallel; sets status
using ConsumeGroup = std::function<Result<void>(const FrameGroup& group)>;  // in order

// Decodes every group, calls `produce` on it where it is decoded, `consume` in order, then
// `released` for the source's bytes. The first error in the order of frames.
[[nodiscard]] Result<void> run_frames(const Object& object, dicom::Schedule& schedule,
                                      const ProduceGroup& produce, const ConsumeGroup& consume,
                                      const Released& released);

}  // namespace slipring::pixels

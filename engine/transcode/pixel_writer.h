// PixelWriter: the Pixel Data element of a new object, frames in parallel as the schedule can, and
// the source's pixel digest from the frames on their way. Memory: per slot one group of canonical
// frames (a view of the source where they lie so) and their codestreams; the offset table's 8 bytes
// a frame.
#pragma once

#include <cstdint>

#include "codecs/base/result.h"
#include "engine/dicom/digest.h"
#include "engine/dicom/schedule.h"
#include "engine/pixels/pixels.h"
#include "engine/transcode/output.h"
#include "engine/transcode/transcode.h"

namespace slipring::transcode {

struct PixelTarget {
  dicom::Encoding encoding;
  const codecs::FormatRow* encoder = nullptr;  // null: native
  codecs::EncodeParameters parameters = {};
  bool extended_offsets = false;  // see needs_extended_offsets()
  Bytes codestream = {};          // of the only frame, where it is there already
};

// The encoder of a plan's target (null: none in this build) and what it is told.
[[nodiscard]] PixelTarget encapsulated_target(const Plan& plan);

struct PixelAnswer {
  dicom::Sha256Digest digest;
  codecs::Quirks quirks;
  std::uint64_t codestream_bytes = 0;  // of all frames, where they are encapsulated
};

// Writes (7FE0,0001) and (7FE0,0002) too where a Basic Offset Table cannot reach (PS3.3
// C.7.6.3.1.8). Errors: those of decoding and encoding (offset: of the frame in the scanned bytes),
// those of the sink.
[[nodiscard]] Result<PixelAnswer> write_encapsulated(const pixels::Object& object,
                                                     const PixelTarget& target,
                                                     dicom::Schedule& schedule, Output& out,
                                                     const pixels::Released& released);
[[nodiscard]] Result<PixelAnswer> write_native(const pixels::Object& object,
                                               const PixelTarget& target, dicom::Schedule& schedule,
                                               Output& out, const pixels::Released& released);

// Bytes of the value that write_native writes, pad byte included: all frames joined, and what a
// native source held beyond them.
[[nodiscard]] std::uint64_t native_value_bytes(const pixels::Description& description);

// Whether offsets may exceed 32 bits: by the size of the native frames, with room for codestreams
// that do not shrink them.
[[nodiscard]] bool needs_extended_offsets(const pixels::Description& description);

// More frames than offset tables can hold: an 8-byte offset each in a value of a 32-bit length.
inline constexpr std::uint64_t kEncapsulatedFramesMax = std::uint64_t{1} << 28;

}  // namespace slipring::transcode

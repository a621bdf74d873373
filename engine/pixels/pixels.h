// The pixel floor: from a scanned data set to frames of canonical native bytes. Between dicom (which
// knows elements) and codecs (which know no tags); validate and transcode both stand on it.
// Canonical: little endian, samples interleaved by pixel, Bits Allocated wide, no colour conversion but
// the inverse of a codestream's own transform (RCT, ICT), 1-bit pixels packed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codecs/codec.h"
#include "codecs/pixel/layout.h"
#include "engine/dicom/data_set.h"
#include "engine/dicom/digest.h"
#include "engine/dicom/finding.h"
#include "engine/dicom/scanned.h"
#include "engine/dicom/schedule.h"

namespace slipring::pixels {

// What the data set says of its depth-0 Pixel Data (PS3.3 C.7.6.3.1).
struct Description {
  pixel::Layout layout;               // of one decoded frame
  std::string photometric;            // Photometric Interpretation, trimmed
  bool planar = false;                // Planar Configuration 1
  std::uint64_t frames = 1;           // Number of Frames; 1 when absent or unreadable
  std::size_t tape_index = 0;         // of (7FE0,0010)
  bool encapsulated = false;          // undefined length with fragments on the tape
  bool subsampled_422 = false;        // native YBR_FULL_422: 2 samples a pixel stored (PS3.3 C.7.6.3.1.2)
  bool big_endian_pixels = false;     // explicit BE, or the GE private syntax
  bool swap_words = false;            // big endian OW over 8-bit samples: swap as 16-bit words
};

// nullopt: the object has no depth-0 Pixel Data (none at all, or Float/Double Float, or nested only).
// Errors: Malformed (a needed attribute is missing), OutOfRange, LimitExceeded.
[[nodiscard]] Result<std::optional<Description>> describe(const dicom::Scanned& scanned,
                                                          const pixel::Limits& limits = {});

// Where the frames are. Fragments of frame i: fragments_of(i). Built once per object.
class FrameTable {
 public:
  [[nodiscard]] std::size_t frames() const;
  [[nodiscard]] std::span<const Bytes> fragments_of(std::size_t frame) const;
  [[nodiscard]] std::uint64_t offset_of(std::size_t frame) const;  // in the scanned bytes
  friend Result<FrameTable> locate_frames(const dicom::Scanned&, const Description&, dicom::Findings&);

 private:
  std::vector<Bytes> fragments_;        // encapsulated: all fragments but the offset table
  std::vector<std::size_t> first_;      // frames() + 1 indices into fragments_
  Bytes native_;                        // native: the whole value
  mutable std::vector<Bytes> native_frames_;  // native: one span per frame (bytes that hold its bits)
};

// Extended Offset Table, then Basic Offset Table, then one fragment a frame, then one frame, then
// codestream starts (codecs.md section 10). Findings: L5-04, L5-05, L5-06, L5-07. Errors: Malformed,
// Truncated (native value shorter than the frames need: expected and actual bytes).
[[nodiscard]] Result<FrameTable> locate_frames(const dicom::Scanned& scanned, const Description& description,
                                               dicom::Findings& findings);

// Everything needed to decode frames of one object. Views into `scanned`.
struct Object {
  const dicom::Scanned* scanned = nullptr;
  Description description;
  FrameTable table;
  const codecs::FormatRow* codec = nullptr;  // by signature where it differs from the transfer syntax; null: none
  dicom::Findings findings;                  // offset tables, wrong format by signature (L5-08)
};
// nullopt as describe. Error Unsupported: no codec in this build decodes it (the object passes through).
[[nodiscard]] Result<std::optional<Object>> open_object(const dicom::Scanned& scanned, const pixel::Limits& limits = {});

// One frame, canonical. `out` is exactly layout.frame_bytes(). Thread safe for different frames.
[[nodiscard]] Result<void> decode_frame(const Object& object, std::size_t frame, MutableBytes out,
                                        Scratch& scratch, codecs::Quirks& quirks);

// Frames in, in order; the pixel digest out (transcode.md). 1-bit frames are joined bit by bit.
class PixelHash {
 public:
  explicit PixelHash(const pixel::Layout& layout);
  void update(Bytes canonical_frame);
  [[nodiscard]] dicom::Sha256Digest finish();

 private:
  pixel::Layout layout_;
  dicom::Sha256 hash_;
  unsigned pending_bits_ = 0;  // 1-bit frames: bits of an unfinished byte
  std::uint8_t pending_ = 0;
  Buffer joined_;
};

struct DigestAnswer {
  dicom::Sha256Digest digest;
  codecs::Quirks quirks;
};
// Decodes every frame (in parallel as the schedule can) and hashes them in order. The error's offset is
// that of the frame's first fragment.
[[nodiscard]] Result<DigestAnswer> digest_pixels(const Object& object, dicom::Schedule& schedule);

}  // namespace slipring::pixels

// The pixel floor: from a scanned data set to frames of canonical native bytes. Between dicom
// (which knows elements) and codecs (which know no tags); validate and transcode both stand on it.
// Canonical: little endian, samples interleaved by pixel, Bits Allocated wide, no colour conversion
// but the inverse of a codestream's own transform (RCT, ICT), 1-bit pixels packed.
//
// What is decided here:
// - Big endian native values (explicit BE; the GE private syntax) are swapped as 16-bit words over
// the
//   whole value, whatever Bits Allocated: OW is a string of 16-bit words (PS3.5 6.2, 7.3). Only a
//   value of VR OB with 8 or 1 bits allocated stays as it is.
// - Native YBR_FULL_422 is 2 bytes a pixel (PS3.3 C.7.6.3.1.2); its canonical frame is those bytes,
// so
//   `layout` says 2 samples a pixel. A value long enough for 3 is not subsampled, whatever its
//   label.
// - Planar Configuration 1 counts where the samples lie as they are (native, encapsulated
//   uncompressed, deflated frame); the other codestreams have an order of their own.
// - A native value may be longer than its frames need: the excess is no pixel (finding L5-02).
#pragma once

#include <cstdint>
#include <functional>
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
  pixel::Layout layout;            // of one decoded frame
  std::string photometric;         // Photometric Interpretation, trimmed
  bool planar = false;             // Planar Configuration 1, and samples lie so
  std::uint64_t frames = 1;        // Number of Frames; 1 when absent or unreadable
  std::size_t tape_index = 0;      // of (7FE0,0010)
  bool encapsulated = false;       // fragments: on the tape, or inside a defined length
  bool subsampled_422 = false;     // 2 samples a pixel stored
  bool big_endian_pixels = false;  // explicit BE, or the GE private syntax
  bool swap_words = false;         // the value's 16-bit words must be swapped
  std::uint64_t value_bytes = 0;   // native: bytes of the value that are there

  // A frame's bits; frames of a native value follow each other without padding, even 1-bit ones.
  [[nodiscard]] std::uint64_t frame_bits() const {
    return layout.samples_per_frame() * layout.bits_allocated;
  }
  // Bytes of all frames joined, without pad byte. describe() has checked that it fits 64 bits.
  [[nodiscard]] std::uint64_t native_bytes() const {
    const std::uint64_t bits = frame_bits() * frames;
    return bits / 8 + (bits % 8 != 0);
  }
  // Native bytes that are canonical as they lie in the file.
  [[nodiscard]] bool stored_canonical() const { return !encapsulated && !swap_words && !planar; }
};

// nullopt: the object has no depth-0 Pixel Data (none at all, or Float/Double Float, or nested
// only). Errors: Malformed (a needed attribute is missing or zero, two Pixel Data), Unsupported
// (Bits Allocated no whole bytes), LimitExceeded.
[[nodiscard]] Result<std::optional<Description>> describe(const dicom::Scanned& scanned,
                                                          const pixel::Limits& limits = {});

// The depth-0 attributes that describe() reads.
[[nodiscard]] std::span<const dicom::Tag> describing_attributes();

// Where the frames are. Built once per object.
class FrameTable {
 public:
  [[nodiscard]] std::size_t frames() const { return frames_; }
  // Encapsulated: the frame's fragments, empty ones left out. Native: nothing; see native().
  [[nodiscard]] std::span<const Bytes> fragments_of(std::size_t frame) const;
  [[nodiscard]] std::uint64_t offset_of(std::size_t frame) const;  // in the scanned bytes
  // Native: the whole value, excess and pad byte included; empty when encapsulated.
  [[nodiscard]] Bytes native() const { return native_; }
  // The bytes [first, second) of the scanned bytes that these frames lie in.
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> range_of(std::size_t first_frame,
                                                                 std::size_t count) const;
  friend Result<FrameTable> locate_frames(const dicom::Scanned&, const Description&,
                                          dicom::Findings&);

 private:
  std::vector<Bytes> fragments_;        // encapsulated: all that are not empty
  std::vector<std::uint64_t> offsets_;  // of each, in the scanned bytes
  std::vector<std::size_t> first_;      // frames() + 1 indices into fragments_
  Bytes native_;
  std::uint64_t native_offset_ = 0;
  std::uint64_t frame_bits_ = 0;
  std::size_t frames_ = 0;
};

// Extended Offset Table, then Basic Offset Table, then one fragment a frame, then one frame, then
// codestream starts (codecs.md section 10). Findings: L5-02 (native value too long), L5-04, L5-05,
// L5-06, L5-07. Errors: Malformed (fragments cannot be shared out), Truncated (native value shorter
// than the frames need: expected and actual bytes; no fragments).
[[nodiscard]] Result<FrameTable> locate_frames(const dicom::Scanned& scanned,
                                               const Description& description,
                                               dicom::Findings& findings);

// Everything needed to decode frames of one object. Views into `scanned`.
struct Object {
  const dicom::Scanned* scanned = nullptr;
  Description description;
  FrameTable table;
  const codecs::FormatRow* codec =
      nullptr;  // by signature where it differs from the transfer syntax; null: native
  codecs::CodestreamInfo info;  // of the first frame; kind Raw when native
  bool wrong_format = false;    // the codestream is not what the transfer syntax says
  dicom::Findings findings;     // offset tables, wrong format by signature (L5-08)
  Bytes ahead;                  // the only frame, when decode_ahead() has made it; else empty
  codecs::Quirks ahead_quirks;
  Bytes same_as;  // what decode_ahead() found its only frame to be, instead; else empty
};
// nullopt as describe. Error Unsupported: no codec in this build decodes it (the object passes
// through).
[[nodiscard]] Result<std::optional<Object>> open_object(const dicom::Scanned& scanned,
                                                        const pixel::Limits& limits = {});
// The same of what describe() gave.
[[nodiscard]] Result<Object> open_object(const dicom::Scanned& scanned, Description description);

// To be asked before memory is taken for a frame: whether its codestream has bytes enough to stand
// for one of the size that rows and columns declare. Errors: Truncated (bytes needed and there).
[[nodiscard]] Result<void> check_expansion(const Object& object, std::size_t frame);

// One frame, canonical. `out` is exactly layout.frame_bytes(). Thread safe for different frames.
[[nodiscard]] Result<void> decode_frame(const Object& object, std::size_t frame, MutableBytes out,
                                        Scratch& scratch, codecs::Quirks& quirks);

// What a frame is without `reduce` of its highest resolutions: sides divided by 2^reduce and
// rounded up. Errors: Unsupported (a reduction of anything but JPEG 2000 and HTJ2K).
[[nodiscard]] Result<pixel::Layout> reduced_layout(const Object& object, unsigned reduce);
// One frame so. `out` is exactly reduced_layout().frame_bytes(). With 0 as decode_frame.
[[nodiscard]] Result<void> decode_reduced(const Object& object, std::size_t frame, unsigned reduce,
                                          MutableBytes out, Scratch& scratch,
                                          codecs::Quirks& quirks);

// Frames first_frame ... of one call to the codec: outs[i] gets frame first_frame + i. The first
// error.
[[nodiscard]] Result<void> decode_frames(const Object& object, std::size_t first_frame,
                                         std::span<const MutableBytes> outs, Scratch& scratch,
                                         codecs::Quirks& quirks);

// The only frame of each of several objects, decoded before it is asked for: in one call of their
// codec, as a multi-frame object has it by itself, and so that it stays in memory. `frame` holds
// object->ahead from then on. Whatever is no such object, or fails, is left as it was: decoding it
// alone says why.
// Where it is known what the frame must be, and its codec compares, it is held against that as it
// is decoded and kept nowhere: object->same_as is `expected` if it is the same, else as it was.
struct Ahead {
  Object* object = nullptr;
  Buffer* frame = nullptr;
  Bytes expected = {};
};
inline constexpr std::uint64_t kAheadFrameBytesMax = std::uint64_t{1} << 20;
void decode_ahead(std::span<const Ahead> aheads, Scratch& scratch);
// Of how many objects of a kind the only frames take the least time in one such call; 1: alone.
[[nodiscard]] std::size_t company_of(const Object& object);

// A native value's canonical bytes [begin, begin + out.size()): words swapped where they must be,
// planes as they lie. Requires begin + out.size() <= value_bytes.
void copy_native(const Object& object, std::uint64_t begin, MutableBytes out);

// What a decoder tolerated, as findings: L5-08, L5-11, L5-12, L5-13, L5-16 and their kin.
void add_quirk_findings(const codecs::Quirks& quirks, const Object& object,
                        dicom::Findings& findings);

// Joins 1-bit frames bit by bit: whole bytes come out, the rest waits for the next frame.
class BitJoiner {
 public:
  // Bytes that are complete now: void at the next call.
  [[nodiscard]] Bytes join(Bytes frame, std::uint64_t bits);
  // The last byte, its unused bits zero; empty when there is none.
  [[nodiscard]] Bytes finish();

 private:
  unsigned pending_bits_ = 0;
  std::uint8_t pending_ = 0;
  Buffer joined_;
};

// Frames in, in order; the pixel digest out (transcode.md). 1-bit frames are joined bit by bit.
class PixelHash {
 public:
  explicit PixelHash(const pixel::Layout& layout) : layout_(layout) {}
  void update(Bytes canonical_frame);
  [[nodiscard]] dicom::Sha256Digest finish();

 private:
  pixel::Layout layout_;
  dicom::Sha256 hash_;
  BitJoiner joiner_;
};

// The pixel digest of a native value from its canonical bytes, any pieces in order; excess is
// ignored.
class NativeHash {
 public:
  explicit NativeHash(const Description& description)
      : bits_left_(description.frame_bits() * description.frames) {}
  void update(Bytes piece);
  [[nodiscard]] dicom::Sha256Digest finish() { return hash_.finish(); }

 private:
  std::uint64_t bits_left_;
  dicom::Sha256 hash_;
};

// How many frames one piece of scheduled work takes: enough to outweigh its overhead, and lockstep
// codecs like company; at most kGroupBytes of pixels unless one frame is larger.
inline constexpr std::uint64_t kGroupBytes = std::uint64_t{1} << 20;
inline constexpr std::size_t kGroupFramesMax = 256;
[[nodiscard]] std::size_t frames_per_group(const Description& description);

// Tells that bytes [offset, offset + length) of the scanned bytes are not needed any more.
using Released = std::function<void(std::uint64_t offset, std::uint64_t length)>;

struct DigestAnswer {
  dicom::Sha256Digest digest;
  codecs::Quirks quirks;
};
// Decodes every frame (in parallel as the schedule can) and hashes them in order. The error's
// offset is that of the frame's first fragment.
[[nodiscard]] Result<DigestAnswer> digest_pixels(const Object& object, dicom::Schedule& schedule,
                                                 const Released& released = {});
// Whether these are the object's pixels, byte for byte: what digest_pixels hashes, compared with
// bytes that are at hand. Frames must be whole bytes. Errors: as digest_pixels.
[[nodiscard]] Result<bool> same_pixels(const Object& object, Bytes canonical,
                                       dicom::Schedule& schedule, const Released& released = {});
// All canonical frames, one after another, where they lie in memory already: in the value, or
// decoded ahead. Empty: nowhere, or frames that are no whole bytes.
[[nodiscard]] Bytes pixels_in_memory(const Object& object);
// The same without hashing: whether every frame decodes.
[[nodiscard]] Result<codecs::Quirks> decode_all(const Object& object, dicom::Schedule& schedule,
                                                const Released& released = {});

}  // namespace slipring::pixels

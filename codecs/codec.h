// The contract of a codec: what a decoder takes and gives, what an encoder takes and gives, and the
// row a format has in the registry. Batch first: an archive has unlimited independent frames.
// Pixels in, bytes out: no UID, tag, file or thread. No exception crosses this boundary, nothing is
// allocated by a declared length, and a decoder writes only inside its `out`.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"
#include "codecs/base/result.h"
#include "codecs/pixel/layout.h"

namespace slipring::codecs {

// What a codestream is, by its own first bytes and markers, whatever its transfer syntax claims.
enum class Codestream : std::uint8_t {
  Unknown,
  Raw,  // native bytes in a fragment
  Deflate,
  Rle,
  JpegBaseline,     // SOF0
  JpegExtended,     // SOF1
  JpegProgressive,  // SOF2
  JpegLossless,     // SOF3
  JpegOther,        // SOF5..SOF15 but 55: hierarchical, arithmetic
  JpegLs,           // SOF55
  Jpeg2000,
  Htj2k,
  JpegXl,
};

// What the header of a codestream says. Fields the format does not carry stay at their defaults.
struct CodestreamInfo {
  Codestream kind = Codestream::Unknown;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint16_t components = 0;
  std::uint8_t precision_bits = 0;
  bool sign_known = false;  // JPEG 2000 says its sign, JPEG and JPEG-LS do not
  bool is_signed = false;
  bool lossless = false;          // reversible wavelet, NEAR 0, SOF3, RLE
  bool colour_transform = false;  // RCT or ICT in use, Adobe transform 1
  bool in_jp2_box = false;        // PS3.5 A.4.4 wants a bare codestream
  std::uint8_t near = 0;          // JPEG-LS NEAR
  std::uint8_t predictor = 0;     // SOF3 selection value
};

// What a decoder tolerated. Each is a named finding at the engine's side.
enum class Quirk : std::uint32_t {
  None = 0,
  OddSegmentOffset = 1U << 0,  // RLE segment at an odd offset
  SegmentTooLong = 1U << 1,    // RLE plane decodes to more than rows x columns
  TrailingBytes = 1U << 2,     // bytes after EOI, EOC or the last segment beyond one pad byte
  WrongSign = 1U << 3,         // the codestream's sign is not Pixel Representation
  WrongPrecision = 1U << 4,    // the codestream's precision is below Bits Stored
  BoxedCodestream = 1U << 5,   // JPEG 2000 inside JP2 boxes
  WrongFormat = 1U << 6,       // decoded by signature, not by transfer syntax
  MissingEndMarker = 1U << 7,  // EOI or EOC is missing, all samples were there
  LibraryWarning = 1U << 8,    // the library complained and went on
  OneBitUnpacked = 1U << 9,    // 1-bit image stored a byte a pixel
  ColourTransformMislabeled = 1U << 10,
  ZlibWrapped = 1U << 11,        // a deflated frame in a zlib wrapping; PS3.5 wants it bare
  StrayBytes = 1U << 12,         // bytes between marker segments
  ExcessEntropyData = 1U << 13,  // entropy-coded bytes beyond the last sample of a scan or interval
  UnusedScanFields = 1U << 14,   // SOF3: Se or Ah is not 0
  ImpossibleCategories = 1U << 15,  // SOF3: a Huffman table with categories that do not exist
  RestartInsideLine = 1U << 16,     // SOF3: a restart interval that is a part of a line
  SamplesReduced = 1U << 17,        // SOF3: values beyond the precision, reduced to it
  AppendedBits = 1U << 18,          // SOF3: 16 bits after a category that T.81 Table H.2 gives none
  InconsistentLengths = 1U << 19,   // JPEG 2000: tile-parts as long as they do not say
  VendorColourTransform = 1U << 24,  // JPEG-LS: colours of an APP8 "mrfx" segment
  UndeclaredThresholds = 1U << 25,   // JPEG-LS: thresholds of its writer's own, not declared
};
struct Quirks {
  std::uint32_t bits = 0;
  void add(Quirk quirk) { bits |= static_cast<std::uint32_t>(quirk); }
  void remove(Quirk quirk) { bits &= ~static_cast<std::uint32_t>(quirk); }
  [[nodiscard]] bool has(Quirk quirk) const {
    return (bits & static_cast<std::uint32_t>(quirk)) != 0;
  }
};

// One frame to decode. `status` and `quirks` are the decoder's answer. On an error `out` holds
// anything; nobody may use it.
struct DecodeJob {
  std::span<const Bytes> fragments;  // the frame's bytes as they lie in the file, in order
  pixel::Layout layout;              // what the data set says; the codestream must agree with it
  MutableBytes out;                  // exactly layout.frame_bytes(), canonical frame
  // JPEG 2000 and HTJ2K: the image without so many of its highest resolutions; `layout` is of what
  // comes out, sides divided by 2^reduce and rounded up. Other formats: 0.
  std::uint8_t reduce = 0;
  Quirks quirks = {};
  Result<void> status = {};
  // Of formats whose row `compares`. Not empty: what the frame is to be, exactly
  // layout.frame_bytes(); `out` is empty and nothing is written. All of it is decoded and held
  // against these bytes: Mismatch where one differs.
  Bytes expected = {};
};

enum class Interleave : std::uint8_t { Default, None, Line, Sample };

struct EncodeParameters {
  bool colour_transform = false;  // RGB in, reversible colour transform inside (J2K: RCT)
  std::uint8_t near = 0;          // JPEG-LS NEAR: no sample is further than this from its original
  Interleave interleave = Interleave::Default;  // of JPEG-LS colour

  // HTJ2K
  bool by_resolution = false;   // RPCL, tile-parts by resolution, TLM (PS3.5 A.4.4, ....4.202)
  std::uint32_t tile_side = 0;  // 0: the frame is one tile
  // The irreversible wavelet where one of these is not 0: with a quantizer step relative to the
  // range of Bits Stored (1/256: about a step of 8 bits), or with the step that just makes the
  // codestream at least so many times smaller than the frame.
  double step = 0;
  double ratio = 0;
};

// One frame to encode, losslessly but where a parameter says otherwise. `out` is cleared first; it
// holds the codestream without pad byte.
struct EncodeJob {
  Bytes pixels;  // canonical frame, exactly layout.frame_bytes()
  pixel::Layout layout;
  EncodeParameters parameters = {};
  Buffer* out = nullptr;
  Result<void> status = {};
};

// One row of the registry. A null function: this build cannot do that.
struct FormatRow {
  pixel::Format format;
  std::string_view name;      // "rle"
  std::string_view standard;  // "PS3.5 Annex G"
  std::string_view library;   // "own", "OpenJPEG", ...
  // Headers only, cheap. Errors: Malformed, Truncated, Unsupported.
  Result<CodestreamInfo> (*probe)(std::span<const Bytes> fragments);
  void (*decode_batch)(std::span<DecodeJob> jobs, Scratch& scratch);
  void (*encode_batch)(std::span<EncodeJob> jobs, Scratch& scratch);
  // Why a layout cannot be encoded losslessly in this format; an empty text when it can.
  std::string_view (*cannot_encode)(const pixel::Layout& layout);
  // So many frames in one decode_batch take less time than one by one, and more of them no less.
  std::uint8_t lockstep = 1;
  // The same of encode_batch.
  std::uint8_t lockstep_encode = 1;
  // decode_batch takes jobs with `expected`.
  bool compares = false;
};

}  // namespace slipring::codecs

// From the marker segments of a JPEG-LS image to the samples of all its scans. Our own decoder: the
// one in Debian 12's CharLS (2.4.1) can be made to loop for ever by run interruptions that grow.
#pragma once

#include "codecs/codec.h"
#include "codecs/jpeg_ls/parameters.h"
#include "codecs/jpeg_markers.h"

namespace slipring::codecs::jpeg_ls {

struct Image {
  JpegHeader header;           // as read by read_jpeg_header, supported
  std::uint32_t sample_bytes;  // of the canonical frame
  MutableBytes pixels;         // canonical frame; samples are zero extended
};

struct End {
  std::uint64_t offset = 0;  // behind the last byte that was used
  bool marked = false;       // by EOI
};

// Errors: Malformed, Truncated, Unsupported.
[[nodiscard]] Result<End> decode_image(Bytes stream, const Image& image, Thresholds thresholds,
                                       Scratch& scratch);

}  // namespace slipring::codecs::jpeg_ls

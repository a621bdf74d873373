// encode_scan: the entropy-coded bytes of one scan, fast where nothing is lost, plainly otherwise.
// Takes samples of a canonical frame; knows no markers.
#pragma once

#include "codecs/base/buffer.h"
#include "codecs/jpeg_ls/parameters.h"

namespace slipring::codecs::jpeg_ls {

struct ScanSource {
  const std::uint8_t* samples = nullptr;  // the first sample of the scan's first component
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t frame_components = 1;  // samples from one pixel to the next
  std::uint32_t sample_bytes = 1;      // 1 or 2
  std::uint32_t components = 1;        // of the scan
  bool by_sample = false;              // else line by line
  Parameters parameters;               // no sample exceeds its MAXVAL
};

// Whether the scan is one for the fast encoders.
[[nodiscard]] bool suits_fast_encoder(const ScanSource& source);

// Appends to `out`. The bytes are those of encode_scan_scalar.
void encode_scan(const ScanSource& source, Buffer& out, Scratch& scratch);

// The definition of right; the only one for NEAR above 0.
void encode_scan_scalar(const ScanSource& source, Buffer& out, Scratch& scratch);

}  // namespace slipring::codecs::jpeg_ls

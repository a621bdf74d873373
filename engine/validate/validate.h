// Stage 4, validate: tape -> Findings. Layers L1 and L2 (with what the scan noted already), and L5 as far
// as the codecs go. Pure: bytes in, findings out. Must not know files, threads or the other stages.
#pragma once

#include "engine/dicom/finding.h"
#include "engine/dicom/scanned.h"
#include "engine/dicom/schedule.h"
#include "engine/dicom/digest.h"
#include "engine/pixels/pixels.h"

namespace slipring::validate {

struct Options {
  bool values = true;         // L2-20 and its neighbours: grammar, padding, character sets
  bool decode_pixels = true;  // L5-15 and what needs decoded pixels
};

struct Answer {
  std::optional<dicom::Sha256Digest> pixel_digest;  // when pixels were decoded, all frames
  std::uint64_t frames = 0;
};

// Appends to `findings`: scanned.findings first, then the rules' own. Never fails: a broken object ends in
// findings. A scan error (scanned.error) becomes the L2 finding it is (04, 06, 08 ...).
Answer validate(const dicom::Scanned& scanned, const Options& options, dicom::Schedule& schedule,
                dicom::Findings& findings);

}  // namespace slipring::validate

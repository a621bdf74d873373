// Stage 4, validate: tape -> Findings. Layers L1 and L2 (with what the scan noted already), L3 and
// L4 by the tables of the standard, and L5 as far as the codecs go. Pure: bytes in, findings out.
// Must not know files, threads or the other stages.
#pragma once

#include "engine/dicom/digest.h"
#include "engine/dicom/finding.h"
#include "engine/dicom/scanned.h"
#include "engine/dicom/schedule.h"
#include "engine/pixels/pixels.h"

namespace slipring::validate {

struct Options {
  bool values = true;         // L2-20 and its neighbours: grammar, padding, character sets
  bool object = true;         // L3 and L4: the dictionary and the object definitions
  bool decode_pixels = true;  // L5-15 and what needs decoded pixels
  bool digests = true;        // Answer::pixel_digest: hashing costs more than most decoding
  pixels::Released released;  // told of pixel bytes that are done with
  // As pixels::open_object gives it of what was scanned, its only frame perhaps decoded ahead;
  // null: validate opens it.
  const pixels::Object* opened = nullptr;
};

struct Answer {
  std::optional<dicom::Sha256Digest>
      pixel_digest;  // with Options::digests, when every frame decoded
  std::uint64_t frames = 0;
};

// Appends to `findings`: scanned.findings first, then the rules' own. Never fails: a broken object
// ends in findings. The scan raises what it sees while walking (L1, the structure of L2), validate
// the values (L2-15 to 17, L2-19 to 23), the object (L3, L4) and the pixels (L5); a scan error
// without a finding of its own becomes one. After a scan that stopped early pixels are not judged.
Answer validate(const dicom::Scanned& scanned, const Options& options, dicom::Schedule& schedule,
                dicom::Findings& findings);

}  // namespace slipring::validate

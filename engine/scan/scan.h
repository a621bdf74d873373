// Stage 3, scan: bytes -> tape. Takes the bytes of a file (or a head of them), gives what the file
// is, its meta group, its encoding as it really is, and the flat tape of its elements. One forward
// walk, iterative, nothing allocated per element. Findings (layer 1 and 2 structure) are what it
// had to tolerate; an Error is where it could not go on, and the tape before it is good. Must not
// know files, pixels or rules beyond the encoding (PS3.5 section 7, Annex A; PS3.10 section 7).
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"
#include "engine/dicom/scanned.h"

namespace slipring::scan {

struct Limits {
  unsigned nesting_depth_max = 64;                       // sequences within sequences
  std::uint64_t elements_max = std::uint64_t{64} << 20;  // entries on the tape
  std::uint64_t inflated_bytes_max = std::uint64_t{4} << 30;
  std::uint64_t inflate_ratio_max = 1100;  // ... with at least 64 MiB allowed
};

struct Options {
  Limits limits;
  // Stop before the first depth-0 element with a tag above this one: headers only.
  dicom::Tag stop_after{0xFFFFFFFFU};
  // L2-11: compare each explicit VR with the dictionary's: one table lookup an element.
  bool compare_vrs = true;
};

// `bytes` are the first bytes of a file of `file_size_bytes`. When they do not reach far enough,
// scanned.more_needed_bytes says how much to give; call again from the start: nothing else in
// `scanned` is final until it is 0. A value at depth 0 right before stop_after is not asked for. A
// file that is not DICOM has a kind that is_dicom() denies, no `actual` and no error. An error is
// also a finding (severity Error, the same offset), which has the tag and the path. Throws nothing
// but std::bad_alloc.
void scan(Bytes bytes, std::uint64_t file_size_bytes, const Options& options,
          dicom::Scanned& scanned);

}  // namespace slipring::scan

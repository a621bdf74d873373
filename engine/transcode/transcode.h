// Stage 5, transcode: a scanned object + a target transfer syntax -> the bytes of the new object.
// plan() decides, pure; write() carries it out into a Sink, frames in parallel as the schedule can, one
// frame in memory per slot. What may change is transcode.md's table, nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/dicom/digest.h"
#include "engine/dicom/finding.h"
#include "engine/dicom/scanned.h"
#include "engine/dicom/schedule.h"
#include "engine/dicom/sink.h"
#include "engine/pixels/pixels.h"

namespace slipring::transcode {

struct Options {
  const dicom::TransferSyntax* target = nullptr;
  bool recompress_lossy = false;
  pixel::Limits limits;
};

enum class Action : std::uint8_t {
  Convert,  // write() makes a new object in `to`
  Copy,     // nothing to convert: the file's bytes as they are
  Keep,     // conversion was asked for and is not done, for `reason`: the file's bytes as they are
};

struct Plan {
  Action action = Action::Copy;
  std::string reason;                            // for Keep: "lossy source kept (jpeg-baseline)", ...
  const dicom::TransferSyntax* from = nullptr;   // what the data set really is
  const dicom::TransferSyntax* to = nullptr;     // of the object as it will be written
  bool decodes_pixels = false;                   // pixels are re-encoded (else only elements are)
  std::optional<pixels::Object> object;          // when there are pixels this build can decode
  dicom::Findings findings;                      // passes through untouched, repaired offset tables ...
};

// Errors: those of the scan and of pixels::open_object that mean damage (never Unsupported: that is Keep).
[[nodiscard]] Result<Plan> plan(const dicom::Scanned& scanned, const Options& options);

struct Written {
  std::optional<dicom::Sha256Digest> pixel_digest;  // of the source's pixels, from the frames decoded on the way
  dicom::Sha256Digest dataset_digest;               // of the source
  std::uint64_t frames = 0;
  codecs::Quirks quirks;
  dicom::Findings findings;                         // from the decoders' quirks
};

// Only for Action::Convert. `released(offset, length)` tells that bytes of the source are not needed any more.
[[nodiscard]] Result<Written> write(const dicom::Scanned& scanned, const Plan& plan, const Options& options,
                                    dicom::Schedule& schedule, dicom::Sink& sink,
                                    const std::function<void(std::uint64_t, std::uint64_t)>& released = {});

// The two digests of any object: of the source when it is copied, and of what was written, re-read.
struct Digests {
  std::optional<dicom::Sha256Digest> pixel;   // none: no pixels, or none this build decodes
  dicom::Sha256Digest dataset;
  std::uint64_t frames = 0;
};
// `implicit_target`: the canonical form takes every VR from the dictionary, because the other side of the
// comparison is implicit VR (see dataset_digest.h).
[[nodiscard]] Result<Digests> digests(const dicom::Scanned& scanned, bool implicit_target, dicom::Schedule& schedule);

}  // namespace slipring::transcode

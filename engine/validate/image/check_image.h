// L5: the pixel data of an object: what describes it, where its frames are, what its codestreams
// say, and whether every frame decodes. Stands on the pixel floor; adds what the floor does not
// judge.
#pragma once

#include <optional>

#include "engine/dicom/digest.h"
#include "engine/dicom/schedule.h"
#include "engine/pixels/pixels.h"
#include "engine/validate/catalogue/reporter.h"

namespace slipring::validate::image {

struct ImageAnswer {
  std::optional<dicom::Sha256Digest> pixel_digest;  // when every frame was decoded
  std::uint64_t frames = 0;
};

struct Depth {
  bool decode_pixels = true;
  bool digests = true;                     // hash what was decoded
  const pixels::Object* opened = nullptr;  // what open_object() gives, where it was asked already
};

// Without decode_pixels only headers are looked at: no byte of a pixel but the first
// codestream's header. `released` is told of bytes that are done with.
ImageAnswer check_image(const dicom::Scanned& scanned, Depth depth,
                        const pixels::Released& released, dicom::Schedule& schedule,
                        catalogue::Reporter& reporter);

}  // namespace slipring::validate::image

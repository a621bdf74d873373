// difference: how far the pixels of one object are from those of another, which they were made of
// with loss.
#pragma once

#include <cstdint>

#include "engine/pixels/pixels.h"

namespace slipring::pixels {

// How far an object's samples are from those of the original, which has as many.
struct Difference {
  dicom::Sha256Digest digest;  // of the object's pixels
  std::uint64_t largest = 0;   // of all samples
  double psnr_db = 0;          // of the range of Bits Stored; infinite: none differs
};
// Frames of `object` in parallel as the schedule can, those of the original one after the other.
// Errors: Mismatch (another layout, another number of frames), as digest_pixels of both.
[[nodiscard]] Result<Difference> difference(const Object& original, const Object& object,
                                            dicom::Schedule& schedule,
                                            const Released& released = {});

}  // namespace slipring::pixels

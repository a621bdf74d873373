// digests, prove: what an object's elements and pixels are, and that what was written has the same.
#include "engine/transcode/dataset_digest.h"
#include "engine/transcode/transcode.h"

namespace slipring::transcode {

namespace {

// An inflated data set lies in memory of ours: nothing of the file to give back.
pixels::Released of_file(const dicom::Scanned& scanned, const pixels::Released& released) {
  return scanned.bytes.data() == scanned.file_bytes.data() ? released : pixels::Released{};
}

}  // namespace

Result<Digests> digests(const dicom::Scanned& scanned, bool implicit_target,
                        dicom::Schedule& schedule,
                        const std::function<void(std::uint64_t, std::uint64_t)>& released) {
  if (scanned.error) return std::unexpected(*scanned.error);
  const auto object = pixels::open_object(scanned);
  if (!object && object.error().code != ErrorCode::Unsupported)
    return std::unexpected(object.error());
  return digests(scanned, object && *object ? &**object : nullptr, implicit_target, schedule,
                 released);
}

Result<Digests> digests(const dicom::Scanned& scanned, const pixels::Object* object,
                        bool implicit_target, dicom::Schedule& schedule,
                        const std::function<void(std::uint64_t, std::uint64_t)>& released) {
  if (scanned.error) return std::unexpected(*scanned.error);
  Digests answer;
  answer.dataset = dataset_digest(scanned.data_set(), implicit_target);
  if (object == nullptr) return answer;
  const auto pixel = pixels::digest_pixels(*object, schedule, of_file(scanned, released));
  if (!pixel) {
    if (pixel.error().code == ErrorCode::Unsupported) return answer;
    return std::unexpected(pixel.error());
  }
  answer.pixel = pixel->digest;
  answer.frames = object->table.frames();
  return answer;
}

Original original_of(const Plan& plan, const std::optional<dicom::Sha256Digest>& pixel_digest,
                     const dicom::Sha256Digest& dataset_digest) {
  // Larger pixels may have left the page cache meanwhile: they would be read from the disk again.
  constexpr std::uint64_t kComparedBytesMax = std::uint64_t{64} << 20;
  Original original{pixel_digest, dataset_digest, {}};
  const Bytes pixels = plan.object ? pixels::pixels_in_memory(*plan.object) : Bytes{};
  if (pixels.size() <= kComparedBytesMax) original.pixels = pixels;
  return original;
}

Result<void> prove(const dicom::Scanned& scanned, const pixels::Object* object,
                   const Original& original, bool implicit_target, dicom::Schedule& schedule,
                   const std::function<void(std::uint64_t, std::uint64_t)>& released) {
  Digests written;
  if (object != nullptr && original.pixel_digest && !original.pixels.empty()) {
    written.dataset = dataset_digest(scanned.data_set(), implicit_target);
    TRY_ASSIGN(const bool same,
               pixels::same_pixels(*object, original.pixels, schedule, of_file(scanned, released)));
    if (same) written.pixel = original.pixel_digest;
  } else {
    TRY_ASSIGN(written, digests(scanned, object, implicit_target, schedule, released));
  }
  if (written.pixel != original.pixel_digest)
    return fail(ErrorCode::Mismatch, kNoOffset,
                "the new object's pixels differ from the source's; nothing was written");
  if (written.dataset != original.dataset_digest)
    return fail(ErrorCode::Mismatch, kNoOffset,
                "the new object's elements differ from the source's; nothing was written");
  return {};
}

}  // namespace slipring::transcode

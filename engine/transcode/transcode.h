// Stage 5, transcode: a scanned object + a target transfer syntax -> the bytes of the new object.
// plan() decides, pure; write() carries it out into a Sink, frames in parallel as the schedule can,
// one group of frames in memory per slot. What may change is transcode.md's table, nothing else.
//
// What is decided here:
// - What is written is canonical: Planar Configuration 0 wherever pixels are made anew, native
// values of
//   8 bits or less as OB in big endian. A native value longer than its frames stays as long when it
//   stays native; it is not made encapsulated when more than padding would be lost.
// - Elements encoded alike are copied as they lie, with their group lengths except those of the
// groups
//   that change; otherwise every element is made anew (element_writer.h).
// - Bytes after the last element are not carried over.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "codecs/base/buffer.h"
#include "engine/dicom/digest.h"
#include "engine/dicom/finding.h"
#include "engine/dicom/scanned.h"
#include "engine/dicom/schedule.h"
#include "engine/dicom/sink.h"
#include "engine/pixels/difference.h"
#include "engine/pixels/pixels.h"
#include "engine/transcode/derivation.h"

namespace slipring::transcode {

struct Options {
  const dicom::TransferSyntax* target = nullptr;
  bool recompress_lossy = false;
  pixel::Limits limits;
  // A deflated data set is made in memory (libdeflate has no streams): larger ones are kept.
  std::uint64_t deflated_data_set_bytes_max = std::uint64_t{128} << 20;
  // Where it is allowed, the target is HTJ2K (1.2.840.10008.1.2.4.203) and objects are derived.
  Loss loss = {};
};

enum class Action : std::uint8_t {
  Convert,  // write() makes a new object in `to`
  Copy,     // nothing to convert: the file's bytes as they are
  Keep,     // conversion was asked for and is not done, for `reason`: the file's bytes as they are
};

struct Plan {
  Action action = Action::Copy;
  std::string reason;  // for Keep: "lossy source kept (jpeg-baseline)", ...
  const dicom::TransferSyntax* from = nullptr;  // what the data set really is
  const dicom::TransferSyntax* to = nullptr;    // of the object as it will be written
  bool decodes_pixels = false;                  // pixels are re-encoded (else only elements are)
  std::optional<pixels::Object> object;         // when there are pixels this build can decode
  std::string photometric;                      // Photometric Interpretation as it will be written
  bool colour_transform = false;                // the encoder applies the colour transform
  Loss loss;
  std::optional<Derivation> derivation;  // of an object that is compressed with loss
  Bytes codestream;          // the only frame's, when encode_ahead() has made it; else empty
  dicom::Findings findings;  // passes through untouched, repaired offset tables ...
};

// Errors: those of the scan and of pixels::open_object that mean damage (never Unsupported: that is
// Keep). The plan holds views of `scanned`.
[[nodiscard]] Result<Plan> plan(const dicom::Scanned& scanned, const Options& options);

// The only frame of each of several objects, encoded before write() asks for it, in one call of the
// target's codec, as a multi-frame object has it by itself. Pixels must be in memory: native, or
// decoded ahead. `codestream` holds plan->codestream from then on. Whatever is no such object, or
// fails, is left as it was: write() encodes it and says why it cannot.
struct EncodedAhead {
  Plan* plan = nullptr;
  Buffer* codestream = nullptr;
};
void encode_ahead(std::span<const EncodedAhead> aheads, Scratch& scratch);
// Of how many objects of a kind those frames take the least time to decode or encode together; 1:
// alone.
[[nodiscard]] std::size_t company_of(const Plan& plan);

struct Written {
  std::optional<dicom::Sha256Digest>
      pixel_digest;                    // of the source's pixels, from the frames decoded on the way
  dicom::Sha256Digest dataset_digest;  // of the source
  std::uint64_t frames = 0;
  std::uint64_t codestream_bytes = 0;  // of all frames, where they are encapsulated
  codecs::Quirks quirks;
  dicom::Findings findings;  // from the decoders' quirks
};

// Only for Action::Convert. `released(offset, length)` tells that bytes of the source are not
// needed any more. An error Unsupported means that a frame is of a kind this build cannot decode or
// encode, which only that frame's codestream or samples told: the object passes through, as Keep;
// any other is damage.
[[nodiscard]] Result<Written> write(
    const dicom::Scanned& scanned, const Plan& plan, const Options& options,
    dicom::Schedule& schedule, dicom::Sink& sink,
    const std::function<void(std::uint64_t, std::uint64_t)>& released = {});

// The two digests of any object: of the source when it is copied, and of what was written, re-read.
struct Digests {
  std::optional<dicom::Sha256Digest> pixel;  // none: no pixels, or none this build decodes
  dicom::Sha256Digest dataset;
  std::uint64_t frames = 0;
};
// `implicit_target`: the canonical form takes every VR from the dictionary, because the object was
// or will be written in implicit VR (see dataset_digest.h): what write() does when plan.to is
// implicit VR. Errors: the scan's, and damage of the pixels.
[[nodiscard]] Result<Digests> digests(
    const dicom::Scanned& scanned, bool implicit_target, dicom::Schedule& schedule,
    const std::function<void(std::uint64_t, std::uint64_t)>& released = {});
// The same, of an object that was opened before; null: it has no pixels, or none this build
// decodes.
[[nodiscard]] Result<Digests> digests(
    const dicom::Scanned& scanned, const pixels::Object* object, bool implicit_target,
    dicom::Schedule& schedule,
    const std::function<void(std::uint64_t, std::uint64_t)>& released = {});

// What an object that was written must have.
struct Original {
  std::optional<dicom::Sha256Digest> pixel_digest;
  dicom::Sha256Digest dataset_digest;
  // All canonical pixels of the source, where they are in memory: what was written is then compared
  // with them byte for byte, which says more than a second digest and takes a tenth of its time.
  Bytes pixels;
};
// Of what write() took from the source of `plan`.
[[nodiscard]] Original original_of(const Plan& plan,
                                   const std::optional<dicom::Sha256Digest>& pixel_digest,
                                   const dicom::Sha256Digest& dataset_digest);
// The proof, of an object that was scanned and opened anew from its bytes (`object` as above).
// Errors: Mismatch (pixels or elements are not the original's), and those of digests().
[[nodiscard]] Result<void> prove(
    const dicom::Scanned& scanned, const pixels::Object* object, const Original& original,
    bool implicit_target, dicom::Schedule& schedule,
    const std::function<void(std::uint64_t, std::uint64_t)>& released = {});

// The same of an object that is compressed with loss: that every frame decodes, how far each sample
// is from the source's, and that the elements are the source's but for those that tell of the loss.
// `dataset_digest`: write()'s. Errors: Mismatch (elements; a sample beyond Loss::error_max), those
// of decoding.
[[nodiscard]] Result<pixels::Difference> prove_loss(
    const dicom::Scanned& scanned, const pixels::Object* written, const Plan& plan,
    const dicom::Sha256Digest& dataset_digest, dicom::Schedule& schedule,
    const std::function<void(std::uint64_t, std::uint64_t)>& released = {});
// What is told of such an object (L5-31).
[[nodiscard]] dicom::Finding finding_of(const pixels::Difference& difference,
                                        std::string_view source_instance);

}  // namespace slipring::transcode

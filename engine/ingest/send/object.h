// Object: a file made ready to be sent: its data set as ranges, as it lies or transcoded into
// memory. Takes a path and what is known of the object; must not know sockets.
#pragma once

#include <vector>

#include "codecs/pixel/layout.h"
#include "engine/dicom/scanned.h"
#include "engine/dicom/schedule.h"
#include "engine/ingest/send/work.h"
#include "engine/map/map.h"
#include "engine/transcode/loss.h"

namespace slipring::ingest::send {

// What a carrier or a worker needs to look at one file; reused from file to file.
struct Loaded {
  map::MappedFile file;
  dicom::Scanned scanned;
};

// Fills class, instance, study, syntax and the rest of `work` from the head of its file. The file
// is closed afterwards. Errors: those of map and scan; Unsupported for what is no DICOM object (its
// kind says what it is); Malformed for one without a class or an instance.
[[nodiscard]] Result<void> describe(Work& work, Loaded& loaded);

// As describe. A small file is read whole at once and `spare`, with it, becomes work.read, so that
// it need not be opened again; not so where its data set cannot be sent, which load() will say.
[[nodiscard]] Result<void> describe_and_read(Work& work, Loaded& loaded,
                                             std::unique_ptr<ReadFile>& spare);

// When the object goes out.
enum class LoadedFor : std::uint8_t { Now, Later };

// The bytes of the data set of `work`, in the syntax it is stored in: group 2 is not sent, nor what
// lies behind the last element (PS3.7 6.3.1, PS3.10 7). Valid while `loaded` stays open.
// Only of a deflated object it may be odd: then a NUL is to follow. What goes out now is sent as it
// lies; what goes later, up to 1 MiB, is read into memory first.
// Errors: those of map and scan; Changed when it is not what describe() saw.
[[nodiscard]] Result<Bytes> load(const Work& work, Loaded& loaded, LoadedFor when);

struct TranscodeLimits {
  const dicom::TransferSyntax* target = nullptr;  // send.h
  bool recompress_lossy = false;
  transcode::Loss loss;      // with `target`
  bool allow_lossy = false;  // objects compressed with loss may be decoded
  pixel::Limits pixels;
  std::uint64_t bytes_max = std::uint64_t{2} << 30;  // of an object made in memory
};

// Makes `work` anew in `syntax`, and proves it: from what was read of it, else from its file.
// Errors: those of load() and of transcode, Mismatch
// (the proof failed), LimitExceeded; Unsupported where it is not done: `kept` says why for
// `limits.target`, which an object need not be made anew in to be sent.
[[nodiscard]] Result<Transcoded> transcode(const Work& work, const dicom::TransferSyntax& syntax,
                                           const TranscodeLimits& limits, dicom::Schedule& schedule,
                                           Loaded& loaded, std::string& kept);

}  // namespace slipring::ingest::send

// Parcel: the one thing that travels. Its fields in flow order; what a stage fills, later stages
// read. A Batch is what one pipeline token carries: parcels in discovery order, which a worker
// unpacks on workbenches of its own. Batches are reused, and so are their parcels where nobody
// keeps them; their memory grows to a steady state: a header scan allocates nothing per file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/collate/take_keys.h"
#include "engine/deliver/write_file.h"
#include "engine/dicom/record.h"
#include "engine/dicom/scanned.h"
#include "engine/discover/discover.h"
#include "engine/map/map.h"
#include "engine/transcode/transcode.h"

namespace slipring::ingest {

inline constexpr std::size_t kUnknownPlace = ~std::size_t{0};

struct Parcel {
  discover::Discovered source;                      // 1 discover
  dicom::Record record;                             // 2 map: identity; 3 scan: UIDs; ... 7 ledger
  dicom::FileKind kind = dicom::FileKind::Unknown;  // 3 scan
  std::unique_ptr<deliver::TempFile> output;  // 5 transcode: written and proven, not yet linked
  std::int64_t row = 0;                       // 7 ledger: the number of its row; 0: none yet
  std::size_t known_place = kUnknownPlace;    // validate: in KnownFiles
  bool known = false;                         // the ledger has its outcome from a run before
  bool taken_over = false;                    // the record has it
  bool settled = false;                       // its outcome is decided: later stages pass it by
  bool destination_failed = false;            // the output's disk said no: not this file's fault

  // As a new one, but its texts keep their memory.
  void clear() {
    source.clear();
    record.clear();
    kind = dicom::FileKind::Unknown;
    output.reset();
    row = 0;
    known_place = kUnknownPlace;
    known = taken_over = settled = destination_failed = false;
  }
};

// Parcels in a row. What clear() gives back is handed out again by add().
class Parcels {
 public:
  [[nodiscard]] Parcel& add() {
    if (used_ == all_.size()) all_.emplace_back();
    return all_[used_++];
  }
  void drop_last() { all_[--used_].clear(); }
  void clear() {
    for (Parcel& parcel : span()) parcel.clear();
    used_ = 0;
  }
  // Those in use, with all the memory there is, for somebody who keeps them.
  [[nodiscard]] Parcels take() { return std::exchange(*this, {}); }

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] bool empty() const { return used_ == 0; }
  [[nodiscard]] Parcel& operator[](std::size_t index) { return all_[index]; }
  [[nodiscard]] std::span<Parcel> span() { return std::span(all_).first(used_); }

 private:
  std::vector<Parcel> all_;
  std::size_t used_ = 0;
};

// Those of several batches, in discovery order.
using ParcelRow = std::span<Parcel* const>;

// What a worker needs to work on one file.
struct Workbench {
  map::MappedFile source;
  std::uint64_t head_bytes = 0;  // what the header before this one took; 0: not known
  collate::Content content;      // validate: what the key says of the bytes
  dicom::Scanned scanned;
  std::optional<pixels::Object> opened;  // validate: views into `scanned`
  std::optional<transcode::Plan> plan;   // so does it
  map::MappedFile written;
  dicom::Scanned rescanned;
  std::optional<pixels::Object> written_object;  // views into `rescanned`
  Buffer source_frame;                           // the only frame of each (together.h)
  Buffer codestream;                             // what the only frame becomes
  Buffer written_frame;

  void clear() {
    opened.reset();
    plan.reset();
    written_object.reset();
    written.close();
    source.close();
  }
};

// A worker's: one for its parcels, one after another; and one more for each that waits for others.
using Benches = std::vector<std::unique_ptr<Workbench>>;

// What one pipeline token carries.
struct Batch {
  Parcels parcels;
};

}  // namespace slipring::ingest

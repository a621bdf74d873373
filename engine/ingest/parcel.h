// Parcel: the one thing that travels. Its fields in flow order; what a stage fills, later stages
// read. A Batch is what one pipeline token carries: parcels in discovery order and the workbenches
// on which a worker unpacks them. Batches are reused; their memory grows to a steady
// state.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/deliver/write_file.h"
#include "engine/dicom/record.h"
#include "engine/dicom/scanned.h"
#include "engine/discover/discover.h"
#include "engine/map/map.h"
#include "engine/transcode/transcode.h"

namespace slipring::ingest {

struct Parcel {
  discover::Discovered source;                      // 1 discover
  dicom::Record record;                             // 2 map: identity; 3 scan: UIDs; ... 7 ledger
  dicom::FileKind kind = dicom::FileKind::Unknown;  // 3 scan
  std::unique_ptr<deliver::TempFile> output;  // 5 transcode: written and proven, not yet linked
  bool known = false;                         // the ledger has its outcome from a run before
  bool settled = false;                       // its outcome is decided: later stages pass it by
  bool destination_failed = false;            // the output's disk said no: not this file's fault
};

// What a worker needs to work on one file.
struct Workbench {
  map::MappedFile source;
  dicom::Scanned scanned;
  std::optional<transcode::Plan> plan;  // views into `scanned`
  map::MappedFile written;
  dicom::Scanned rescanned;
  std::optional<pixels::Object> written_object;  // views into `rescanned`
  Buffer frame_ahead;                            // the only frame of either object (together.h)

  void clear() {
    plan.reset();
    written_object.reset();
    written.close();
    source.close();
  }
};

struct Batch {
  std::vector<Parcel> parcels;
  // One for all parcels, one after another; or one a parcel, where some steps are done together.
  std::vector<std::unique_ptr<Workbench>> benches;
  Scratch scratch;
};

}  // namespace slipring::ingest

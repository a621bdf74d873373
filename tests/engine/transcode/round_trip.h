// RoundTrip: scan -> plan -> write -> scan again -> digests, as ingest does it, on bytes in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/dicom/schedule.h"
#include "engine/scan/scan.h"
#include "engine/transcode/output.h"
#include "engine/transcode/transcode.h"

namespace slipring::test {

struct RoundTrip {
  transcode::Plan plan;
  std::optional<Error> error;       // of the scan, of plan or of write
  transcode::Written written;       // when converted
  transcode::Digests after;         // of what was written
  std::vector<std::uint8_t> bytes;  // of the new object
  dicom::Scanned source;
  dicom::Scanned rescanned;           // views of `bytes`
  std::optional<Error> rescan_error;  // a defect of ours, always

  [[nodiscard]] bool converted() const {
    return !error && plan.action == transcode::Action::Convert;
  }
  // What the proof asks for.
  [[nodiscard]] std::string defect() const {
    if (rescan_error) return "the new object is not sound: " + std::string(rescan_error->what);
    if (written.pixel_digest != after.pixel) return "pixel digests differ";
    if (written.dataset_digest != after.dataset) return "data set digests differ";
    if (rescanned.actual != plan.to || rescanned.declared != plan.to)
      return "not in the planned syntax";
    return {};
  }
};

// The proof of what was written, with the source's pixels where they lie in memory.
inline Result<void> prove_round_trip(const RoundTrip& trip, dicom::Schedule& schedule) {
  TRY_ASSIGN(const auto object, pixels::open_object(trip.rescanned));
  transcode::Original original{trip.written.pixel_digest, trip.written.dataset_digest, {}};
  if (trip.plan.object) original.pixels = pixels::pixels_in_memory(*trip.plan.object);
  return transcode::prove(trip.rescanned, object ? &*object : nullptr, original,
                          !trip.plan.to->encoding.explicit_vr, schedule);
}

inline void run_round_trip(Bytes source, const transcode::Options& options,
                           dicom::Schedule& schedule, RoundTrip& trip) {
  scan::scan(source, source.size(), {}, trip.source);
  auto planned = transcode::plan(trip.source, options);
  if (!planned) {
    trip.error = planned.error();
    return;
  }
  trip.plan = std::move(*planned);
  if (trip.plan.action != transcode::Action::Convert) return;
  transcode::BufferSink sink;
  auto written = transcode::write(trip.source, trip.plan, options, schedule, sink);
  if (!written) {
    trip.error = written.error();
    return;
  }
  trip.written = std::move(*written);
  trip.bytes.assign(sink.bytes().begin(), sink.bytes().end());
  scan::scan(trip.bytes, trip.bytes.size(), {}, trip.rescanned);
  const bool implicit = !trip.plan.to->encoding.explicit_vr;
  auto after = transcode::digests(trip.rescanned, implicit, schedule);
  if (after)
    trip.after = *after;
  else
    trip.rescan_error = after.error();
  if (const auto proven = prove_round_trip(trip, schedule); !proven)
    trip.rescan_error = proven.error();
}

}  // namespace slipring::test

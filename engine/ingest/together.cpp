#include "engine/ingest/together.h"

#include <exception>

#include "engine/ingest/frame_schedule.h"

namespace slipring::ingest {

namespace {

// `object_of` gives a bench's object, or null.
template <class ObjectOf>
void decode_together(Batch& batch, Buffer Workbench::* frame, const ObjectOf& object_of) {
  std::vector<pixels::Ahead> aheads;
  try {
    for (std::size_t i = 0; i < batch.parcels.size(); ++i) {
      if (batch.parcels[i].settled) continue;
      Workbench& bench = *batch.benches[i];
      if (pixels::Object* object = object_of(bench)) aheads.push_back({object, &(bench.*frame)});
    }
    pixels::decode_ahead(aheads, scratch_of_this_worker());
  } catch (const std::exception&) {
    // Out of memory, or a library's: whoever needs a frame decodes it and says what is wrong.
    for (const pixels::Ahead& ahead : aheads) ahead.object->ahead = {};
  }
}

}  // namespace

void decode_sources(Batch& batch) {
  decode_together(batch, &Workbench::source_frame, [](Workbench& bench) -> pixels::Object* {
    if (!bench.plan || !bench.plan->decodes_pixels || !bench.plan->object) return nullptr;
    return &*bench.plan->object;
  });
}

void decode_written(Batch& batch) {
  decode_together(batch, &Workbench::written_frame, [](Workbench& bench) {
    return bench.written_object ? &*bench.written_object : nullptr;
  });
}

}  // namespace slipring::ingest

#include "engine/ingest/together.h"

#include <exception>

namespace slipring::ingest {

namespace {

// `object_of` gives a bench's object, or null.
template <class ObjectOf>
void decode_together(Batch& batch, const ObjectOf& object_of) {
  std::vector<pixels::Ahead> aheads;
  try {
    for (std::size_t i = 0; i < batch.parcels.size(); ++i) {
      if (batch.parcels[i].settled) continue;
      Workbench& bench = *batch.benches[i];
      if (pixels::Object* object = object_of(bench)) aheads.push_back({object, &bench.frame_ahead});
    }
    pixels::decode_ahead(aheads, batch.scratch);
  } catch (const std::exception&) {
    // Out of memory, or a library's: whoever needs a frame decodes it and says what is wrong.
    for (const pixels::Ahead& ahead : aheads) ahead.object->ahead = {};
  }
}

}  // namespace

void decode_sources(Batch& batch) {
  decode_together(batch, [](Workbench& bench) -> pixels::Object* {
    if (!bench.plan || !bench.plan->decodes_pixels || !bench.plan->object) return nullptr;
    return &*bench.plan->object;
  });
}

void decode_written(Batch& batch) {
  for (const auto& bench : batch.benches)  // the sources' frames make room
    if (bench->plan && bench->plan->object) bench->plan->object->ahead = {};
  decode_together(batch, [](Workbench& bench) {
    return bench.written_object ? &*bench.written_object : nullptr;
  });
}

}  // namespace slipring::ingest

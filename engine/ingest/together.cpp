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

bool recodes(const Workbench& bench) {
  return bench.plan && bench.plan->decodes_pixels && bench.plan->object;
}

void encode_together(Batch& batch) {
  std::vector<transcode::EncodedAhead> aheads;
  try {
    for (std::size_t i = 0; i < batch.parcels.size(); ++i) {
      Workbench& bench = *batch.benches[i];
      if (!batch.parcels[i].settled && recodes(bench))
        aheads.push_back({&*bench.plan, &bench.codestream});
    }
    transcode::encode_ahead(aheads, scratch_of_this_worker());
  } catch (const std::exception&) {  // as above
    for (const transcode::EncodedAhead& ahead : aheads) ahead.plan->codestream = {};
  }
}

}  // namespace

void recode_sources(Batch& batch) {
  decode_together(batch, &Workbench::source_frame, [](Workbench& bench) -> pixels::Object* {
    return recodes(bench) ? &*bench.plan->object : nullptr;
  });
  encode_together(batch);
}

void decode_written(Batch& batch) {
  decode_together(batch, &Workbench::written_frame, [](Workbench& bench) {
    return bench.written_object ? &*bench.written_object : nullptr;
  });
}

}  // namespace slipring::ingest

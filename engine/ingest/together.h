// What the parcels of a batch do together, between their steps: an archive's objects have one frame
// each, and a codec that codes several frames in lockstep needs them at the same time. The frames
// stay until the batch is done: the proof holds what was written against what was read. A frame
// that is not made here is decoded or encoded where it is needed. Memory beside the gate: at most
// pixels::kAheadFrameBytesMax twice a parcel, and a codestream of such a frame.
#pragma once

#include "engine/ingest/parcel.h"

namespace slipring::ingest {

// The frames of the objects that will be written anew, decoded and encoded before they are.
void recode_sources(Batch& batch);
// Of what was written, before it is proven.
void decode_written(Batch& batch);

}  // namespace slipring::ingest

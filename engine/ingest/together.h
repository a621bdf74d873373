// What parcels of a batch do between their steps: the only frame of each, as an archive's objects
// have one, is decoded or encoded ahead, into memory that its bench keeps, and its pixel digest is
// made with that of another. A codec that codes several frames in lockstep takes them in one call;
// whom company gains nothing need not wait for the others. The frames stay until the parcel is
// done: the proof holds what was written against what was read; where a codec compares as it
// decodes, that is done here. A frame or digest that is not made here is made where it is needed.
// Memory beside the gate: at most pixels::kAheadFrameBytesMax twice a parcel, a codestream of such
// a frame, and a source that was read.
#pragma once

#include <span>

#include "engine/ingest/parcel.h"

namespace slipring::ingest {

// A parcel that is being worked on, and the bench on which it lies.
struct AtWork {
  Parcel* parcel = nullptr;
  Workbench* bench = nullptr;
};

// Parcels that are not settled, one or several at once.
struct Meeting {
  bool (*gains)(const AtWork& one) = nullptr;  // whether its frame is cheaper among others
  void (*hold)(std::span<const AtWork> all) = nullptr;
};

// Of what is validated, before it is judged.
extern const Meeting kDecodeOpened;
// The frames of the objects that will be written anew, decoded, and the digests of their pixels.
extern const Meeting kTakeSources;
// Those frames encoded, before they are written.
extern const Meeting kEncodeSources;
// Of what was written, before it is proven.
extern const Meeting kDecodeWritten;

}  // namespace slipring::ingest

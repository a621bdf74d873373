// What parcels of a batch do between their steps: the only frame of each, as an archive's objects
// have one, is decoded or encoded ahead, into memory that its bench keeps. A codec that codes
// several frames in lockstep takes them in one call, so many as it takes at once; whom that gains
// nothing need not wait for others. The frames stay until the parcel is done: the proof holds what
// was written against what was read; where a codec compares as it decodes, that is done here. A
// frame that is not made here is decoded or encoded where it is needed. Memory beside the gate: at
// most pixels::kAheadFrameBytesMax twice a parcel, and a codestream of such a frame.
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
  std::size_t (*company)(const AtWork& one) = nullptr;  // of how many is a frame cheapest; 1: alone
  void (*hold)(std::span<const AtWork> all) = nullptr;
};

// Of what is validated, before it is judged.
extern const Meeting kDecodeOpened;
// The frames of the objects that will be written anew, decoded and encoded before they are.
extern const Meeting kRecodeSources;
// Of what was written, before it is proven.
extern const Meeting kDecodeWritten;

}  // namespace slipring::ingest

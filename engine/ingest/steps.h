// The steps of a parcel, in flow order: each takes the parcel a little further to the right, on the
// batch's workbench. A step returns an Error when the parcel cannot go on; `each` in ingest.cpp
// turns it into the parcel's outcome.
#pragma once

#include "codecs/base/result.h"
#include "engine/ingest/memory_gate.h"
#include "engine/ingest/options.h"
#include "engine/ingest/parcel.h"

namespace slipring::ingest {

class KnownFiles;
class Pace;

// What all steps of a job share.
struct Shared {
  const Options& options;
  const KnownFiles& known;
  deliver::OutputTree* tree = nullptr;  // convert only
  MemoryGate& memory;
  map::Policy map_policy;
  Pace* pace = nullptr;         // of all reading; null: as fast as it goes
  Pace* rescan_pace = nullptr;  // of reading again what did not change
};

using Step = Result<void> (*)(Parcel& parcel, Workbench& bench, const Shared& shared);

// Validate: a file that did not change is not opened (--only-changed); one that is to be read waits
// for its turn (--bwlimit, --rescan-budget).
Result<void> recognise(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> map_head(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> map_file(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> scan_head(Parcel& parcel, Workbench& bench, const Shared& shared);
// Validate: the digest of every byte, where all are read; and the object's key for layer 6.
Result<void> digest_file(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> take_keys(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> open_frames(Parcel& parcel, Workbench& bench, const Shared& shared);
// Validate without pixels: as much of the file as its findings need.
Result<void> scan_headers(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> scan_file(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> validate_object(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> plan_object(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> write_object(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> read_back(Parcel& parcel, Workbench& bench, const Shared& shared);
Result<void> prove_object(Parcel& parcel, Workbench& bench, const Shared& shared);
// Last of all: whether the file is still what it was when it was opened.
Result<void> check_unchanged(Parcel& parcel, Workbench& bench, const Shared& shared);

// Of every byte of a file from `begin` on, at most its size; a long one's pages are let go behind
// it.
[[nodiscard]] dicom::Xxh128Digest hash_file(const map::MappedFile& file, std::uint64_t begin = 0);

// A failed convert's other endings: the file's bytes as they are, into the tree or aside.
Result<void> copy_as_it_is(Parcel& parcel, Workbench& bench, const Shared& shared);

}  // namespace slipring::ingest

// Options of whoever takes objects in: plain values, settled by the doors.
#pragma once

#include <cstdint>
#include <string>

#include "engine/ingest/options.h"

namespace slipring::receive {

struct IntakeOptions {
  // output, ledger, fsync, threads, memory, recompress_lossy, pixel limits, arguments; target: to
  // transcode on arrival, null to keep objects as they come. layout is always uid.
  ingest::Options ingest;
  std::string command = "receive";  // of the ledger's job
  std::string source;               // of the ledger's job: where objects come from
  bool discard = false;             // received and counted, nothing is kept; for benchmarks
  std::uint64_t object_bytes_max = std::uint64_t{64} << 30;
  std::uint64_t free_bytes_min = std::uint64_t{64} << 20;  // below: out of resources
};

}  // namespace slipring::receive

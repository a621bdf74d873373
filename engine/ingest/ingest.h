// START HERE. The conductor: one job from discovery to ledger. ingest.cpp names all stages in
// order; only this room knows that stages exist, and only it has threads (oneTBB).
#pragma once

#include <atomic>

#include "codecs/base/result.h"
#include "engine/ingest/nightly/clock.h"
#include "engine/ingest/observer.h"
#include "engine/ingest/options.h"
#include "engine/ingest/summary.h"

namespace slipring::ingest {

// Set by signal handlers: 1: no new files, finish those begun.
extern std::atomic<int> interrupt_requested;

// Runs scan, validate or convert. Errors: only what keeps the job from starting (the output cannot
// be made, the ledger is locked or damaged); everything after that is in the summary.
[[nodiscard]] Result<Summary> run(const Options& options, Observer& observer,
                                  Clock& clock = system_clock());

}  // namespace slipring::ingest

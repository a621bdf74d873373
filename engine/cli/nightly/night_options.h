// What a nightly validation is told beside what is to be validated: what to read again, when to
// stop, how fast to go, what is known already, and where to say what was found.
#pragma once

#include <string>

#include "engine/cli/job_options.h"

namespace slipring::cli {

// --only-changed, --rescan-budget, --every, --until, --max-duration, --bwlimit, --io-priority,
// --profile, --baseline, --sarif, --csv, --metrics-file. `options` outlives the command.
void add_night_options(Command& command, JobOptions& options);

// What of them is to be done before the job starts: reads profile and baseline, lowers the
// priority, counts the time until --until. Throws std::runtime_error with what is wrong.
void prepare_night(JobOptions& options);

}  // namespace slipring::cli

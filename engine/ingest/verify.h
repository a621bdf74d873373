// verify: an output tree against its ledger, at any later time: bit rot, missing files, extra
// files. Every byte of every output is read and hashed; with `decode`, pixels are decoded and
// compared too.
#pragma once

#include <functional>
#include <string>

#include "codecs/base/result.h"
#include "engine/dicom/record.h"
#include "engine/ingest/summary.h"

namespace slipring::ingest {

struct VerifyOptions {
  std::string output;
  std::string ledger;  // empty: OUTPUT/.slipring/ledger.db
  bool decode = false;
  unsigned threads = 0;
  std::string arguments;
};

struct VerifySummary {
  std::uint64_t outputs = 0;  // that the ledger knows
  std::uint64_t intact = 0;
  std::uint64_t damaged = 0;
  std::uint64_t missing = 0;
  std::uint64_t extra = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t bytes = 0;
  bool interrupted = false;
  double seconds = 0;
};
[[nodiscard]] Exit exit_of(const VerifySummary& summary);

// Who listens; called from one thread at a time.
struct VerifyListener {
  // Once per output and once per extra file: outcome Ok, Failed (reason) or Skipped (extra). The
  // record's path is the name in the output tree.
  std::function<void(const dicom::Record&)> take;
  std::function<void(const Progress&)> progress;  // some times a second, and at the end
};

// Takes a few dozen bytes of memory an output. Errors: of the ledger.
[[nodiscard]] Result<VerifySummary> verify(const VerifyOptions& options,
                                           const VerifyListener& listener);

}  // namespace slipring::ingest

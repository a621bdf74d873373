// Observer: who listens to a job: the doors print from it. Called from one thread at a time.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/dicom/record.h"
#include "engine/ingest/options.h"
#include "engine/ingest/summary.h"
#include "engine/ledger/ledger.h"

namespace slipring::ingest {

class Observer {
 public:
  virtual ~Observer() = default;
  // Before the first file.
  virtual void started(const Options& options, const ledger::Job& job) = 0;
  // Once per file, when its outcome is final (convert: durable and in the ledger).
  virtual void object(const dicom::Record& record, dicom::FileKind kind) = 0;
  // A finding between files (layer 6), when all were seen. `known`: the baseline has it.
  virtual void between(std::string_view path, const dicom::Finding& finding, bool known) {
    (void)path, (void)finding, (void)known;
  }
  // Now and then, from the thread that finishes files.
  virtual void progress(const Progress& progress) = 0;
};

}  // namespace slipring::ingest

// Store: how it opens: what the ledger knows, and what a killed run left half said.
#include <utility>

#include "engine/ingest/known_files.h"
#include "engine/ingest/steps.h"
#include "engine/receive/content.h"
#include "engine/receive/store.h"

namespace slipring::receive {

using dicom::Outcome;

Result<std::unique_ptr<Store>> Store::open(const IntakeOptions& options, Told told) {
  std::unique_ptr<Store> store(new Store(options, std::move(told)));
  TRY(store->load());
  Store* const raw = store.get();
  store->thread_ = std::jthread([raw] { raw->run(); });
  return store;
}

Result<void> Store::load() {
  const ingest::Options& ingest = options_.ingest;
  TRY_ASSIGN(tree_, deliver::OutputTree::open(ingest.output, ingest.fsync));
  TRY_ASSIGN(ledger_, ledger::Ledger::open(ingest.ledger, ledger::Ledger::Mode::Write));
  job_.command = options_.command;
  job_.arguments = ingest.arguments;
  job_.source = options_.source;
  job_.option_hash = ingest::option_hash(ingest);
  TRY_ASSIGN(job_, ledger_->start_job(job_));
  TRY(take_over_planned());
  TRY_ASSIGN(next_sequence_, ledger_->next_sequence());
  written_.emplace(*ledger_, std::make_unique<HeldObjects>(*tree_));
  TRY(written_->load());
  return inventory_.open(ingest.ledger);
}

Result<void> Store::take_over_planned() {
  std::vector<std::string> planned;
  TRY(ledger_->each_known([&](std::string_view path, const ledger::Known& row) {
    if (!row.done) planned.emplace_back(path);
  }));
  for (const std::string& path : planned) {
    TRY_ASSIGN(const dicom::Record record, taken_over(path));
    const dicom::Record* const row = &record;
    TRY(ledger_->done(job_, {&row, 1}));
  }
  return {};
}

// Its bytes are written once more and delivered to the same name: that compares the two, and makes
// the one that is there durable.
Result<dicom::Record> Store::taken_over(const std::string& path) {
  ingest::Parcel parcel;
  ingest::Workbench bench;
  parcel.record.path = path;
  parcel.record.sequence = next_sequence_++;
  parcel.record.outcome = Outcome::Failed;
  parcel.record.reason =
      "receiving was cut off before the object was safe; it was not acknowledged";
  const ingest::KnownFiles known;
  ingest::MemoryGate memory(options_.ingest.memory_bytes);
  const ingest::Shared shared{options_.ingest, known, tree_.get(), memory, {}};
  parcel.source.file.path = tree_->root() + "/" + path;
  if (!ingest::map_file(parcel, bench, shared)) return std::move(parcel.record);
  TRY(ingest::scan_file(parcel, bench, shared));
  TRY_ASSIGN(const auto copy, tree_->create());
  TRY(copy->append(bench.source.bytes()));
  TRY(copy->finish(parcel.record.source.mtime_ns));
  parcel.record.output_digest = dicom::xxh128(bench.source.bytes());
  parcel.record.object_digest = content_digest(bench.scanned);
  deliver::Delivery delivery{copy.get(), path};
  tree_->deliver({&delivery, 1});
  TRY(delivery.status);
  parcel.record.findings.append(bench.scanned.findings);
  parcel.record.outcome = Outcome::Copied;
  parcel.record.reason.clear();
  parcel.record.output = path;
  parcel.record.to = parcel.record.from;
  parcel.record.bytes_out = parcel.record.bytes_in;
  return std::move(parcel.record);
}

}  // namespace slipring::receive

// Ledger: rows planned and done, in batches, each committed to the disk of the temporary directory.
// An item is a file: one PLANNED and one DONE row. The count of rows is checked before it is
// believed.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/ledger/ledger.h"

namespace {

using namespace slipring;
using dicom::Record;

Record record_of(std::uint64_t sequence) {
  const std::string number = std::to_string(sequence);
  Record record;
  record.sequence = sequence;
  record.path = "study" + std::to_string(sequence / 4096) + "/series" +
                std::to_string(sequence / 256) + "/IMG" + number + ".dcm";
  record.source = {64769, 1'000'000 + sequence, 526'000, 1'500'000'000'000'000'000,
                   1'600'000'000'000'000'000};
  record.outcome = dicom::Outcome::Converted;
  record.sop_class = "1.2.840.10008.5.1.4.1.1.2";
  record.study = "1.2.826.0.1.3680043.10.511.3." + std::to_string(sequence / 4096);
  record.series = record.study + "." + std::to_string(sequence / 256);
  record.sop_instance = record.series + "." + number;
  record.modality = "CT";
  record.from = "1.2.840.10008.1.2.1";
  record.to = "1.2.840.10008.1.2.4.90";
  record.bytes_in = 526'000;
  record.bytes_out = 250'000;
  record.frames = 1;
  record.pixel_digest = dicom::sha256(as_bytes(number));
  record.dataset_digest = record.pixel_digest;
  record.pixel_verified = true;
  record.output_digest = dicom::xxh128(as_bytes(number));
  record.output = record.path;
  return record;
}

void plan_and_done(benchmark::State& state) {
  std::string directory =
      std::filesystem::temp_directory_path().string() + "/slipring-bench-XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) return state.SkipWithError("no temporary directory");
  const auto batch = static_cast<std::size_t>(state.range(0));
  std::uint64_t sequence = 0;
  {
    auto ledger = ledger::Ledger::open(directory + "/ledger.db", ledger::Ledger::Mode::Write);
    if (!ledger) return state.SkipWithError("the ledger could not be opened");
    const auto job = (*ledger)->start_job({});
    for (auto _ : state) {
      state.PauseTiming();
      std::vector<Record> records;
      std::vector<const Record*> pointers;
      for (std::size_t i = 0; i < batch; ++i) records.push_back(record_of(sequence++));
      for (const Record& record : records) pointers.push_back(&record);
      state.ResumeTiming();
      if (!(*ledger)->plan(*job, pointers) || !(*ledger)->done(*job, pointers))
        state.SkipWithError("rows could not be written");
    }
    const auto totals = (*ledger)->totals();
    if (!totals || totals->seen != sequence || !totals->balanced())
      state.SkipWithError("rows are missing");
    state.SetItemsProcessed(static_cast<std::int64_t>(sequence));
  }
  const auto bytes =
      std::filesystem::file_size(directory + "/ledger.db");  // closed: the log is in it
  state.counters["bytes_per_row"] = static_cast<double>(bytes) / static_cast<double>(sequence);
  std::filesystem::remove_all(directory);
}

BENCHMARK(plan_and_done)->Arg(1)->Arg(64)->Arg(256)->Arg(1024)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();

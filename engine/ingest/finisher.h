// Finisher: the end of the line. Takes parcels in discovery order, decides what depends on order
// (duplicates, output names), makes outputs durable and writes the ledger, in the order of
// reliability.md: PLANNED row, sync, link, sync of directories, DONE row; then tells the observer.
// Only here is an outcome final.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/discover/discover.h"
#include "engine/ingest/observer.h"
#include "engine/ingest/options.h"
#include "engine/ingest/parcel.h"
#include "engine/ingest/written/written_objects.h"
#include "engine/ledger/ledger.h"

namespace slipring::ingest {

class CrossCheck;
class KnownFiles;

class Finisher {
 public:
  static constexpr std::size_t kBatchFiles = 256;
  static constexpr std::size_t kLookedAtFiles = 128;  // of a batch where nothing is written
  static constexpr std::size_t kCommitFiles = 2048;   // of batches, that may be lost together
  static constexpr std::chrono::milliseconds kBatchTime{200};

  Finisher(const Options& options, const ledger::Job& job, ledger::Ledger* ledger,
           deliver::OutputTree* tree, const discover::Discovery& discovery, Observer& observer);

  // Validate: what runs before made of the files, and where their keys go (null: layer 6 is not
  // judged). Both outlive the finisher.
  void watch(KnownFiles& known, CrossCheck* between) {
    known_ = &known;
    between_ = between;
  }
  // Validate, when every file was seen and finished: files of a run before that are gone lose their
  // rows, unless something could not be read; the findings between files come.
  void end_validation();
  // Validate, when not all files were: nothing is said of what is between them.
  void leave_validation();

  // What runs before wrote: needed to know duplicates of it.
  [[nodiscard]] Result<void> remember_written();

  // Parcels in discovery order. Holds outputs back until a batch is full or old; flush() ends one.
  // Leaves them empty, with the memory of parcels that it has finished.
  void finish(Parcels& parcels);
  void flush();

  [[nodiscard]] Summary& summary() { return summary_; }
  // For Job::nothing_between.
  [[nodiscard]] const std::optional<dicom::Xxh128Digest>& found_nothing_between() const {
    return nothing_between_;
  }
  // No more work makes sense: the disk, the ledger, or --on-error stop.
  [[nodiscard]] bool must_stop() const;

 private:
  void decide(Parcel& parcel);
  void decide_duplicate(Parcel& parcel);
  void call_duplicate(Parcel& parcel, const std::string& of);
  void settle_twins();
  void name_output(Parcel& parcel, bool conflict) const;
  void finish_pending();
  void finish_all(std::span<Parcels> batches);
  void write_rows(ParcelRow parcels);
  void commit_rows();
  void deliver_outputs(ParcelRow parcels);
  void take_over(ParcelRow parcels);
  void read_rows(std::span<const std::string_view> paths, std::span<Parcel* const> owners);
  void remember_before(ParcelRow parcels);
  void look_for_rot(Parcel& parcel, const std::optional<dicom::Record>& before);
  void count_new(const dicom::Record& record);
  void forget_vanished();
  void judge_between();
  [[nodiscard]] bool nothing_between();
  void keep_ledger(const Result<void>& result);  // the first error of the ledger
  void record(ParcelRow parcels);
  void tell_progress(bool now);

  const Options& options_;
  const ledger::Job& job_;
  ledger::Ledger* ledger_;
  deliver::OutputTree* tree_;
  const discover::Discovery& discovery_;
  Observer& observer_;
  KnownFiles* known_ = nullptr;
  CrossCheck* between_ = nullptr;
  std::optional<dicom::Xxh128Digest> nothing_between_;
  Summary summary_;
  std::vector<Parcels> pending_;
  std::size_t pending_count_ = 0;
  std::vector<Parcels> finished_;  // for the memory they have
  std::vector<Parcel*> row_;       // those that are being finished
  std::size_t batch_files_;        // as many are finished together
  std::size_t uncommitted_ = 0;    // rows in the ledger's open transaction
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point pending_since_{};
  std::chrono::steady_clock::time_point uncommitted_since_{};
  std::chrono::steady_clock::time_point told_{};
  std::optional<WrittenObjects> written_;  // convert
  struct Twin {
    Parcel* parcel;
    const Parcel* first;  // with the same content, in the same row
  };
  std::vector<Twin> twins_;  // of the row that is being finished
};

}  // namespace slipring::ingest

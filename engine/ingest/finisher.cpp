#include "engine/ingest/finisher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/ingest/known_files.h"
#include "engine/ingest/nightly/cross_check.h"

namespace slipring::ingest {

using dicom::Outcome;
using dicom::Record;

namespace {

constexpr dicom::RuleId kSameUidOtherContent{6, 1};
constexpr std::size_t kSuffixDigits = 8;

bool is_destination(const Error& error) { return error.code == ErrorCode::Io; }

}  // namespace

Finisher::Finisher(const Options& options, const ledger::Job& job, ledger::Ledger* ledger,
                   deliver::OutputTree* tree, const discover::Discovery& discovery,
                   Observer& observer)
    : options_(options),
      job_(job),
      ledger_(ledger),
      tree_(tree),
      discovery_(discovery),
      observer_(observer),
      batch_files_(options.command == Command::Convert ? kBatchFiles
                   : ledger != nullptr                 ? kLookedAtFiles
                                                       : 1) {}

Result<void> Finisher::remember_written() {
  written_.emplace(*ledger_, std::make_unique<OutputsOfTree>(*tree_));
  return written_->load();
}

bool Finisher::must_stop() const {
  return summary_.destination.has_value() || summary_.ledger.has_value() ||
         summary_.stopped_on_error;
}

void Finisher::finish(Parcels& parcels) {
  for (const Parcel& parcel : parcels.span())
    if (parcel.output != nullptr) tree_->start_flush(*parcel.output);
  if (pending_.empty() && parcels.size() >= batch_files_) {
    finish_all({&parcels, 1});
  } else {
    if (pending_.empty()) pending_since_ = std::chrono::steady_clock::now();
    pending_count_ += parcels.size();
    pending_.push_back(parcels.take());
    const bool old = std::chrono::steady_clock::now() - pending_since_ >= kBatchTime;
    if (pending_count_ >= batch_files_ || old) finish_pending();
    if (!finished_.empty()) {
      parcels = finished_.back().take();
      finished_.pop_back();
    }
  }
  if (uncommitted_ >= kCommitFiles ||
      (uncommitted_ != 0 && std::chrono::steady_clock::now() - uncommitted_since_ >= kBatchTime))
    commit_rows();
  tell_progress(false);
}

void Finisher::finish_pending() {
  finish_all(pending_);
  for (Parcels& parcels : pending_) finished_.push_back(parcels.take());
  pending_.clear();
  pending_count_ = 0;
}

void Finisher::flush() {
  finish_pending();
  commit_rows();
  tell_progress(false);
}

// Leaves them cleared.
void Finisher::finish_all(std::span<Parcels> batches) {
  row_.clear();
  for (Parcels& parcels : batches)
    for (Parcel& parcel : parcels.span()) row_.push_back(&parcel);
  if (row_.empty()) return;
  take_over(row_);
  remember_before(row_);
  for (Parcel* parcel : row_) decide(*parcel);
  deliver_outputs(row_);
  settle_twins();
  record(row_);
  if (written_) written_->settle();
  for (Parcels& parcels : batches) parcels.clear();
}

void Finisher::decide(Parcel& parcel) {
  if (parcel.known) return;
  if (options_.command == Command::Validate && options_.judgement != nullptr)
    options_.judgement->grade(parcel.record.findings);
  if (parcel.output == nullptr) return;
  if (parcel.record.outcome == Outcome::Quarantined) {
    parcel.record.output = std::string(kQuarantine) + parcel.record.path;
    return;
  }
  if (!parcel.record.sop_instance.empty()) return decide_duplicate(parcel);
  name_output(parcel, false);
}

void Finisher::decide_duplicate(Parcel& parcel) {
  auto before = written_->meet(parcel);
  if (!before) {
    keep_ledger(std::unexpected(before.error()));
    return name_output(parcel, false);
  }
  using Kind = WrittenObjects::Before::Kind;
  if (before->kind == Kind::SameContent) {
    if (before->parcel == nullptr) return call_duplicate(parcel, before->path);
    return twins_.push_back({&parcel, before->parcel});
  }
  const bool conflict = before->kind == Kind::OtherContent;
  if (conflict)
    parcel.record.findings.add(
        {kSameUidOtherContent, dicom::Severity::Error, dicom::tags::SOPInstanceUID, kNoOffset,
         "(0008,0018)", "same SOP Instance UID as " + before->path + ", other content; both kept"});
  name_output(parcel, conflict);
}

void Finisher::call_duplicate(Parcel& parcel, const std::string& of) {
  Record& record = parcel.record;
  parcel.output.reset();
  record.outcome = Outcome::Duplicate;
  record.reason = "same SOP Instance UID and same content as another file";
  record.findings.add({{0, 6},
                       dicom::Severity::Info,
                       dicom::tags::SOPInstanceUID,
                       kNoOffset,
                       "(0008,0018)",
                       "duplicate of " + of});
  record.to = {};
  record.bytes_out = 0;
  record.output_digest.reset();
}

// What is the same as an object that could not be written is no duplicate: it is written itself.
void Finisher::settle_twins() {
  std::vector<Parcel*> alone;
  for (const Twin& twin : twins_) {
    if (twin.first->record.outcome != Outcome::Failed) {
      call_duplicate(*twin.parcel, twin.first->record.path);
      continue;
    }
    name_output(*twin.parcel, false);
    alone.push_back(twin.parcel);
  }
  twins_.clear();
  deliver_outputs(alone);
}

void Finisher::name_output(Parcel& parcel, bool conflict) const {
  Record& record = parcel.record;
  const bool has_uids =
      !record.study.empty() && !record.series.empty() && !record.sop_instance.empty();
  if (options_.layout == TreeLayout::Mirror || !has_uids) {
    record.output = record.path;
    return;
  }
  const std::string suffix =
      conflict ? "-" + dicom::to_hex(record.output_digest->bytes).substr(0, kSuffixDigits) : "";
  record.output = fmt::format("{}/{}/{}{}.dcm", deliver::uid_component(record.study),
                              deliver::uid_component(record.series),
                              deliver::uid_component(record.sop_instance), suffix);
}

void Finisher::deliver_outputs(ParcelRow parcels) {
  std::vector<deliver::Delivery> deliveries;
  std::vector<Parcel*> owners;
  std::vector<const Record*> planned;
  for (Parcel* parcel : parcels) {
    const Record& record = parcel->record;
    if (parcel->output == nullptr || parcel->known || record.output.empty()) continue;
    deliveries.push_back({parcel->output.get(), record.output});
    owners.push_back(parcel);
    planned.push_back(&record);
  }
  if (deliveries.empty()) return;
  if (const auto result = ledger_->plan(job_, planned); !result && !summary_.ledger)
    summary_.ledger = result.error();
  if (summary_.ledger) return;
  tree_->deliver(deliveries);
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    owners[i]->output.reset();
    if (deliveries[i].status) continue;
    Record& record = owners[i]->record;
    const Error error = deliveries[i].status.error();
    owners[i]->destination_failed = is_destination(error);
    record.outcome = Outcome::Failed;
    record.error = error;
    record.reason = error.code == ErrorCode::Exists
                        ? "the output exists with other content; it was not overwritten"
                        : "the output could not be written";
    record.output.clear();
    record.bytes_out = 0;
    record.pixel_verified = false;
  }
}

// The outcome of a run before stands; its row is read back so that this run's books are whole.
void Finisher::take_over(ParcelRow parcels) {
  std::vector<std::string_view> paths;
  std::vector<Parcel*> owners;
  for (Parcel* parcel : parcels) {
    if (!parcel->known || parcel->taken_over) continue;
    paths.push_back(parcel->record.path);
    owners.push_back(parcel);
  }
  if (!paths.empty()) read_rows(paths, owners);
  for (Parcel* parcel : parcels) {
    if (!parcel->taken_over) continue;
    parcel->kind = parcel->record.from.empty() ? dicom::FileKind::Unknown : dicom::FileKind::Part10;
    ++summary_.resumed;
    summary_.resumed_bytes += parcel->record.bytes_in;
  }
}

// Of what was not held in memory.
void Finisher::read_rows(std::span<const std::string_view> paths, std::span<Parcel* const> owners) {
  auto records = ledger_->records_of(paths, ledger::Ledger::With::Findings);
  if (!records && !summary_.ledger) summary_.ledger = records.error();
  for (std::size_t i = 0; i < owners.size(); ++i) {
    Parcel& parcel = *owners[i];
    if (!records || !(*records)[i]) {
      parcel.record.outcome = Outcome::Failed;
      parcel.record.reason = "the ledger's row could not be read";
      continue;
    }
    parcel.record = std::move(*(*records)[i]);
    parcel.taken_over = true;
  }
}

// What was written is DONE at once. What was only looked at is read again where it is lost: its
// rows go into the ledger while they are near, and are committed many together.
void Finisher::write_rows(ParcelRow parcels) {
  if (ledger_ == nullptr || summary_.ledger) return;
  std::vector<const Record*> records;
  std::vector<Parcel*> owners;
  for (Parcel* parcel : parcels) {
    if (parcel->known || parcel->destination_failed) continue;
    records.push_back(&parcel->record);
    owners.push_back(parcel);
  }
  if (options_.command == Command::Convert) {
    keep_ledger(ledger_->done(job_, records));
    const std::span<const std::int64_t> rows = ledger_->rows_written();
    for (std::size_t i = 0; i < rows.size(); ++i) owners[i]->row = rows[i];
    return;
  }
  if (uncommitted_ == 0) uncommitted_since_ = std::chrono::steady_clock::now();
  uncommitted_ += records.size();
  keep_ledger(ledger_->add_done(job_, records));
}

void Finisher::commit_rows() {
  if (uncommitted_ != 0 && !summary_.ledger) keep_ledger(ledger_->commit());
  uncommitted_ = 0;
}

void Finisher::record(ParcelRow parcels) {
  write_rows(parcels);
  for (const Parcel* parcel : parcels) {
    const Record& record = parcel->record;
    if (parcel->destination_failed && !summary_.destination) summary_.destination = record.error;
    if (record.outcome == Outcome::Failed && options_.on_error == OnError::Stop)
      summary_.stopped_on_error = true;
    summary_.count(record, parcel->kind);
    if (known_ != nullptr) known_->mark_seen(parcel->known_place);
    if (between_ != nullptr) between_->add(record);
    count_new(record);
    observer_.object(record, parcel->kind);
  }
}

void Finisher::tell_progress(bool now) {
  constexpr std::chrono::milliseconds kEvery{200};
  const auto time = std::chrono::steady_clock::now();
  if (!now && time - told_ < kEvery) return;
  told_ = time;
  const auto failed = summary_.by_outcome[static_cast<std::size_t>(Outcome::Failed)];
  observer_.progress({std::chrono::duration<double>(time - started_).count(), summary_.seen,
                      discovery_.found(), discovery_.finished_finding(), summary_.bytes_in,
                      summary_.bytes_out, failed});
}

}  // namespace slipring::ingest

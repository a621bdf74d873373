// The finisher's work for a validation alone: bit rot, the baseline, and the end, when all files
// were seen.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/ingest/finisher.h"
#include "engine/ingest/known_files.h"
#include "engine/ingest/nightly/cross_check.h"

namespace slipring::ingest {

using dicom::Record;
using dicom::Severity;

namespace {

constexpr dicom::RuleId kBitRot{0, 9};
constexpr std::size_t kCrossBatch = 4096;
constexpr std::size_t kVanishedBatch = std::size_t{1} << 18;  // paths held at once

}  // namespace

void Finisher::keep_ledger(const Result<void>& result) {
  if (!result && !summary_.ledger) summary_.ledger = result.error();
}

// Size and modification time are those of a run before and the bytes are not. The ledger goes on
// holding the digest of what was there: until the file is restored or changes, it is rotten.
void Finisher::look_for_rot(Parcel& parcel, const std::optional<Record>& before) {
  Record& record = parcel.record;
  if (!record.content_digest || !before || !before->content_digest) return;
  const bool same_outside = before->source.size_bytes == record.source.size_bytes &&
                            before->source.mtime_ns == record.source.mtime_ns;
  if (!same_outside || before->content_digest == record.content_digest) return;
  record.content_digest = before->content_digest;
  record.findings.add({kBitRot,
                       Severity::Error,
                       {},
                       kNoOffset,
                       {},
                       "size and modification time are the ledger's, the bytes are not"});
  ++summary_.rotten;
}

// Of what runs before made of these files, as much as is needed: all of it where it stands, the
// digest of their bytes where they were read again.
void Finisher::remember_before(ParcelRow parcels) {
  if (known_ == nullptr || ledger_ == nullptr || known_->size() == 0) return;
  std::vector<std::string_view> paths;
  std::vector<Parcel*> owners;
  for (Parcel* parcel : parcels) {
    if (parcel->known) continue;
    const Record& record = parcel->record;
    if (known_->to_be_read_again(parcel->known_place)) ++summary_.read_again;
    if (!record.content_digest || parcel->known_place == KnownFiles::kNone) continue;
    paths.push_back(record.path);
    owners.push_back(parcel);
  }
  if (!paths.empty()) {
    const auto before = ledger_->records_of(paths, ledger::Ledger::With::NoFindings);
    if (!before) return keep_ledger(std::unexpected(before.error()));
    for (std::size_t i = 0; i < owners.size(); ++i) look_for_rot(*owners[i], (*before)[i]);
  }
}

void Finisher::count_new(const Record& record) {
  if (options_.judgement == nullptr || !options_.judgement->baseline) return;
  auto& fresh = summary_.new_findings;
  if (!fresh) fresh.emplace();
  for (const dicom::Finding& finding : record.findings.kept())
    if (!options_.judgement->baseline->has(record.path, finding))
      ++(*fresh)[static_cast<std::size_t>(finding.severity)];
}

// Findings between files are those of a run that saw all of them.
void Finisher::leave_validation() {
  if (ledger_ != nullptr && !summary_.ledger) keep_ledger(ledger_->forget_cross());
}

// A directory that cannot be read, or a file system that is not mounted, is no reason to forget
// what is known of the files in it.
void Finisher::end_validation() {
  const bool trusted = summary_.unreadable == 0 && summary_.dicom_files > 0;
  if (known_ != nullptr && ledger_ != nullptr && !summary_.ledger && trusted) forget_vanished();
  if (between_ == nullptr) return leave_validation();
  judge_between();
}

void Finisher::forget_vanished() {
  if (known_->all_seen()) return;
  std::vector<std::string> gone;
  do {
    gone.clear();
    const auto read = ledger_->each_known([&](std::string_view path, const ledger::Known&) {
      // Of this run, or seen by it: neither is gone.
      if (known_->has(path) && !known_->seen(path) && gone.size() < kVanishedBatch)
        gone.emplace_back(path);
    });
    keep_ledger(read);
    if (!gone.empty()) keep_ledger(ledger_->forget(gone));
    summary_.vanished += gone.size();
  } while (gone.size() == kVanishedBatch && !summary_.ledger);
}

void Finisher::judge_between() {
  std::vector<ledger::Ledger::CrossFinding> batch;
  const auto write = [&] {
    if (ledger_ != nullptr && !summary_.ledger && !batch.empty())
      keep_ledger(ledger_->add_cross(batch));
    batch.clear();
  };
  if (ledger_ != nullptr && !summary_.ledger) keep_ledger(ledger_->begin_cross());
  bool nothing = true;
  const auto judge = [&](std::string_view path, const dicom::Finding& found) {
    nothing = false;
    dicom::Finding finding = found;
    bool known = false;
    if (const auto* judgement = options_.judgement.get()) {
      const Grade grade = judgement->profile.grade(finding.rule, finding.severity);
      if (!grade) return;
      finding.severity = *grade;
      known = judgement->baseline && judgement->baseline->has(path, finding);
      if (summary_.new_findings && !known)
        ++(*summary_.new_findings)[static_cast<std::size_t>(finding.severity)];
    }
    summary_.count_between(path, finding);
    observer_.between(path, finding, known);
    batch.push_back({std::string(path), std::move(finding)});
    if (batch.size() == kCrossBatch) write();
  };
  const auto judged = nothing_between() ? Result<void>{} : between_->judge(judge);
  write();
  if (ledger_ != nullptr && !summary_.ledger) keep_ledger(ledger_->end_cross());
  if (!judged && !summary_.destination) summary_.destination = judged.error();
  summary_.between_judged = judged.has_value();
  if (judged && nothing) nothing_between_ = between_->digest();
}

// What is found between objects depends on nothing but what the digest is of: a job that found
// nothing by the same need not be repeated.
bool Finisher::nothing_between() {
  if (ledger_ == nullptr || summary_.ledger || !between_->whole()) return false;
  const auto before = ledger_->found_nothing_between(between_->digest());
  if (!before) keep_ledger(std::unexpected(before.error()));
  return before && *before;
}

}  // namespace slipring::ingest

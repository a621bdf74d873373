#include "engine/ingest/written/written_objects.h"

namespace slipring::ingest {

using dicom::Outcome;
using dicom::Record;

namespace {

constexpr std::int64_t kNothingWritten = -1;
constexpr std::int64_t kFirstMet = -2;  // downwards, in the order of met_

bool was_written(const Record& record) {
  return !record.output.empty() &&
         (record.outcome == Outcome::Converted || record.outcome == Outcome::Copied ||
          record.outcome == Outcome::Kept);
}

bool has_digests(const Record& record) { return record.pixel_digest && record.dataset_digest; }

std::string instance_and_content(const Record& record) {
  std::string text = record.sop_instance + '\n';
  if (has_digests(record)) {
    text += as_text(record.dataset_digest->bytes);
    text += as_text(record.pixel_digest->bytes);
  } else if (record.object_digest) {
    text += as_text(record.object_digest->bytes);
  } else if (record.output_digest) {
    text += as_text(record.output_digest->bytes);
  }
  return text;
}

// By digests of bytes, which prove nothing. A row without one was written by another command.
bool may_have_same_bytes(const Record& one, const Record& two) {
  if (one.object_digest && two.object_digest) return one.object_digest == two.object_digest;
  if (one.object_digest || two.object_digest) return true;
  return one.output_digest == two.output_digest && one.bytes_out == two.bytes_out;
}

}  // namespace

// An output that cannot be read again is none to rely on.
bool OutputsOfTree::has_bytes_of(const Parcel& parcel, const Record& written,
                                 const Parcel* finishing) const {
  const auto same = finishing != nullptr ? parcel.output->has_bytes_of(*finishing->output)
                                         : tree_.holds(written.output, *parcel.output);
  return same && *same;
}

Result<void> WrittenObjects::load() {
  std::vector<std::int64_t> further;  // under hashes that are there already
  TRY(ledger_.each_instance([&](std::int64_t row, std::string_view sop_instance) {
    const std::uint64_t hash = hash_(sop_instance);
    if (rows_.has(hash))
      further.push_back(row);
    else
      rows_.add(hash, row);
  }));
  for (const std::int64_t row : further) TRY(add_further(row));
  return {};
}

Result<void> WrittenObjects::add_further(std::int64_t row) {
  TRY_ASSIGN(const std::optional<Record> record, ledger_.row_at(row));
  if (!record || !was_written(*record)) return {};
  bool is_first = true;  // of its SOP instance
  const std::uint64_t instance = hash_(record->sop_instance);
  TRY(each_of_instance(instance, *record, [&](const Other&) { return is_first = false; }));
  rows_.add(is_first ? instance : hash_(instance_and_content(*record)), row);
  return {};
}

Result<WrittenObjects::Other> WrittenObjects::other_at(std::int64_t row) {
  if (row == kNothingWritten) return Other{};
  if (row <= kFirstMet) {
    const Parcel* parcel = met_[static_cast<std::size_t>(kFirstMet - row)].parcel;
    return Other{&parcel->record, parcel};
  }
  TRY_ASSIGN(row_, ledger_.row_at(row));
  return row_ && was_written(*row_) ? Other{&*row_} : Other{};
}

// Calls for each object of the record's SOP instance under that hash, until it says false.
template <class Take>
Result<void> WrittenObjects::each_of_instance(std::uint64_t hash, const Record& record,
                                              const Take& take) {
  Result<void> result;
  rows_.each(hash, [&](std::int64_t row) {
    const Result<Other> other = other_at(row);
    if (!other) result = std::unexpected(other.error());
    if (!other) return false;
    const bool same =
        other->record != nullptr && other->record->sop_instance == record.sop_instance;
    return !same || take(*other);
  });
  return result;
}

bool WrittenObjects::has_content_of(const Parcel& parcel, const Other& other) const {
  const Record& one = parcel.record;
  const Record& two = *other.record;
  if (has_digests(one) || has_digests(two))
    return one.pixel_digest == two.pixel_digest && one.dataset_digest == two.dataset_digest;
  return may_have_same_bytes(one, two) && outputs_->has_bytes_of(parcel, two, other.parcel);
}

void WrittenObjects::add(std::uint64_t hash, const Parcel& parcel) {
  rows_.add(hash, kFirstMet - static_cast<std::int64_t>(met_.size()));
  met_.push_back({&parcel, hash});
}

// A file that was written before is no twin of itself, nor of what is gone.
Result<WrittenObjects::Before> WrittenObjects::meet(const Parcel& parcel) {
  using Kind = Before::Kind;
  const Record& record = parcel.record;
  Before before;
  bool is_first = true;  // of its SOP instance
  const auto compare = [&](const Other& other) {
    const auto standing =
        other.parcel != nullptr ? Outputs::Standing::There : outputs_->standing(*other.record);
    const bool passes_by = other.record->path == record.path || standing == Outputs::Standing::Gone;
    if (!passes_by && standing == Outputs::Standing::There && has_content_of(parcel, other)) {
      before = {Kind::SameContent, other.record->path, other.parcel};
      return false;
    }
    if (is_first && !passes_by) before = {Kind::OtherContent, other.record->path, other.parcel};
    is_first = false;
    return true;
  };
  const std::uint64_t instance = hash_(record.sop_instance);
  TRY(each_of_instance(instance, record, compare));
  if (is_first && before.kind == Kind::None) add(instance, parcel);
  if (is_first || before.kind == Kind::SameContent) return before;
  const std::uint64_t content = hash_(instance_and_content(record));
  TRY(each_of_instance(content, record, compare));
  if (before.kind != Kind::SameContent) add(content, parcel);
  return before;
}

void WrittenObjects::settle() {
  for (std::size_t i = 0; i < met_.size(); ++i) {
    const Parcel& parcel = *met_[i].parcel;
    const bool written = parcel.row > 0 && was_written(parcel.record);
    rows_.renumber(met_[i].hash, kFirstMet - static_cast<std::int64_t>(i),
                   written ? parcel.row : kNothingWritten);
  }
  met_.clear();
}

}  // namespace slipring::ingest

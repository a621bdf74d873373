// Store: its thread, and what a group goes through. How it opens is in store_open.cpp.
#include "engine/receive/store.h"

#include <future>
#include <iterator>
#include <utility>

#include "engine/dimse/message/status.h"
#include "engine/receive/naming.h"

namespace slipring::receive {

using dicom::Outcome;

namespace {

constexpr dicom::RuleId kSameUidOtherContent{6, 1};

void fail_for_ourselves(Arrived& arrived, std::string_view comment, const Error& error) {
  arrived.parcel.output.reset();
  dicom::Record& record = arrived.parcel.record;
  record.outcome = Outcome::Failed;
  record.reason = comment;
  record.error = error;
  record.output.clear();
  record.to.clear();
  record.bytes_out = 0;
  record.output_digest.reset();
  record.object_digest.reset();
  record.pixel_verified = false;
  arrived.verdict = {Fate::Unfortunate, dimse::statuses::kOutOfResources, comment, {}};
}

void call_duplicate(Arrived& arrived, const std::string& of) {
  arrived.parcel.output.reset();
  dicom::Record& record = arrived.parcel.record;
  record.outcome = Outcome::Duplicate;
  record.reason = "same SOP Instance UID and same content as another file";
  record.path = of;
  record.to.clear();
  record.bytes_out = 0;
  record.output_digest.reset();
  arrived.verdict = {Fate::Duplicate, dimse::statuses::kSuccess, {}, of};
}

// What tells a content from others of its instance, more of it the more names are taken; at last
// the SHA-256 of all its bytes, which no two contents share.
constexpr std::size_t kFirstDigits = 8;
constexpr std::size_t kDigestNames = 3;  // 8, 16 and 32 digits of the digest that is there anyway

Result<std::string> digits_apart(const ingest::Parcel& parcel, std::size_t attempt) {
  if (attempt < kDigestNames)
    return dicom::to_hex(parcel.record.output_digest->bytes).substr(0, kFirstDigits << attempt);
  map::MappedFile file;
  TRY(file.adopt(parcel.output->descriptor(), {}));
  return dicom::to_hex(dicom::sha256(file.bytes()).bytes);
}

void call_apart(Arrived& arrived) {
  if (arrived.verdict.fate == Fate::Apart) return;
  arrived.verdict.fate = Fate::Apart;
  arrived.parcel.record.findings.add(
      {kSameUidOtherContent, dicom::Severity::Error, dicom::tags::SOPInstanceUID, kNoOffset,
       "(0008,0018)",
       "same SOP Instance UID as an object received before, other content; both kept"});
}

// A row of its name may be another object's.
void fail_without_row(Arrived& arrived, std::string_view comment, const Error& error) {
  fail_for_ourselves(arrived, comment, error);
  arrived.parcel.record.path = refused_name(arrived.parcel.record);
}

// Not a second one of what is there, and not what will be sent again and never had a name.
bool deserves_row(const Arrived& arrived) {
  const dicom::Record& record = arrived.parcel.record;
  if (record.outcome == Outcome::Duplicate) return false;
  return arrived.verdict.fate != Fate::Unfortunate || record.path != refused_name(record);
}

bool is_kept(const Arrived& arrived) { return arrived.parcel.output != nullptr; }

bool is_without_name(const Arrived& arrived) {
  return is_kept(arrived) && arrived.parcel.destination_failed;
}

}  // namespace

Store::~Store() { close(ingest::exits::kInterrupted); }

void Store::close(const ingest::Exit& exit) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    closed_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (ledger_ == nullptr || job_.id == 0) return;
  job_.exit_code = exit.code;
  job_.exit_reason = exit.reason;
  if (const auto finished = ledger_->finish_job(job_); !finished && !ledger_error_)
    ledger_error_ = finished.error();
}

void Store::put(Arrived arrived) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(arrived));
  }
  changed_.notify_all();
}

void Store::with_ledger(const std::function<void(ledger::Ledger&)>& work) {
  std::promise<void> done;
  {
    const std::lock_guard lock(mutex_);
    errands_.emplace_back([&] {
      work(*ledger_);
      done.set_value();
    });
  }
  changed_.notify_all();
  done.get_future().wait();
}

std::optional<Error> Store::ledger_error() const {
  const std::lock_guard lock(mutex_);
  return ledger_error_;
}

void Store::run() {
  std::vector<Arrived> group;
  for (;;) {
    std::vector<std::function<void()>> errands;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return closed_ || !queue_.empty() || !errands_.empty(); });
      if (queue_.empty() && errands_.empty()) return;
      errands.swap(errands_);
      const std::size_t count = std::min(queue_.size(), kGroupObjectsMax);
      const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
      group.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
      queue_.erase(queue_.begin(), end);
    }
    for (const auto& errand : errands) errand();
    if (!group.empty()) commit(group);
    group.clear();
  }
}

void Store::commit(std::vector<Arrived>& group) {
  for (Arrived& arrived : group) decide(arrived);
  deliver(group);
  record(group);
  answer(group);
}

void Store::decide(Arrived& arrived) {
  dicom::Record& record = arrived.parcel.record;
  if (!is_kept(arrived)) {
    if (record.path.empty()) record.path = refused_name(record);
    return;
  }
  using Kind = ingest::WrittenObjects::Before::Kind;
  const auto before = written_->meet(arrived.parcel);
  if (!before) return fail_without_row(arrived, "the ledger could not be read", before.error());
  if (before->kind == Kind::SameContent) {
    arrived.twin = before->parcel;
    return call_duplicate(arrived, before->path);
  }
  arrived.verdict = {Fate::Stored, dimse::statuses::kSuccess, {}, {}};
  record.path = record.output = output_name(record, {});
  if (before->kind == Kind::OtherContent) name_apart(arrived);
}

// The next of its names that no file of other content has: a row of that one must not become its.
void Store::name_apart(Arrived& arrived) {
  ingest::Parcel& parcel = arrived.parcel;
  call_apart(arrived);
  bool is_taken = true;
  while (is_taken && arrived.apart_names <= kDigestNames) {
    const auto digits = digits_apart(parcel, arrived.apart_names++);
    if (!digits)
      return fail_without_row(arrived, "the object could not be read again", digits.error());
    parcel.record.path = parcel.record.output = output_name(parcel.record, *digits);
    const auto same = tree_->holds(parcel.record.output, *parcel.output);
    is_taken = same && !*same;
  }
}

void Store::deliver(std::vector<Arrived>& group) {
  std::vector<Arrived*> objects;
  std::vector<const dicom::Record*> planned;
  for (Arrived& arrived : group) {
    if (!is_kept(arrived)) continue;
    objects.push_back(&arrived);
    planned.push_back(&arrived.parcel.record);
  }
  if (objects.empty()) return;
  if (const auto result = ledger_->plan(job_, planned); !result) {
    for (Arrived* arrived : objects)
      fail_for_ourselves(*arrived, "the ledger could not be written", result.error());
    return;
  }
  deliver_named(objects);
  // The name is that of a file no row knows of, or of other content with as many digits.
  for (std::size_t attempt = 0; attempt <= kDigestNames && !objects.empty(); ++attempt) {
    std::erase_if(objects, [](const Arrived* arrived) { return !is_without_name(*arrived); });
    for (Arrived* arrived : objects) name_apart(*arrived);
    std::erase_if(objects, [](const Arrived* arrived) { return !is_kept(*arrived); });
    deliver_named(objects);
  }
  for (Arrived* arrived : objects)
    if (is_without_name(*arrived))
      fail_without_row(*arrived, "the object's name is taken",
                       {ErrorCode::Exists, kNoOffset, "the object's name is taken"});
}

// Leaves the output of those whose name was taken.
void Store::deliver_named(std::vector<Arrived*> objects) {
  std::vector<deliver::Delivery> deliveries;
  deliveries.reserve(objects.size());
  for (Arrived* arrived : objects)
    deliveries.push_back({arrived->parcel.output.get(), arrived->parcel.record.output});
  tree_->deliver(deliveries);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    ingest::Parcel& parcel = objects[i]->parcel;
    const Result<void>& status = deliveries[i].status;
    parcel.destination_failed = !status && status.error().code == ErrorCode::Exists;
    if (parcel.destination_failed) continue;
    parcel.output.reset();
    if (!status)
      fail_for_ourselves(*objects[i], "the object could not be written", status.error());
    else
      objects[i]->verdict.output = parcel.record.output;
  }
}

// Success is said only with the row DONE.
void Store::record(std::vector<Arrived>& group) {
  std::vector<const dicom::Record*> records;
  std::vector<ingest::Parcel*> parcels;
  for (Arrived& arrived : group) {
    if (!deserves_row(arrived)) continue;
    records.push_back(&arrived.parcel.record);
    parcels.push_back(&arrived.parcel);
  }
  const auto result = ledger_->done(job_, records);
  if (result) {
    const std::span<const std::int64_t> rows = ledger_->rows_written();
    for (std::size_t i = 0; i < parcels.size(); ++i) {
      parcels[i]->row = rows[i];
      if (!records[i]->output.empty()) inventory_.add(records[i]->sop_instance, rows[i]);
    }
  } else {
    for (Arrived& arrived : group)
      if (arrived.verdict.fate == Fate::Stored || arrived.verdict.fate == Fate::Apart)
        fail_for_ourselves(arrived, "the ledger could not be written", result.error());
    const std::lock_guard lock(mutex_);
    if (!ledger_error_ && result.error().code != ErrorCode::Io) ledger_error_ = result.error();
  }
  settle_twins(group);
  written_->settle();
}

// A duplicate of one that came with it is as safe as that one, and has its name.
void Store::settle_twins(std::vector<Arrived>& group) {
  for (Arrived& arrived : group) {
    if (arrived.twin == nullptr) continue;
    const dicom::Record& first = arrived.twin->record;
    if (first.output.empty())
      fail_for_ourselves(arrived, "the same object could not be stored just now",
                         {ErrorCode::Io, kNoOffset, "its twin could not be stored"});
    else
      arrived.parcel.record.path = arrived.verdict.output = first.output;
  }
}

void Store::answer(std::vector<Arrived>& group) {
  for (Arrived& arrived : group) {
    if (told_) told_(arrived);
    arrived.receipt->give(arrived.verdict);
  }
}

}  // namespace slipring::receive

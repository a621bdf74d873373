// Store: its thread, and what a group goes through. How it opens is in store_open.cpp.
#include "engine/receive/store.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>

#include "engine/dimse/message/status.h"
#include "engine/receive/content.h"
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

void call_apart(Arrived& arrived) {
  dicom::Record& record = arrived.parcel.record;
  record.findings.add({kSameUidOtherContent, dicom::Severity::Error, dicom::tags::SOPInstanceUID,
                       kNoOffset, "(0008,0018)",
                       "same SOP Instance UID as an object received before, other content; both "
                       "kept"});
  record.path = record.output = output_name(record, true);
  arrived.verdict.fate = Fate::Apart;
}

// Not a second one of what is there, and not what will be sent again and never had a name.
bool deserves_row(const Arrived& arrived) {
  const dicom::Record& record = arrived.parcel.record;
  if (record.outcome == Outcome::Duplicate) return false;
  return arrived.verdict.fate != Fate::Unfortunate || record.path != refused_name(record);
}

bool is_kept(const Arrived& arrived) { return arrived.parcel.output != nullptr; }

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
  for (std::size_t i = 0; i < group.size(); ++i) decide(group, i);
  deliver(group);
  record(group);
  answer(group);
}

// Duplicates within a group are known by name: the first of them is on its way.
void Store::decide(std::vector<Arrived>& group, std::size_t index) {
  Arrived& arrived = group[index];
  dicom::Record& record = arrived.parcel.record;
  if (!is_kept(arrived)) {
    if (record.path.empty()) record.path = refused_name(record);
    return;
  }
  bool has_other_content = false;
  if (is_held(arrived, has_other_content)) return;
  for (std::size_t i = 0; i < index; ++i) {
    const Arrived& before = group[i];
    if (!is_kept(before) || before.parcel.record.sop_instance != record.sop_instance) continue;
    if (before.content_digest == arrived.content_digest)
      return call_duplicate(arrived, before.parcel.record.output);
    has_other_content = true;
  }
  arrived.verdict = {Fate::Stored, dimse::statuses::kSuccess, {}, {}};
  record.path = record.output = output_name(record, false);
  if (has_other_content) call_apart(arrived);
}

// A file that somebody removed is not held any more.
bool Store::is_held(Arrived& arrived, bool& has_other_content) {
  const auto held = inventory_.of(arrived.parcel.record.sop_instance);
  if (!held) {
    fail_for_ourselves(arrived, "the ledger could not be read", held.error());
    arrived.parcel.record.path = refused_name(arrived.parcel.record);
    return true;
  }
  for (const Inventory::Holding& holding : *held) {
    const std::string path = tree_->root() + "/" + holding.output;
    map::MappedFile file;
    if (const auto there = file.open_head(path, {}); !there) continue;
    const auto content = content_digest_of(path);
    if (content && *content == arrived.content_digest) {
      call_duplicate(arrived, holding.output);
      return true;
    }
    has_other_content = true;
  }
  return false;
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
  std::vector<Arrived*> again;  // the name is another file's, which no row knows of
  for (Arrived* arrived : objects)
    if (arrived->parcel.destination_failed && is_kept(*arrived)) again.push_back(arrived);
  if (again.empty()) return;
  for (Arrived* arrived : again) call_apart(*arrived);
  deliver_named(again);
  for (Arrived* arrived : again)
    if (is_kept(*arrived))
      fail_for_ourselves(*arrived, "the object's name is taken",
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
  for (const Arrived& arrived : group)
    if (deserves_row(arrived)) records.push_back(&arrived.parcel.record);
  const auto result = ledger_->done(job_, records);
  if (result) {
    const std::span<const std::int64_t> rows = ledger_->rows_written();
    for (std::size_t i = 0; i < records.size(); ++i)
      if (!records[i]->output.empty()) inventory_.add(records[i]->sop_instance, rows[i]);
  } else {
    for (Arrived& arrived : group)
      if (arrived.verdict.fate == Fate::Stored || arrived.verdict.fate == Fate::Apart)
        fail_for_ourselves(arrived, "the ledger could not be written", result.error());
    const std::lock_guard lock(mutex_);
    if (!ledger_error_ && result.error().code != ErrorCode::Io) ledger_error_ = result.error();
  }
  // A duplicate of one that came with it is as safe as that one.
  for (Arrived& arrived : group) {
    if (arrived.verdict.fate != Fate::Duplicate) continue;
    const auto held = inventory_.of(arrived.parcel.record.sop_instance);
    if (!held || std::ranges::find(*held, arrived.verdict.output, &Inventory::Holding::output) ==
                     held->end())
      fail_for_ourselves(arrived, "the same object could not be stored just now",
                         {ErrorCode::Io, kNoOffset, "its twin could not be stored"});
  }
}

void Store::answer(std::vector<Arrived>& group) {
  for (Arrived& arrived : group) {
    if (told_) told_(arrived);
    arrived.receipt->give(arrived.verdict);
  }
}

}  // namespace slipring::receive

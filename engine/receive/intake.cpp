#include "engine/receive/intake.h"

#include <cerrno>
#include <chrono>
#include <utility>

#include "engine/dimse/message/status.h"
#include "engine/receive/content.h"
#include "engine/scan/scan.h"

namespace slipring::receive {

namespace tags = dicom::tags;
using dicom::Outcome;

namespace {

constexpr std::size_t kUidBytesMax = 64;                    // PS3.5 9.1
constexpr std::uint16_t kInvalidInstance = 0x0117;          // PS3.7 C.5.8
constexpr map::Policy kPolicy = {.read_max_bytes = 65536};  // headers only: a map is cheaper

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The data set against its command (PS3.4 B.2.3: "data set does not match SOP class").
std::optional<Refusal> mismatch(const Announced& announced, std::string_view sop_class,
                                std::string_view sop_instance) {
  if (sop_instance != announced.sop_instance)
    return Refusal{
        dimse::statuses::kDataSetMismatch, "another SOP instance than the command's",
        Error{ErrorCode::Mismatch, kNoOffset, "the data set's SOP instance is not the command's"}};
  if (sop_class != announced.sop_class)
    return Refusal{
        dimse::statuses::kDataSetMismatch, "another SOP class than the command's",
        Error{ErrorCode::Mismatch, kNoOffset, "the data set's SOP class is not the command's"}};
  return std::nullopt;
}

Refusal not_understood(const Error& error) {
  return {dimse::statuses::kCannotUnderstand, "the data set could not be read", error};
}

Refusal no_room(const Error& error) {
  return {dimse::statuses::kOutOfResources, "the object could not be written", error};
}

bool is_ours(const Refusal& refusal) { return (refusal.status & 0xFF00U) == 0xA700U; }

void refuse(Arrived& arrived, const Refusal& refusal) {
  arrived.parcel.output.reset();
  dicom::Record& record = arrived.parcel.record;
  record.outcome = Outcome::Failed;
  record.reason = refusal.comment;
  record.error = refusal.error;
  record.to.clear();
  record.bytes_out = 0;
  record.output_digest.reset();
  record.object_digest.reset();
  record.pixel_verified = false;
  // By the command's names: the data set's may be wrong, or those of another object.
  record.sop_class = arrived.announced.sop_class;
  record.sop_instance = arrived.announced.sop_instance;
  arrived.verdict = {
      is_ours(refusal) ? Fate::Unfortunate : Fate::Refused, refusal.status, refusal.comment, {}};
}

}  // namespace

Intake::Intake(const IntakeOptions& options, Store::Told told)
    : options_(options), told_(std::move(told)), memory_(options.ingest.memory_bytes) {}

Result<std::unique_ptr<Intake>> Intake::open(const IntakeOptions& options, Store::Told told) {
  IntakeOptions settled = options;
  settled.ingest.command = ingest::Command::Convert;  // its steps are what transcodes on arrival
  settled.ingest.layout = ingest::TreeLayout::Uid;
  settled.ingest.dry_run = options.discard;
  ingest::settle(settled.ingest);
  std::unique_ptr<Intake> intake(new Intake(settled, told));
  if (options.discard) return intake;
  TRY_ASSIGN(intake->store_, Store::open(settled, std::move(told)));
  return intake;
}

std::optional<Refusal> Intake::why_not(const Announced& announced) const {
  if (announced.sop_instance.empty() || announced.sop_instance.size() > kUidBytesMax)
    return Refusal{kInvalidInstance, "the SOP instance is no UID",
                   Error{ErrorCode::OutOfRange, kNoOffset, "the SOP instance is no UID"}};
  if (store_ == nullptr) return std::nullopt;
  if (store_->ledger_error())
    return Refusal{dimse::statuses::kOutOfResources, "the ledger is damaged",
                   store_->ledger_error()};
  const auto room = store_->tree().free_bytes();
  if (room && *room < options_.free_bytes_min)
    return Refusal{dimse::statuses::kOutOfResources, "no space left",
                   Error{ErrorCode::Io, kNoOffset, "too little space is left on the output's disk",
                         options_.free_bytes_min, ENOSPC}};
  return std::nullopt;
}

std::unique_ptr<IncomingObject> Intake::begin(Announced announced) {
  std::optional<Refusal> refusal = why_not(announced);
  if (announced.sop_instance.size() > kUidBytesMax) announced.sop_instance.clear();
  if (announced.sop_class.size() > kUidBytesMax) announced.sop_class.clear();
  std::unique_ptr<deliver::TempFile> file;
  if (store_ != nullptr && !refusal) {
    auto made = store_->tree().create();
    if (made)
      file = std::move(*made);
    else
      refusal = no_room(made.error());
  }
  auto object = std::make_unique<IncomingObject>(std::move(announced), std::move(file),
                                                 options_.object_bytes_max);
  if (refusal) object->refuse(*refusal);
  return object;
}

std::shared_ptr<Receipt> Intake::finish(std::unique_ptr<IncomingObject> object) {
  Arrived arrived;
  arrived.announced = object->announced();
  dicom::Record& record = arrived.parcel.record;
  record.sequence = store_ == nullptr ? 0 : store_->take_sequence();
  record.sop_class = arrived.announced.sop_class;
  record.sop_instance = arrived.announced.sop_instance;
  record.from = record.to = arrived.announced.transfer_syntax;
  record.bytes_in = object->whole_bytes();
  std::optional<Refusal> refusal = object->refusal();
  if (!refusal) refusal = store_ == nullptr ? examine_head(*object) : examine(*object, arrived);
  if (refusal) refuse(arrived, *refusal);
  const std::shared_ptr<Receipt> receipt = arrived.receipt;
  if (store_ != nullptr) {
    store_->put(std::move(arrived));
    return receipt;
  }
  record.path = record.sop_instance;
  if (!refusal) {
    record.outcome = Outcome::Ok;
    arrived.verdict = {Fate::Counted, dimse::statuses::kSuccess, {}, {}};
  }
  {
    const std::lock_guard lock(mutex_);
    if (told_) told_(arrived);
  }
  receipt->give(arrived.verdict);
  return receipt;
}

// What is not kept is held against its command too, where its first bytes tell.
std::optional<Refusal> Intake::examine_head(const IncomingObject& object) {
  std::unique_ptr<ingest::Workbench> bench = take_bench();
  scan::Options options;
  options.stop_after = tags::SOPInstanceUID;
  dicom::Scanned& scanned = bench->scanned;
  scan::scan(object.head(), object.whole_bytes(), options, scanned);
  std::optional<Refusal> refusal;
  if (scanned.more_needed_bytes == 0 && scanned.error)
    refusal = not_understood(*scanned.error);
  else if (scanned.more_needed_bytes == 0)
    refusal = mismatch(object.announced(), scanned.data_set().text(tags::SOPClassUID),
                       scanned.data_set().text(tags::SOPInstanceUID));
  give_back(std::move(bench));
  return refusal;
}

std::optional<Refusal> Intake::examine(IncomingObject& object, Arrived& arrived) {
  auto written = object.finish(now_ns());
  if (!written) return no_room(written.error());
  std::unique_ptr<ingest::Workbench> bench = take_bench();
  ingest::Parcel& parcel = arrived.parcel;
  if (const auto adopted = bench->source.adopt(written->file->descriptor(), kPolicy); !adopted)
    return no_room(adopted.error());
  parcel.record.source = bench->source.identity();
  const ingest::Shared shared{options_.ingest, known_, &store_->tree(), memory_, kPolicy};
  if (const auto scanned = ingest::scan_file(parcel, *bench, shared); !scanned)
    return not_understood(scanned.error());
  if (bench->scanned.error) return not_understood(*bench->scanned.error);
  if (auto refusal =
          mismatch(object.announced(), parcel.record.sop_class, parcel.record.sop_instance))
    return refusal;
  parcel.record.findings.append(bench->scanned.findings);
  std::optional<Refusal> refusal = transcode(*written, arrived, *bench);
  bench->clear();
  give_back(std::move(bench));
  return refusal;
}

namespace {

// The object as it came: its bytes are the output.
void keep(IncomingObject::Written& written, Arrived& arrived, Outcome outcome) {
  ingest::Parcel& parcel = arrived.parcel;
  parcel.output = std::move(written.file);
  parcel.record.outcome = outcome;
  parcel.record.to = parcel.record.from;
  parcel.record.bytes_out = parcel.record.bytes_in;
  parcel.record.output_digest = written.file_digest;
  parcel.record.object_digest = written.content_digest;
}

// The steps of convert, in its order; what is known after each stands in ingest.cpp.
constexpr ingest::Step kConvertSteps[] = {ingest::plan_object, ingest::write_object,
                                          ingest::read_back, ingest::prove_object};

Result<void> convert(ingest::Parcel& parcel, ingest::Workbench& bench,
                     const ingest::Shared& shared) {
  for (const ingest::Step step : kConvertSteps) {
    TRY(step(parcel, bench, shared));
    if (bench.plan->action != transcode::Action::Convert) return {};
  }
  return {};
}

void forget_conversion(ingest::Parcel& parcel) {
  parcel.output.reset();
  parcel.record.pixel_digest.reset();
  parcel.record.dataset_digest.reset();
  parcel.record.pixel_verified = false;
}

}  // namespace

// What cannot be transcoded is kept as it came, and the row says why.
std::optional<Refusal> Intake::transcode(IncomingObject::Written& written, Arrived& arrived,
                                         ingest::Workbench& bench) {
  ingest::Parcel& parcel = arrived.parcel;
  if (options_.ingest.target == nullptr) {
    keep(written, arrived, Outcome::Copied);
    return std::nullopt;
  }
  const ingest::Shared shared{options_.ingest, known_, &store_->tree(), memory_, kPolicy};
  const Result<void> converted = convert(parcel, bench, shared);
  if (!converted && parcel.destination_failed) return no_room(converted.error());
  if (converted && parcel.record.outcome == Outcome::Converted) {
    parcel.record.object_digest = content_digest(bench.rescanned);
    return std::nullopt;
  }
  forget_conversion(parcel);
  if (!converted) {
    parcel.record.reason = "not transcoded: " + std::string(converted.error().what);
    parcel.record.error = converted.error();
  }
  const Outcome outcome = !converted ? Outcome::Kept : parcel.record.outcome;
  keep(written, arrived, outcome);
  return std::nullopt;
}

std::unique_ptr<ingest::Workbench> Intake::take_bench() {
  const std::lock_guard lock(mutex_);
  if (benches_.empty()) return std::make_unique<ingest::Workbench>();
  std::unique_ptr<ingest::Workbench> bench = std::move(benches_.back());
  benches_.pop_back();
  return bench;
}

void Intake::give_back(std::unique_ptr<ingest::Workbench> bench) {
  const std::lock_guard lock(mutex_);
  benches_.push_back(std::move(bench));
}

}  // namespace slipring::receive

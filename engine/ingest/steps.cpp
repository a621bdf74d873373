#include "engine/ingest/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "engine/dicom/escape.h"
#include "engine/ingest/frame_schedule.h"
#include "engine/ingest/known_files.h"
#include "engine/ingest/series/series_at_hand.h"
#include "engine/scan/scan.h"

namespace slipring::ingest {

namespace tags = dicom::tags;
using dicom::Outcome;

namespace {

// What decoding one frame holds at once: the frame, its codestream, and a codec's own copy.
constexpr std::uint64_t kFrameCopies = 4;
constexpr std::uint64_t kBufferedMin = std::uint64_t{1} << 20;

void settle(Parcel& parcel, Outcome outcome, std::string reason) {
  parcel.record.outcome = outcome;
  parcel.record.reason = std::move(reason);
  parcel.settled = true;
}

// A file that was opened and could not be read is told by its identity from one that never was.
Result<void> take_identity(const Result<void>& opened, Parcel& parcel, Workbench& bench,
                           const Shared& shared) {
  parcel.record.source = bench.source.identity();
  TRY(opened);
  parcel.record.bytes_in = parcel.record.source.size_bytes;
  if (shared.options.command == Command::Convert &&
      shared.known.finished(parcel.record.path, parcel.record.source)) {
    parcel.known = true;
    parcel.settled = true;
  }
  return {};
}

// What the record says of the object itself; gives the frames it declares, 0 when it has no image.
std::uint64_t describe(Parcel& parcel, const dicom::Scanned& scanned) {
  dicom::Record& record = parcel.record;
  const dicom::DataSet data_set = scanned.data_set();
  auto& places = series_of_this_worker().of(scanned).described;
  places.find_in(scanned);
  enum : std::size_t { SopClass, SopInstance, Modality, Study, SeriesUid, Frames, Rows };
  const auto text = [&](std::size_t tag) {
    const dicom::Element* element = places[tag];
    return element == nullptr ? std::string_view()
                              : dicom::trim_padding(as_text(data_set.value(*element)));
  };
  parcel.kind = scanned.kind;
  record.sop_class = text(SopClass);
  record.sop_instance = text(SopInstance);
  record.modality = text(Modality);
  record.study = text(Study);
  record.series = text(SeriesUid);
  if (scanned.kind == dicom::FileKind::Dicomdir) {
    record.sop_class = scanned.meta().text(tags::MediaStorageSOPClassUID);
    record.sop_instance = scanned.meta().text(tags::MediaStorageSOPInstanceUID);
  }
  if (scanned.actual != nullptr) record.from = scanned.actual->uid;
  if (places[Rows] == nullptr) return 0;
  if (places[Frames] == nullptr) return 1;
  const std::int64_t declared = data_set.number_is(tags::NumberOfFrames).value_or(1);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(1, declared));
}

// Files come by series, and the headers of a series are about as long: the next one is read as far
// as this one went, and little further. Less is copied of short headers, and one longer than the
// first guess is read in one go from the second file on.
void expect_such_a_head(Workbench& bench, std::uint64_t end) {
  constexpr std::uint64_t kStep = 512;
  constexpr std::uint64_t kSlack = 128;  // values vary in length
  constexpr std::uint64_t kMax = std::uint64_t{64} << 10;
  const std::uint64_t wanted = (end + kSlack) / kStep * kStep + kStep;
  bench.head_bytes = bench.scanned.inflated.empty() ? std::min(wanted, kMax) : 0;
}

// Of what a head was scanned from: whether native pixel data is all that lies behind it, up to the
// end of the file. Its length is known, and nobody looks at its bytes.
bool only_pixels_behind(const dicom::Scanned& scanned, std::uint64_t file_size) {
  if (scanned.file_bytes.size() >= file_size) return true;
  if (scanned.error || scanned.tape.empty()) return false;
  const dicom::Element& last = scanned.tape.back();
  if (last.undefined_length()) return false;
  if (last.offset + last.length <= scanned.bytes.size()) return true;
  const bool native = scanned.declared != nullptr && !scanned.declared->encapsulated;
  return native && last.depth == 0 && last.tag == tags::PixelData &&
         (last.vr() == dicom::VR::OW || last.vr() == dicom::VR::OB);
}

bool skip_what_is_not_dicom(Parcel& parcel, const dicom::Scanned& scanned) {
  parcel.kind = scanned.kind;
  if (dicom::is_dicom(scanned.kind)) return false;
  parcel.record.findings.append(scanned.findings);  // empty, or a container
  settle(parcel, Outcome::Skipped, fmt::format("not DICOM ({})", dicom::name(scanned.kind)));
  return true;
}

// Frames in flight for an object, as the memory allows; at least one.
struct FrameBudget {
  std::size_t slots = 1;
  std::uint64_t bytes = 0;
};

FrameBudget frame_budget(std::uint64_t frame_bytes, std::uint64_t frames, const Shared& shared) {
  const std::uint64_t each = std::max<std::uint64_t>(1, frame_bytes * kFrameCopies);
  const std::uint64_t affordable = shared.memory.total() / 2 / each;
  const std::uint64_t wanted = std::min<std::uint64_t>(frames, shared.options.threads * 2ULL);
  const std::uint64_t slots =
      std::clamp<std::uint64_t>(affordable, 1, std::max<std::uint64_t>(1, wanted));
  return {static_cast<std::size_t>(slots), std::max(kBufferedMin, slots * each)};
}

FrameBudget frame_budget(const dicom::Scanned& scanned, const Shared& shared) {
  const auto described = pixels::describe(scanned, shared.options.pixel_limits);
  if (!described || !*described) return {1, kBufferedMin};
  const auto frame_bytes = (*described)->layout.frame_bytes(shared.options.pixel_limits);
  return frame_budget(frame_bytes ? *frame_bytes : 0, (*described)->frames, shared);
}

// The same where frames are only looked at: native ones of a small file are no larger than it, and
// not worth sharing out.
FrameBudget looking_budget(const dicom::Scanned& scanned, const Shared& shared) {
  const bool native = scanned.actual != nullptr && !scanned.actual->encapsulated;
  if (native && scanned.inflated.empty() && scanned.file_bytes.size() <= kBufferedMin)
    return {1, std::max(kBufferedMin, scanned.file_bytes.size() * kFrameCopies)};
  return frame_budget(scanned, shared);
}

// Pixel bytes that are done with need not stay in memory.
pixels::Released release_source(Workbench& bench) {
  return [&bench](std::uint64_t offset, std::uint64_t length) {
    bench.source.release(offset, length);
  };
}

pixels::Released release_written(Workbench& bench) {
  return [&bench](std::uint64_t offset, std::uint64_t length) {
    bench.written.release(offset, length);
  };
}

}  // namespace

Result<void> map_head(Parcel& parcel, Workbench& bench, const Shared& shared) {
  map::Policy policy = shared.map_policy;
  if (bench.head_bytes != 0) policy.head_bytes = bench.head_bytes;
  policy.only_size = parcel.source.regular && shared.options.ledger.empty();
  return take_identity(bench.source.open_head(parcel.source.file.path, policy), parcel, bench,
                       shared);
}

Result<void> map_file(Parcel& parcel, Workbench& bench, const Shared& shared) {
  return take_identity(bench.source.open(parcel.source.file.path, shared.map_policy), parcel, bench,
                       shared);
}

Result<void> scan_head(Parcel& parcel, Workbench& bench, const Shared& shared) {
  scan::Options options;
  options.stop_after =
      tags::Rows;  // patient, study, series, whether there is an image: all before it
  for (;;) {
    scan::scan(bench.source.bytes(), parcel.record.source.size_bytes, options, bench.scanned);
    if (bench.scanned.more_needed_bytes == 0) break;
    TRY(bench.source.extend(bench.scanned.more_needed_bytes, shared.map_policy));
  }
  if (skip_what_is_not_dicom(parcel, bench.scanned)) return {};
  const std::uint64_t frames = describe(parcel, bench.scanned);
  parcel.record.findings.append(bench.scanned.findings);
  if (bench.scanned.error) return std::unexpected(*bench.scanned.error);
  parcel.record.frames = frames;
  if (bench.scanned.stopped_early) expect_such_a_head(bench, bench.scanned.data_set_end);
  settle(parcel, Outcome::Ok, {});
  return {};
}

Result<void> scan_headers(Parcel& parcel, Workbench& bench, const Shared& shared) {
  const dicom::Scanned& scanned = bench.scanned;
  const std::uint64_t size = parcel.record.source.size_bytes;
  SeriesAtHand& series = series_of_this_worker();
  bench.content = {};  // not that of the file before
  for (;;) {
    series.scan(bench.source.bytes(), size, bench.scanned);
    std::uint64_t needed = scanned.more_needed_bytes;
    if (needed == 0 && dicom::is_dicom(scanned.kind) && !only_pixels_behind(scanned, size))
      needed = size;
    if (needed == 0) break;
    TRY(bench.source.extend(needed, shared.map_policy));
  }
  if (skip_what_is_not_dicom(parcel, scanned)) return {};
  series.keep(bench.scanned);
  describe(parcel, scanned);
  if (!scanned.tape.empty() && !scanned.tape.back().undefined_length())
    expect_such_a_head(bench, scanned.tape.back().offset);
  return {};
}

Result<void> scan_file(Parcel& parcel, Workbench& bench, const Shared&) {
  SeriesAtHand& series = series_of_this_worker();
  series.scan(bench.source.bytes(), parcel.record.source.size_bytes, bench.scanned);
  if (skip_what_is_not_dicom(parcel, bench.scanned)) return {};
  series.keep(bench.scanned);
  describe(parcel, bench.scanned);
  return {};
}

Result<void> validate_object(Parcel& parcel, Workbench& bench, const Shared& shared) {
  const bool only_validating = shared.options.command == Command::Validate;
  validate::Options options;
  options.values = shared.options.values;
  options.decode_pixels = only_validating && shared.options.decode_pixels;
  options.digests = shared.options.digests;
  options.released = release_source(bench);
  if (options.decode_pixels && bench.opened) options.opened = &*bench.opened;
  const bool by_header = !options.decode_pixels && bench.scanned.actual != nullptr &&
                         !bench.scanned.actual->encapsulated;
  const FrameBudget budget =
      options.decode_pixels ? looking_budget(bench.scanned, shared) : FrameBudget{1, kBufferedMin};
  std::optional<MemoryGate::Grant> grant;  // for headers no memory is needed that counts
  if (!by_header) grant.emplace(shared.memory, budget.bytes);
  FrameSchedule schedule(budget.slots);
  const validate::Answer answer =
      validate::validate(bench.scanned, options, series_of_this_worker().of(bench.scanned).recall,
                         schedule, parcel.record.findings);
  if (!only_validating) return {};
  if (shared.options.digests) parcel.record.pixel_digest = answer.pixel_digest;
  parcel.record.frames = answer.frames;
  if (bench.scanned.error) return std::unexpected(*bench.scanned.error);
  parcel.record.outcome = Outcome::Ok;
  return {};
}

Result<void> plan_object(Parcel& parcel, Workbench& bench, const Shared& shared) {
  bench.plan.reset();
  if (bench.scanned.error) return std::unexpected(*bench.scanned.error);
  if (bench.scanned.kind == dicom::FileKind::Dicomdir) {
    bench.plan.emplace();
    bench.plan->from = bench.plan->to = bench.scanned.actual;
  } else {
    TRY_ASSIGN(bench.plan,
               transcode::plan(bench.scanned, {.target = shared.options.target,
                                               .recompress_lossy = shared.options.recompress_lossy,
                                               .limits = shared.options.pixel_limits,
                                               .loss = shared.options.loss}));
  }
  const transcode::Plan& plan = *bench.plan;
  parcel.record.findings.append(plan.findings);
  parcel.record.reason = plan.reason;
  parcel.record.from = plan.from->uid;
  parcel.record.to = plan.to->uid;
  switch (plan.action) {
    case transcode::Action::Convert:
      parcel.record.outcome = Outcome::Converted;
      break;
    case transcode::Action::Copy:
      parcel.record.outcome = Outcome::Copied;
      break;
    case transcode::Action::Keep:
      parcel.record.outcome = Outcome::Kept;
      break;
  }
  return {};
}

namespace {

// Marks the destination's errors: they are not the file's fault and end the job.
template <class T>
Result<T> at_destination(Parcel& parcel, Result<T> result) {
  if (!result && (result.error().code == ErrorCode::Io || result.error().code == ErrorCode::Exists))
    parcel.destination_failed = true;
  return result;
}

Result<void> append_file(Parcel& parcel, Workbench& bench, const Shared& shared) {
  constexpr std::uint64_t kPiece = std::uint64_t{8} << 20;
  TRY_ASSIGN(parcel.output, at_destination(parcel, shared.tree->create()));
  const Bytes bytes = bench.source.bytes();
  for (std::uint64_t at = 0; at < bytes.size(); at += kPiece) {
    const std::uint64_t length = std::min(kPiece, bytes.size() - at);
    TRY(at_destination(parcel, parcel.output->append(bytes.subspan(at, length))));
    bench.source.release(at, length);
  }
  return at_destination(parcel, parcel.output->finish(parcel.record.source.mtime_ns));
}

// The digests of an object that is written as it was. The proof is the equality of all its bytes.
Result<void> digest_source(Parcel& parcel, Workbench& bench, const Shared& shared) {
  const FrameBudget budget = frame_budget(bench.scanned, shared);
  const MemoryGate::Grant grant(shared.memory, budget.bytes);
  FrameSchedule schedule(budget.slots);
  TRY_ASSIGN(const transcode::Digests source,
             transcode::digests(bench.scanned, false, schedule, release_source(bench)));
  parcel.record.pixel_digest = source.pixel;
  parcel.record.dataset_digest = source.dataset;
  parcel.record.frames = source.frames;
  return {};
}

Result<void> convert_object(Parcel& parcel, Workbench& bench, const Shared& shared) {
  const FrameBudget budget = frame_budget(bench.scanned, shared);
  const MemoryGate::Grant grant(shared.memory, budget.bytes);
  FrameSchedule schedule(budget.slots);
  TRY_ASSIGN(parcel.output, at_destination(parcel, shared.tree->create()));
  const transcode::Options options{.target = shared.options.target,
                                   .recompress_lossy = shared.options.recompress_lossy,
                                   .limits = shared.options.pixel_limits,
                                   .loss = shared.options.loss};
  // Its only Io errors are the sink's: the source is memory.
  TRY_ASSIGN(const transcode::Written written,
             at_destination(parcel, transcode::write(bench.scanned, *bench.plan, options, schedule,
                                                     *parcel.output, release_source(bench))));
  parcel.record.pixel_digest = written.pixel_digest;
  parcel.record.dataset_digest = written.dataset_digest;
  parcel.record.frames = written.frames;
  parcel.record.findings.append(written.findings);
  return at_destination(parcel, parcel.output->finish(parcel.record.source.mtime_ns));
}

// A frame deep inside the object is something no codec here can do: it passes through untouched.
void keep_after_all(Parcel& parcel, Workbench& bench, const Error& error) {
  parcel.output.reset();
  bench.plan->action = transcode::Action::Keep;
  bench.plan->to = bench.plan->from;
  parcel.record.outcome = Outcome::Kept;
  parcel.record.reason = error.what;
  parcel.record.to = parcel.record.from;
}

}  // namespace

dicom::Xxh128Digest hash_file(const map::MappedFile& file, std::uint64_t begin) {
  constexpr std::uint64_t kPiece = std::uint64_t{8} << 20;
  const Bytes bytes = file.bytes();
  if (bytes.size() - begin <= kPiece) return dicom::xxh128(bytes.subspan(begin));
  dicom::Xxh128 hash;
  for (std::uint64_t at = begin; at < bytes.size(); at += kPiece) {
    const std::uint64_t length = std::min<std::uint64_t>(kPiece, bytes.size() - at);
    hash.update(bytes.subspan(at, length));
    file.release(at, length);
  }
  return hash.finish();
}

Result<void> write_object(Parcel& parcel, Workbench& bench, const Shared& shared) {
  if (bench.plan->action == transcode::Action::Convert) {
    const auto converted = convert_object(parcel, bench, shared);
    if (converted || converted.error().code != ErrorCode::Unsupported) return converted;
    keep_after_all(parcel, bench, converted.error());
  }
  const auto digested = digest_source(parcel, bench, shared);
  if (!digested && digested.error().code != ErrorCode::Unsupported) return digested;
  return append_file(parcel, bench, shared);
}

Result<void> read_back(Parcel& parcel, Workbench& bench, const Shared& shared) {
  TRY(at_destination(parcel, bench.written.adopt(parcel.output->descriptor(), shared.map_policy)));
  parcel.record.bytes_out = bench.written.identity().size_bytes;
  parcel.record.output_digest = hash_file(bench.written);
  if (parcel.record.outcome != Outcome::Converted) return {};
  scan::scan(bench.written.bytes(), bench.written.bytes().size(), {}, bench.rescanned);
  if (bench.rescanned.error)
    return fail(ErrorCode::Mismatch, kNoOffset,
                "the new object does not scan; nothing was written");
  auto object = pixels::open_object(bench.rescanned);
  if (!object && object.error().code != ErrorCode::Unsupported)
    return std::unexpected(object.error());
  if (object) bench.written_object = *std::move(object);
  return {};
}

namespace {

Result<void> prove_same(Parcel& parcel, Workbench& bench, FrameSchedule& schedule) {
  const transcode::Original original = transcode::original_of(
      *bench.plan, parcel.record.pixel_digest, *parcel.record.dataset_digest);
  TRY(transcode::prove(bench.rescanned, bench.written_object ? &*bench.written_object : nullptr,
                       original, !bench.plan->to->encoding.explicit_vr, schedule,
                       release_written(bench)));
  parcel.record.pixel_verified = parcel.record.pixel_digest.has_value();
  return {};
}

// Compressed with loss: the record has the digest of what was written, and a finding tells how far
// it is from the source. It is another object from here on.
Result<void> prove_derived(Parcel& parcel, Workbench& bench, FrameSchedule& schedule) {
  dicom::Record& record = parcel.record;
  TRY_ASSIGN(const pixels::Difference difference,
             transcode::prove_loss(
                 bench.rescanned, bench.written_object ? &*bench.written_object : nullptr,
                 *bench.plan, *record.dataset_digest, schedule, release_written(bench)));
  record.findings.add(transcode::finding_of(difference, record.sop_instance));
  record.pixel_digest = difference.digest;
  record.sop_instance = bench.plan->derivation->sop_instance;
  return {};
}

}  // namespace

Result<void> prove_object(Parcel& parcel, Workbench& bench, const Shared& shared) {
  if (parcel.record.outcome != Outcome::Converted) {
    if (*parcel.record.output_digest != hash_file(bench.source))
      return fail(ErrorCode::Mismatch, kNoOffset,
                  "the copy differs from the source; nothing was written");
    parcel.record.pixel_verified = parcel.record.pixel_digest.has_value();
    return {};
  }
  const FrameBudget budget = frame_budget(bench.rescanned, shared);
  const MemoryGate::Grant grant(shared.memory, budget.bytes);
  FrameSchedule schedule(budget.slots);
  const auto proven = bench.plan->derivation ? prove_derived(parcel, bench, schedule)
                                             : prove_same(parcel, bench, schedule);
  if (proven) return {};
  if (proven.error().code == ErrorCode::Mismatch)
    parcel.record.findings.add({{5, 20},
                                dicom::Severity::Error,
                                tags::PixelData,
                                kNoOffset,
                                dicom::to_string(tags::PixelData),
                                std::string(proven.error().what)});
  return std::unexpected(proven.error());
}

Result<void> check_unchanged(Parcel& parcel, Workbench& bench, const Shared& shared) {
  if (shared.options.drop_cache) bench.source.drop_cache();
  (void)parcel;
  return bench.source.check();
}

Result<void> copy_as_it_is(Parcel& parcel, Workbench& bench, const Shared& shared) {
  parcel.record.pixel_digest.reset();
  parcel.record.dataset_digest.reset();
  parcel.record.pixel_verified = false;
  parcel.record.to = parcel.record.from;
  parcel.record.outcome = Outcome::Kept;
  TRY(append_file(parcel, bench, shared));
  TRY(read_back(parcel, bench, shared));
  return prove_object(parcel, bench, shared);
}

}  // namespace slipring::ingest

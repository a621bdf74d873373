#include "engine/ingest/send/object.h"

#include <array>
#include <utility>

#include "engine/dicom/sink.h"
#include "engine/pixels/pixels.h"
#include "engine/scan/scan.h"
#include "engine/transcode/transcode.h"

namespace slipring::ingest::send {

namespace tags = dicom::tags;

namespace {

constexpr std::uint64_t kHeadBytes = 4096;
// What is sent as it lies is touched once, by the system: a map saves a copy of it, and costs more
// than that only where the file is small.
constexpr map::Policy kToSend = {.read_max_bytes = 65536};
// Not so where there is time to read it before its peer asks for it: then it lies in the caches of
// the processor that will send it, and no page is missing.
constexpr map::Policy kToSendLater = {.read_max_bytes = std::uint64_t{1} << 20};

// The new object in memory.
class BufferSink final : public dicom::Sink {
 public:
  BufferSink(Buffer& buffer, std::uint64_t bytes_max) : buffer_(buffer), bytes_max_(bytes_max) {}

  Result<void> append(Bytes bytes) override {
    if (bytes.size() > bytes_max_ - buffer_.size())
      return fail(ErrorCode::LimitExceeded, kNoOffset,
                  "the object is too large to be transcoded on the way", bytes_max_,
                  buffer_.size() + bytes.size());
    buffer_.append(bytes);
    return {};
  }
  Result<void> patch(std::uint64_t offset, Bytes bytes) override {
    std::copy(bytes.begin(), bytes.end(), buffer_.data() + offset);
    return {};
  }
  [[nodiscard]] std::uint64_t size() const override { return buffer_.size(); }

 private:
  Buffer& buffer_;
  std::uint64_t bytes_max_;
};

// Where the data set begins in the file: in a deflated one the tape does not say.
std::uint64_t data_set_begin(const dicom::Scanned& scanned) {
  if (scanned.inflated.empty()) return scanned.data_set_begin;
  if (scanned.meta_tape.empty()) return 0;
  const dicom::Element& last = scanned.meta_tape.back();
  return last.offset + last.length;
}

Result<Bytes> data_set_of(const dicom::Scanned& scanned) {
  if (scanned.error) return std::unexpected(*scanned.error);
  if (scanned.actual == nullptr)
    return fail(ErrorCode::Unsupported, kNoOffset, "the object has no known transfer syntax");
  const std::uint64_t begin = data_set_begin(scanned);
  const std::uint64_t end =
      scanned.inflated.empty() ? scanned.data_set_end : scanned.file_bytes.size();
  if (begin >= end) return fail(ErrorCode::Malformed, begin, "the object has no data set");
  // A deflated stream may be padded (PS3.5 A.5); elsewhere a byte more would be an element begun.
  if ((end - begin) % 2 != 0 && !scanned.actual->deflated)
    return fail(ErrorCode::Malformed, kNoOffset,
                "the data set has an odd number of bytes, which DICOM cannot send (PS3.8 9.3.5.1)");
  return scanned.file_bytes.subspan(begin, end - begin);
}

// All of an object's bytes; VRs are its validation's affair.
void scan_sound(Bytes bytes, dicom::Scanned& scanned) {
  scan::Options options;
  options.compare_vrs = false;
  scan::scan(bytes, bytes.size(), options, scanned);
}

Result<void> open_whole(const Work& work, const map::Policy& policy, Loaded& loaded) {
  TRY(loaded.file.open(work.path, policy));
  const dicom::FileIdentity& now = loaded.file.identity();
  if (now.inode != work.delivery.source.inode ||
      now.size_bytes != work.delivery.source.size_bytes ||
      now.mtime_ns != work.delivery.source.mtime_ns)
    return fail(ErrorCode::Changed, kNoOffset, "the file changed since it was looked at");
  scan_sound(loaded.file.bytes(), loaded.scanned);
  return {};
}

// Compressed with loss: another object from here on, and how far it is from the source is told.
Result<void> prove_derived(const transcode::Plan& plan, std::string_view source_instance,
                           const pixels::Object* written, const dicom::Scanned& again,
                           dicom::Schedule& schedule, Transcoded& made) {
  TRY_ASSIGN(const pixels::Difference difference,
             transcode::prove_loss(again, written, plan, made.proven.dataset_digest, schedule));
  made.proven.pixel_digest = difference.digest;
  made.proven.loss = transcode::finding_of(difference, source_instance);
  made.sop_instance = plan.derivation->sop_instance;
  return {};
}

// What was made is read back: its pixels and elements must be those of the source.
Result<void> prove(const Work& work, const transcode::Plan& plan, const transcode::Written& written,
                   const TranscodeLimits& limits, dicom::Schedule& schedule, Transcoded& made) {
  dicom::Scanned again;
  scan_sound(made.file.bytes(), again);
  TRY_ASSIGN(made.data_set, data_set_of(again));
  const auto object = pixels::open_object(again, limits.pixels);
  if (!object && object.error().code != ErrorCode::Unsupported)
    return std::unexpected(object.error());
  const pixels::Object* const pixels = object && *object ? &**object : nullptr;
  made.proven = {written.pixel_digest, written.dataset_digest};
  if (plan.derivation)
    return prove_derived(plan, work.delivery.sop_instance, pixels, again, schedule, made);
  const transcode::Original original =
      transcode::original_of(plan, written.pixel_digest, written.dataset_digest);
  return transcode::prove(again, pixels, original, !plan.to->encoding.explicit_vr, schedule);
}

// Of `work`, all in memory: what was read of it, or its file.
Result<void> take_whole(const Work& work, Loaded& loaded) {
  if (!work.read) return open_whole(work, {}, loaded);
  scan_sound(work.read->bytes.bytes(), loaded.scanned);
  return {};
}

}  // namespace

namespace {

Result<void> scan_head(const Work& work, Loaded& loaded, const map::Policy& policy) {
  scan::Options options;
  options.stop_after = tags::StudyInstanceUID;
  options.compare_vrs = false;
  for (;;) {
    scan::scan(loaded.file.bytes(), work.delivery.source.size_bytes, options, loaded.scanned);
    if (loaded.scanned.more_needed_bytes == 0) return {};
    TRY(loaded.file.extend(loaded.scanned.more_needed_bytes, policy));
  }
}

Result<void> describe_scanned(Work& work, const dicom::Scanned& scanned) {
  if (!dicom::is_dicom(scanned.kind))
    return fail(ErrorCode::Unsupported, kNoOffset, dicom::name(scanned.kind));
  if (scanned.kind == dicom::FileKind::Dicomdir)
    return fail(ErrorCode::Unsupported, kNoOffset, "a media directory, which is not sent");
  const dicom::DataSet data_set = scanned.data_set();
  work.delivery.sop_class = data_set.text(tags::SOPClassUID);
  work.delivery.sop_instance = data_set.text(tags::SOPInstanceUID);
  work.delivery.study = data_set.text(tags::StudyInstanceUID);
  work.stored = scanned.actual;
  if (scanned.actual != nullptr) work.delivery.from = scanned.actual->uid;
  if (scanned.error) return std::unexpected(*scanned.error);
  if (work.delivery.sop_class.empty())
    return fail(ErrorCode::Malformed, kNoOffset, "the object has no SOP Class UID");
  if (work.delivery.sop_instance.empty())
    return fail(ErrorCode::Malformed, kNoOffset, "the object has no SOP Instance UID");
  if (work.stored == nullptr)
    return fail(ErrorCode::Malformed, kNoOffset, "the object has no known transfer syntax");
  return {};
}

// Whether all of it was read, is sound, and did not change meanwhile.
bool scan_whole(Loaded& loaded) {
  if (!loaded.file.complete() || loaded.file.bytes().empty()) return false;
  scan_sound(loaded.file.bytes(), loaded.scanned);
  return loaded.scanned.inflated.empty() && data_set_of(loaded.scanned) && loaded.file.check();
}

}  // namespace

Result<void> describe(Work& work, Loaded& loaded) {
  map::Policy policy;
  policy.head_bytes = kHeadBytes;
  TRY(loaded.file.open_head(work.path, policy));
  work.delivery.source = loaded.file.identity();
  TRY(scan_head(work, loaded, policy));
  return describe_scanned(work, loaded.scanned);
}

Result<void> describe_and_read(Work& work, Loaded& loaded, std::unique_ptr<ReadFile>& spare) {
  map::Policy policy;
  policy.head_bytes = kHeadBytes;
  policy.whole_max_bytes = kToSend.read_max_bytes;
  TRY(loaded.file.open_head(work.path, policy));
  work.delivery.source = loaded.file.identity();
  const bool is_whole = scan_whole(loaded);
  if (!is_whole) TRY(scan_head(work, loaded, policy));
  TRY(describe_scanned(work, loaded.scanned));
  if (!is_whole) return {};
  work.read = std::move(spare);
  work.read->data_set = *data_set_of(loaded.scanned);
  loaded.file.give_bytes(work.read->bytes);
  return {};
}

Result<Bytes> load(const Work& work, Loaded& loaded, LoadedFor when) {
  TRY(open_whole(work, when == LoadedFor::Later ? kToSendLater : kToSend, loaded));
  TRY_ASSIGN(const Bytes data_set, data_set_of(loaded.scanned));
  if (loaded.scanned.actual != work.stored)
    return fail(ErrorCode::Changed, kNoOffset, "the file changed since it was looked at");
  return data_set;
}

Result<Transcoded> transcode(const Work& work, const dicom::TransferSyntax& syntax,
                             const TranscodeLimits& limits, dicom::Schedule& schedule,
                             Loaded& loaded, std::string& kept) {
  TRY(take_whole(work, loaded));
  if (loaded.scanned.error) return std::unexpected(*loaded.scanned.error);
  const bool is_asked_for = &syntax == limits.target && work.kept.empty();  // else for the peer
  const transcode::Options options{
      .target = &syntax,
      .recompress_lossy = is_asked_for ? limits.recompress_lossy : limits.allow_lossy,
      .limits = limits.pixels,
      .loss = is_asked_for ? limits.loss : transcode::Loss{}};
  TRY_ASSIGN(const transcode::Plan plan, transcode::plan(loaded.scanned, options));
  if (plan.action != transcode::Action::Convert) {
    kept = plan.reason;
    return fail(ErrorCode::Unsupported, kNoOffset,
                is_asked_for  ? "it has no pixels to be made anew in the syntax asked for"
                : plan.object ? "the peer does not take its syntax; --allow-lossy decodes it"
                              : "the peer does not take its syntax, and it cannot be decoded");
  }
  Transcoded made;
  made.syntax = &syntax;
  BufferSink sink(made.file, limits.bytes_max);
  const auto& file = loaded.file;
  pixels::Released released;
  if (!work.read)
    released = [&file](std::uint64_t at, std::uint64_t length) { file.release(at, length); };
  TRY_ASSIGN(const transcode::Written written,
             transcode::write(loaded.scanned, plan, options, schedule, sink, released));
  TRY(prove(work, plan, written, limits, schedule, made));
  if (!work.read) TRY(file.check());
  return made;
}

}  // namespace slipring::ingest::send

#include "codecs/jpeg_lossless/decode/decoder.h"

#include <algorithm>
#include <optional>

#include "codecs/agreement.h"
#include "codecs/fragments.h"
#include "codecs/jpeg_lossless/decode/scan.h"
#include "codecs/jpeg_lossless/jpeg_lossless_codec.h"

namespace slipring::codecs::jpeg_lossless {

namespace {

constexpr std::size_t kJoinedSlot = 0;

enum class Way : std::uint8_t { Fast, ByTheBook, AppendedBits };

// Every sample takes a bit or more (T.81 C.1): a stream too short for its image is told before any
// work is done on it.
Result<void> bytes_suffice(const StreamReader& reader) {
  const Frame& frame = reader.frame();
  const std::uint64_t samples = std::uint64_t{frame.rows} * frame.columns * frame.components;
  const std::uint64_t present = reader.stream().size() - reader.scan().begin;
  if (samples / 8 > present)
    return fail(ErrorCode::Truncated, reader.scan().begin,
                "fewer bytes than the image's samples need", samples / 8, present);
  return {};
}

// A frame on its way: what its headers say, and where its samples go.
struct Opened {
  explicit Opened(Bytes stream) : reader(stream) {}
  StreamReader reader;
  Target target;
  Quirks quirks;
};

Result<Opened> open(const DecodeJob& job, Bytes stream) {
  Opened opened(stream);
  const pixel::Layout& layout = job.layout;
  TRY_ASSIGN(const std::uint64_t frame_bytes, layout.frame_bytes());
  EXPECTS(job.out.size() == (job.expected.empty() ? frame_bytes : 0));
  EXPECTS(job.expected.empty() || job.expected.size() == frame_bytes);
  TRY(opened.reader.open());
  TRY(agree(describe(opened.reader), layout, opened.quirks));
  if (layout.bits_allocated == 1)
    return fail(ErrorCode::OutOfRange, 0, "JPEG samples for 1-bit pixels", 1,
                opened.reader.frame().precision_bits);
  TRY(bytes_suffice(opened.reader));
  opened.target = {job.out,
                   job.expected,
                   layout.rows,
                   layout.columns,
                   layout.samples_per_pixel,
                   layout.bytes_per_sample(),
                   layout.is_signed};
  return opened;
}

void note(const ScanEnd& end, Quirks& quirks) {
  if (end.excess) quirks.add(Quirk::ExcessEntropyData);
  if (end.reduced) quirks.add(Quirk::SamplesReduced);
}

Result<ScanEnd> decode_scan(const Opened& opened, Way way, Scratch& scratch) {
  if (way == Way::Fast) {
    ScanJob job{&opened.reader, opened.target, false, {}};
    decode_scans({&job, 1}, scratch);
    if (job.done) return job.end;
    way = Way::ByTheBook;
  }
  const Sixteen sixteen = way == Way::ByTheBook ? Sixteen::Alone : Sixteen::Appended;
  return decode_scan_scalar(opened.reader, opened.target, sixteen, scratch);
}

// From the first scan on. `first_end`: its end when it has been decoded.
Result<Quirks> decode_from(Opened opened, std::optional<ScanEnd> first_end, Way way,
                           Scratch& scratch) {
  bool differs = false;
  for (;;) {
    if (!first_end) {
      TRY_ASSIGN(first_end, decode_scan(opened, way, scratch));
    }
    const ScanEnd end = *first_end;
    first_end.reset();
    note(end, opened.quirks);
    differs |= end.differs;
    if (opened.reader.all_components_seen()) {
      if (differs)
        return fail(ErrorCode::Mismatch, kNoOffset, "a sample is not the one that was expected");
      opened.reader.finish(end.offset);
      opened.quirks.bits |= opened.reader.quirks().bits;
      return opened.quirks;
    }
    TRY(opened.reader.next_scan(end.offset));
  }
}

bool may_have_appended_bits(const Error& error, const StreamReader& reader) {
  if (error.code != ErrorCode::Malformed && error.code != ErrorCode::Truncated) return false;
  const Scan& scan = reader.scan();
  for (std::size_t k = 0; k < scan.components; ++k)
    if (reader.table(scan.table[k]).has(kCategoryMax)) return true;
  return false;
}

// By the standard; where that makes no sense, as the encoder that appended bits to category 16.
void decode_one(DecodeJob& job, const Opened& opened, std::optional<ScanEnd> first_end, Way way,
                Scratch& scratch) {
  auto quirks = decode_from(opened, first_end, way, scratch);
  if (!quirks && may_have_appended_bits(quirks.error(), opened.reader)) {
    auto otherwise = decode_from(opened, std::nullopt, Way::AppendedBits, scratch);
    if (otherwise) {
      otherwise->add(Quirk::AppendedBits);
      quirks = otherwise;
    }
  }
  job.status = {};
  if (quirks)
    job.quirks.bits |= quirks->bits;
  else
    job.status = std::unexpected(quirks.error());
}

// The streams of some jobs, each in one piece.
void join_all(std::span<const DecodeJob> jobs, std::span<Bytes> streams, Scratch& scratch) {
  std::uint64_t scattered = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (!in_one_piece(jobs[i].fragments, streams[i])) scattered += total_bytes(jobs[i].fragments);
  if (scattered == 0) return;
  MutableBytes room = scratch.take(kJoinedSlot, scattered);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (in_one_piece(jobs[i].fragments, streams[i])) continue;
    const MutableBytes whole = room.first(total_bytes(jobs[i].fragments));
    copy_head(jobs[i].fragments, whole);
    streams[i] = whole;
    room = room.subspan(whole.size());
  }
}

bool starts_a_group(const Opened& opened) {
  return opened.reader.scan().components == opened.reader.frame().components;
}

// At most kLanesMax jobs.
class Group {
 public:
  Group(std::span<DecodeJob> jobs, Scratch& scratch) : jobs_(jobs), scratch_(scratch) {
    std::array<Bytes, kLanesMax> streams;
    join_all(jobs, streams, scratch);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      auto opened = open(jobs[i], streams[i]);
      jobs[i].status = {};
      if (opened)
        opened_[i].emplace(*opened);
      else
        jobs[i].status = std::unexpected(opened.error());
    }
  }

  void run() {
    for (std::size_t i = 0; i < jobs_.size(); ++i)
      if (opened_[i] && !tried_[i]) decode_with_neighbours(i);
    for (std::size_t i = 0; i < jobs_.size(); ++i)
      if (opened_[i])
        decode_one(jobs_[i], *opened_[i], ends_[i],
                   tried_[i] && !ends_[i] ? Way::ByTheBook : Way::Fast, scratch_);
  }

 private:
  // The first scans of job `i` and of those behind it that suit it.
  void decode_with_neighbours(std::size_t i) {
    if (!starts_a_group(*opened_[i])) return;
    std::array<ScanJob, kLanesMax> scans;
    std::array<std::size_t, kLanesMax> which = {};
    std::size_t count = 0;
    for (std::size_t k = i; k < jobs_.size(); ++k) {
      if (!opened_[k] || tried_[k] || !starts_a_group(*opened_[k])) continue;
      if (k != i && !go_together(opened_[i]->reader, opened_[k]->reader)) continue;
      scans[count] = {&opened_[k]->reader, opened_[k]->target, false, {}};
      which[count++] = k;
    }
    if (count < 2) return;
    decode_scans(std::span(scans).first(count), scratch_);
    for (std::size_t k = 0; k < count; ++k) {
      tried_[which[k]] = true;
      if (scans[k].done) ends_[which[k]] = scans[k].end;
    }
  }

  std::span<DecodeJob> jobs_;
  Scratch& scratch_;
  std::array<std::optional<Opened>, kLanesMax> opened_;
  std::array<bool, kLanesMax> tried_ = {};  // side by side with others
  std::array<std::optional<ScanEnd>, kLanesMax> ends_;
};

}  // namespace

void decode_batch(std::span<DecodeJob> jobs, Scratch& scratch) {
  while (!jobs.empty()) {
    const std::size_t count = std::min(kLanesMax, jobs.size());
    Group(jobs.first(count), scratch).run();
    jobs = jobs.subspan(count);
  }
}

void decode_by_the_book(DecodeJob& job, Scratch& scratch) {
  Bytes stream;
  join_all({&job, 1}, {&stream, 1}, scratch);
  const auto opened = open(job, stream);
  if (opened)
    decode_one(job, *opened, std::nullopt, Way::ByTheBook, scratch);
  else
    job.status = std::unexpected(opened.error());
}

}  // namespace slipring::codecs::jpeg_lossless

#include "codecs/jpeg_ls/decode/decoder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "codecs/agreement.h"
#include "codecs/fragments.h"
#include "codecs/jpeg_ls/decode/frame_reader.h"
#include "codecs/jpeg_ls/decode/group.h"
#include "codecs/jpeg_ls/decode/lanes.h"
#include "codecs/jpeg_ls/decode/unstuff.h"

namespace slipring::codecs::jpeg_ls {

namespace {

constexpr std::size_t kSeats = kGroupFramesMax;
constexpr std::size_t kScanSlot = 0;  // of the lane, or of the reference; then the next seat's
static_assert(kScanSlot + kSeats <= Scratch::kSlots);

constexpr std::uint64_t kPaddingBitsMax = 16;  // what may be left of a scan: zeros
constexpr std::uint8_t kUndisputedPrecision = 12;

// A place for one frame under way.
class Seat {
 public:
  Seat(std::size_t number, bool fast, Scratch& scratch)
      : number_(number), fast_(fast), scratch_(scratch) {}

  [[nodiscard]] bool is_taken() const { return job_ != nullptr; }
  [[nodiscard]] Lane& lane() { return lane_; }
  [[nodiscard]] MutableBytes group_memory() const { return group_memory_; }
  [[nodiscard]] bool is_alike(const Seat& other) const {
    return lane_.target.parameters == other.lane_.target.parameters;
  }
  [[nodiscard]] bool pairs_with(const Seat& other) const {
    return is_alike(other) && !lane_.target.by_sample && !other.lane_.target.by_sample;
  }
  [[nodiscard]] bool groups_with(const Seat& other) const {
    const ScanTarget& mine = lane_.target;
    const ScanTarget& theirs = other.lane_.target;
    return is_alike(other) && mine.columns == theirs.columns &&
           mine.components == theirs.components && mine.by_sample == theirs.by_sample &&
           lane_.x == 0 && other.lane_.x == 0 && lane_.bit_count <= kGroupBitsMax &&
           other.lane_.bit_count <= kGroupBitsMax;
  }

  // Afterwards the seat's lane is running, or the job has its answer and the seat is free.
  void take(DecodeJob& job) {
    job_ = &job;
    thresholds_ = Thresholds::Standard;
    by_the_book_ = {};
    if (const auto begun = begin(); !begun) return leave(begun);
    advance();
  }

  // Of a lane that stopped running.
  void settle() {
    if (lane_.state == Lane::State::Done && ends_here()) return advance();
    if (const auto plain = reader_->decode_plainly(*scan_, scratch_, kScanSlot + number_); !plain)
      return give_up(plain.error());
    advance();
  }

 private:
  Result<void> begin() {
    const pixel::Layout& layout = job_->layout;
    TRY_ASSIGN(const std::uint64_t frame_bytes, layout.frame_bytes());
    EXPECTS(job_->out.size() == frame_bytes);
    stream_ = joined(job_->fragments, joined_, 0);
    TRY_ASSIGN(header_, read_header(stream_));
    TRY(agree(describe(header_), layout, job_->quirks));
    if (layout.bits_allocated == 1)
      return fail(ErrorCode::OutOfRange, 0, "JPEG-LS samples for 1-bit pixels", 1,
                  header_.jpeg.precision_bits);
    image_ = {&header_, layout.samples_per_pixel, layout.bytes_per_sample(), job_->out};
    reader_.emplace(stream_, image_, thresholds_);
    return {};
  }

  // Scan after scan, until one is left to the lane or there is an answer.
  void advance() {
    for (;;) {
      const auto scan = reader_->next_scan();
      if (!scan) return give_up(scan.error());
      if (!*scan) return leave(finish());
      scan_ = **scan;
      if (fast_ && start()) return;
      const auto plain = reader_->decode_plainly(*scan_, scratch_, kScanSlot + number_);
      if (!plain) return give_up(plain.error());
    }
  }

  // Whether the scan is one for the lane.
  bool start() {
    const std::size_t first = scan_->components[0];
    if (scan_->restart_lines != 0) return false;
    for (std::size_t i = 0; i < scan_->header.components; ++i)
      if (scan_->components[i] != first + i) return false;
    lane_.target = {.samples = image_.pixels.data() + first * image_.sample_bytes,
                    .rows = header_.rows,
                    .columns = header_.columns,
                    .frame_components = image_.frame_components,
                    .sample_bytes = image_.sample_bytes,
                    .components = scan_->header.components,
                    .by_sample = scan_->header.end == 2,
                    .parameters = scan_->parameters};
    if (!suits_lanes(lane_.target)) return false;
    const Bytes coded = reader_->pass(*scan_);
    const std::size_t for_lane = lane_bytes(lane_.target);
    const std::size_t for_group = group_bytes(lane_.target);
    const MutableBytes memory =
        scratch_.take(kScanSlot + number_, for_lane + for_group + coded.size() + kPlainPadding);
    const MutableBytes plain = memory.subspan(for_lane + for_group);
    group_memory_ = memory.subspan(for_lane, for_group);
    lane_.bits = plain.data();
    lane_.bit_count = unstuff(coded, plain.data());
    start_lane(lane_, memory.first(for_lane));
    return true;
  }

  // Nothing but padding behind the last sample; anything else the reference judges.
  [[nodiscard]] bool ends_here() const {
    return lane_.bit_count - lane_.position <= kPaddingBitsMax &&
           load_be<std::uint64_t>(lane_.bits + lane_.position / 8) << lane_.position % 8 == 0;
  }

  // Above 12 bits some Java writers use thresholds of their own and do not say so. By the book
  // their streams make no sense sooner or later; then, and only then, they are tried.
  void give_up(const Error& error) {
    if (by_the_book_) return leave(std::unexpected(*by_the_book_));
    const bool may_differ =
        header_.jpeg.precision_bits > kUndisputedPrecision && !header_.jpeg.preset_parameters;
    if (!may_differ || error.code != ErrorCode::Malformed) return leave(std::unexpected(error));
    by_the_book_ = error;
    thresholds_ = Thresholds::Unclamped;
    reader_.emplace(stream_, image_, thresholds_);
    advance();
  }

  Result<void> finish() {
    const End end = reader_->end();
    TRY(reader_->finish_samples(job_->quirks));
    if (!end.marked) job_->quirks.add(Quirk::MissingEndMarker);
    if (stream_.size() - end.offset > 1) job_->quirks.add(Quirk::TrailingBytes);
    if (thresholds_ == Thresholds::Unclamped) job_->quirks.add(Quirk::UndeclaredThresholds);
    if (job_->layout.is_signed)
      sign_extend(job_->out, job_->layout.bytes_per_sample(), describe(header_).precision_bits);
    return {};
  }

  void leave(Result<void> status) {
    job_->status = status;
    job_ = nullptr;
    lane_.state = Lane::State::Done;
  }

  std::size_t number_;
  bool fast_;
  Scratch& scratch_;
  Scratch joined_;  // the scratch has no slot left for the few frames of several fragments
  DecodeJob* job_ = nullptr;
  Bytes stream_;
  Header header_;
  Image image_;
  Thresholds thresholds_ = Thresholds::Standard;
  std::optional<Error> by_the_book_;
  std::optional<FrameReader> reader_;
  std::optional<Scan> scan_;
  MutableBytes group_memory_;
  Lane lane_;
};

// The lanes that go on together: those that are like the first one's, as many as may be.
class Crew {
 public:
  explicit Crew(std::span<Seat> seats, bool grouped) {
    for (Seat& seat : seats) {
      if (!seat.is_taken()) continue;
      if (leader_ == nullptr) leader_ = &seat;
      const bool suits = grouped ? leader_->groups_with(seat) : leader_->pairs_with(seat);
      if (&seat == leader_ || (suits && size_ < (grouped ? kSeats : 2)))
        lanes_[size_++] = &seat.lane();
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  void run_grouped() const { run_group(std::span(lanes_).first(size_), leader_->group_memory()); }
  void run_paired() const { run_lanes(*lanes_[0], size_ == 2 ? lanes_[1] : nullptr); }

 private:
  Seat* leader_ = nullptr;
  std::array<Lane*, kSeats> lanes_ = {};
  std::size_t size_ = 0;
};

template <std::size_t... kNumber>
std::array<Seat, kSeats> make_seats(bool fast, Scratch& scratch, std::index_sequence<kNumber...>) {
  return {Seat(kNumber, fast, scratch)...};
}

void decode(std::span<DecodeJob> jobs, bool fast, Scratch& scratch) {
  std::array<Seat, kSeats> seats = make_seats(fast, scratch, std::make_index_sequence<kSeats>());
  const bool grouped = takes_groups();
  for (std::size_t next = 0;;) {
    for (Seat& seat : seats)
      while (!seat.is_taken() && next < jobs.size()) seat.take(jobs[next++]);
    const Crew crew(seats, grouped);
    if (crew.size() == 0) return;
    if (grouped && crew.size() > 1)
      crew.run_grouped();
    else
      Crew(seats, false).run_paired();
    for (Seat& seat : seats)
      if (seat.is_taken() && seat.lane().state != Lane::State::Running) seat.settle();
  }
}

}  // namespace

void decode_frames(std::span<DecodeJob> jobs, Scratch& scratch) { decode(jobs, true, scratch); }

void decode_frames_scalar(std::span<DecodeJob> jobs, Scratch& scratch) {
  decode(jobs, false, scratch);
}

}  // namespace slipring::codecs::jpeg_ls

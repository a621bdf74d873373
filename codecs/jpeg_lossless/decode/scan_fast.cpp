// The fast decoder: some lines of two frames in turn, their entropy-coded data in lockstep.
// What it cannot finish it leaves to the scalar one, which says why.
#include <algorithm>
#include <cstring>
#include <new>

#include "codecs/base/contract.h"
#include "codecs/jpeg_lossless/decode/entropy.h"
#include "codecs/jpeg_lossless/decode/scan.h"
#include "codecs/jpeg_lossless/decode/unstuff.h"
#include "codecs/jpeg_lossless/lines/predict.h"
#include "codecs/jpeg_lossless/lines/store.h"
#include "codecs/kernels/planes.h"

namespace slipring::codecs::jpeg_lossless {

namespace {

constexpr std::size_t kUnstuffedSlot = 1;
constexpr std::size_t kTablesSlot = 2;
constexpr std::size_t kLinesSlot = 3;
constexpr std::size_t kStepsSlot = 4;
constexpr std::size_t kComparedSlot = 5;

// A smaller image does not pay for the tables of pairs and leaps.
constexpr std::uint64_t kLargeTableSamplesMin = 8192;

// Lines of one component whose bits are read in one go.
constexpr std::size_t kRunSamples = 4096;

constexpr std::size_t kBytesMargin = kBitsPadding + kUnstuffSlack;

struct LaneTables {
  std::array<FastTable, kTables> tables;
};

// Samples of one line of one component, margins included, a multiple of 64 bytes.
std::size_t pitch_of(std::size_t columns) {
  return (kLineMargin + columns + kLineSlack + 31) / 32 * 32;
}

// How many symbols on the same table comes again: one, or as many as there are components.
std::uint32_t period_of(const Scan& scan) {
  for (std::size_t k = 1; k < scan.components; ++k)
    if (scan.table[k] != scan.table[0]) return scan.components;
  return 1;
}

// One frame of the group.
class Lane {
 public:
  Lane(ScanJob& job, LaneTables& tables, std::uint8_t* unstuffed, std::uint16_t* lines,
       std::uint8_t* compared)
      : job_(job),
        frame_(job.reader->frame()),
        scan_(job.reader->scan()),
        out_(job.target, job.reader->scan().components, compared),
        unstuffed_(unstuffed),
        at_(scan_.begin) {
    form_ = {frame_.precision_bits, scan_.point_transform, job.target.is_signed};
    const std::size_t pitch = pitch_of(frame_.columns);
    linear_ = lines + kLineMargin;
    lines += linear_samples(frame_.columns, scan_.components);
    for (std::size_t k = 0; k < scan_.components; ++k, lines += 3 * pitch) {
      differences_[k] = scan_.components == 1 ? linear_ : lines + kLineMargin;
      above_[k] = lines + pitch + kLineMargin;
      now_[k] = lines + 2 * pitch + kLineMargin;
    }
    build_tables(tables);
  }

  static std::size_t line_samples(std::size_t columns, std::size_t components) {
    return linear_samples(columns, components) + pitch_of(columns) * components * 3;
  }

  [[nodiscard]] bool active() const { return !failed_ && line_ < frame_.rows; }
  // Lines from the current one on that no restart marker parts.
  [[nodiscard]] std::size_t lines_left() const {
    const std::size_t rest = frame_.rows - line_;
    if (scan_.restart_interval < frame_.columns) return scan_.restart_interval == 0 ? rest : 1;
    const std::size_t lines = scan_.restart_interval / frame_.columns;
    return std::min(rest, lines - line_ % lines);
  }
  [[nodiscard]] bool leaps() const { return bits_.leaps; }
  [[nodiscard]] BitLane* bits() { return &bits_; }
  [[nodiscard]] std::uint16_t* differences() { return linear_; }

  // Before the samples [x, ...) of the current line: at a restart the bits of the next interval.
  void prepare(std::size_t x) {
    const std::uint64_t index = std::uint64_t{line_} * frame_.columns + x;
    const bool first = index == 0;
    if (!first && (scan_.restart_interval == 0 || index % scan_.restart_interval != 0)) return;
    if (!first) next_interval(index / scan_.restart_interval);
    restarted_ = true;
    if (failed_) return;
    const Unstuffed found = unstuff(job_.reader->stream().subspan(at_), unstuffed_);
    at_ += found.consumed;
    std::memset(unstuffed_ + found.produced, 0, kBitsPadding);
    bits_.start(unstuffed_, unstuffed_ + found.produced);
  }

  // So many lines from the current one on will be stored soon.
  void expect(std::size_t lines) const { out_.expect(line_, lines); }

  // Their differences are there: `count` samples of each component; of one component, from `from`
  // on.
  void reconstruct(std::size_t x, std::size_t count, std::size_t from = 0) {
    separate_components(count);
    const auto start =
        static_cast<std::uint16_t>(1U << (frame_.precision_bits - scan_.point_transform - 1));
    for (std::size_t k = 0; k < scan_.components; ++k) {
      const Line line{differences_[k] + from, above_[k] + x, now_[k] + x, count};
      all_ |= restarted_ ? reconstruct_first_line(line, start)
                         : reconstruct_line(line, scan_.predictor);
    }
  }

  void finish_line() {
    store();
    std::swap(above_, now_);
    restarted_ = false;
    failed_ = failed_ || bits_.failed;
    if (++line_ == frame_.rows && !failed_) finish_scan();
  }

 private:
  static std::size_t linear_samples(std::size_t columns, std::size_t components) {
    return pitch_of(components == 1 ? std::max(columns, kRunSamples) : columns) * components;
  }

  void build_tables(LaneTables& tables) {
    bits_.period = period_of(scan_);
    const std::uint32_t group = bits_.period == 1 ? 0 : bits_.period;
    std::uint32_t built = 0;
    for (std::size_t k = 0; k < bits_.period; ++k) {
      const std::uint32_t table = scan_.table[k];
      bits_.tables[k] = &tables.tables[table];
      if ((built >> table & 1U) == 0)
        build_fast_table(job_.reader->table(table), group, tables.tables[table]);
      built |= 1U << table;
    }
    table_ = &tables.tables[scan_.table[0]];
    if (pays_large_tables()) leap_fast_table(job_.reader->table(scan_.table[0]), *table_);
    bits_.leaps = table_->leaps;
    if (pays_large_tables() && !bits_.leaps)
      pair_fast_table(job_.reader->table(scan_.table[0]), *table_);
  }

  [[nodiscard]] bool pays_large_tables() const {
    const std::uint64_t pixels = std::uint64_t{frame_.rows} * frame_.columns;
    return bits_.period == 1 && pixels * scan_.components >= kLargeTableSamplesMin;
  }

  // The interval that ends here must not have read beyond its bytes.
  void end_interval() {
    const auto bytes = static_cast<std::uint64_t>(bits_.end - bits_.begin);
    const std::uint64_t read = (bits_.position() + 7) / 8;
    if (bits_.failed || read > bytes) failed_ = true;
    job_.end.excess |= read < bytes;
  }

  void next_interval(std::uint64_t number) {
    end_interval();
    const Bytes stream = job_.reader->stream();
    while (at_ < stream.size() && stream[at_] == 0xFF) ++at_;
    const auto expected = static_cast<std::uint8_t>(jpeg_marker::kRst0 + (number - 1) % 8);
    if (at_ >= stream.size() || stream[at_++] != expected) failed_ = true;
  }

  void finish_scan() {
    end_interval();
    job_.done = !failed_;
    job_.end.differs = out_.differs();
    job_.end.offset = at_;
    job_.end.reduced = (all_ & form_.excess_bits()) != 0;
  }

  void separate_components(std::size_t count) {
    if (scan_.components == 1) return;
    std::array<std::uint8_t*, kComponentsMax> planes = {};
    for (std::size_t k = 0; k < scan_.components; ++k)
      planes[k] = reinterpret_cast<std::uint8_t*>(differences_[k]);
    kernels::split_planes(reinterpret_cast<const std::uint8_t*>(linear_), 2, count,
                          std::span(planes).first(scan_.components));
  }

  void store() {
    const Target& target = job_.target;
    if (!target.expected.empty() && target.samples_per_pixel == 1 && target.sample_bytes <= 2) {
      const std::uint16_t* const plane = now_[0];
      const StoredLine line{{&plane, 1}, frame_.columns, form_, target.sample_bytes};
      return out_.note(line_is(line, out_.expected(line_)));
    }
    store_to(out_.begin(line_));
    out_.end(line_);
  }

  void store_to(std::uint8_t* to) {
    const Target& target = job_.target;
    const std::size_t pixel_bytes = std::size_t{target.samples_per_pixel} * target.sample_bytes;
    StoredLine line{{}, frame_.columns, form_, target.sample_bytes};
    if (scan_.components != target.samples_per_pixel) {
      for (std::size_t k = 0; k < scan_.components; ++k)
        store_plane(now_[k], line, to + std::size_t{scan_.component[k]} * target.sample_bytes,
                    pixel_bytes);
      return;
    }
    std::array<const std::uint16_t*, kComponentsMax> planes = {};
    for (std::size_t k = 0; k < scan_.components; ++k) planes[scan_.component[k]] = now_[k];
    line.planes = std::span(planes).first(scan_.components);
    store_line(line, to);
  }

  ScanJob& job_;
  const Frame& frame_;
  const Scan& scan_;
  LineOut out_;
  SampleForm form_;
  BitLane bits_;
  FastTable* table_ = nullptr;  // of the first component
  std::uint8_t* unstuffed_;
  std::uint64_t at_;                 // in the stream: behind the current interval's bytes
  std::uint16_t* linear_ = nullptr;  // differences in the order of the stream
  std::array<std::uint16_t*, kComponentsMax> differences_ = {};
  std::array<std::uint16_t*, kComponentsMax> above_ = {};
  std::array<std::uint16_t*, kComponentsMax> now_ = {};
  std::uint32_t line_ = 0;
  std::uint32_t all_ = 0;  // OR of all samples
  bool restarted_ = false;
  bool failed_ = false;
};

// The lanes of one group and their memory.
class Group {
 public:
  Group(std::span<ScanJob> jobs, Scratch& scratch) {
    const StreamReader& first = *jobs[0].reader;
    const Scan& scan = first.scan();
    columns_ = first.frame().columns;
    components_ = scan.components;
    const bool cut = scan.restart_interval != 0 && scan.restart_interval < columns_;
    piece_ = cut ? scan.restart_interval : columns_;
    std::size_t bytes = 0;
    for (const ScanJob& job : jobs) bytes += room_for(job);
    std::uint8_t* unstuffed = scratch.take(kUnstuffedSlot, bytes).data();
    auto* tables = reinterpret_cast<LaneTables*>(
        scratch.take(kTablesSlot, jobs.size() * sizeof(LaneTables)).data());
    const std::size_t samples = Lane::line_samples(columns_, components_);
    auto* lines = reinterpret_cast<std::uint16_t*>(
        scratch.take(kLinesSlot, jobs.size() * samples * sizeof(std::uint16_t)).data());
    steps_ = {
        reinterpret_cast<Steps*>(scratch.take(kStepsSlot, jobs.size() * sizeof(Steps)).data()),
        jobs.size()};
    std::size_t compared_bytes = 0;
    for (const ScanJob& job : jobs) compared_bytes += LineOut::room_bytes(job.target);
    std::uint8_t* compared = scratch.take(kComparedSlot, compared_bytes).data();
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      lanes_[i] = new (&memory_[i])
          Lane(jobs[i], *new (tables + i) LaneTables, unstuffed, lines + i * samples, compared);
      unstuffed += room_for(jobs[i]);
      compared += LineOut::room_bytes(jobs[i].target);
    }
    count_ = jobs.size();
  }

  void run() {
    const auto all = lanes_;
    const auto used = std::span(all).first(count_);
    const auto leaping = std::ranges::count_if(used, [](const Lane* l) { return l->leaps(); });
    const auto count = static_cast<std::ptrdiff_t>(count_);
    if (count > 1 && (leaping == 0 || leaping == count)) return run_together();
    for (Lane* lane : used) {
      lanes_[0] = lane;
      count_ = 1;
      run_together();
    }
  }

 private:
  void run_together() {
    for (;;) {
      const auto ended = std::partition(lanes_.begin(), lanes_.begin() + count_,
                                        [](const Lane* lane) { return lane->active(); });
      count_ = static_cast<std::size_t>(ended - lanes_.begin());
      if (count_ == 0) return;
      if (components_ == 1 && piece_ == columns_) {
        decode_run();
        continue;
      }
      for (std::size_t x = 0; x < columns_; x += piece_) decode_piece(x);
      for (std::size_t i = 0; i < count_; ++i) lanes_[i]->finish_line();
    }
  }

  static std::size_t room_for(const ScanJob& job) {
    return (job.reader->stream().size() + kBytesMargin + 63) / 64 * 64;
  }

  // The differences of so many symbols from sample x of the current line on.
  void decode_symbols(std::size_t x, std::size_t symbols) {
    std::array<BitLane*, kLanesMax> bits = {};
    std::array<std::uint16_t*, kLanesMax> differences = {};
    for (std::size_t i = 0; i < count_; ++i) {
      lanes_[i]->prepare(x);
      bits[i] = lanes_[i]->bits();
      differences[i] = lanes_[i]->differences();
    }
    decode_differences(std::span(bits).first(count_), symbols, std::span(differences).first(count_),
                       steps_.first(count_));
  }

  void decode_piece(std::size_t x) {
    decode_symbols(x, piece_ * components_);
    for (std::size_t i = 0; i < count_; ++i) lanes_[i]->reconstruct(x, piece_);
  }

  // Whole lines of one component, as many as all lanes have.
  void decode_run() {
    std::size_t lines = std::max<std::size_t>(kRunSamples / columns_, 1);
    for (std::size_t i = 0; i < count_; ++i) lines = std::min(lines, lanes_[i]->lines_left());
    for (std::size_t i = 0; i < count_; ++i) lanes_[i]->expect(lines);
    decode_symbols(0, lines * columns_);
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t k = 0; k < lines; ++k) {
        lanes_[i]->reconstruct(0, columns_, k * columns_);
        lanes_[i]->finish_line();
      }
    }
  }

  struct alignas(Lane) Memory {
    std::byte bytes[sizeof(Lane)];
  };
  std::array<Memory, kLanesMax> memory_;
  std::array<Lane*, kLanesMax> lanes_ = {};
  std::size_t count_ = 0;
  std::size_t columns_ = 0;
  std::size_t components_ = 0;
  std::size_t piece_ = 0;  // samples of a line between two restarts, or all
  std::span<Steps> steps_;
};

}  // namespace

bool go_together(const StreamReader& a, const StreamReader& b) {
  const auto cut = [](const StreamReader& reader) {
    return reader.scan().restart_interval != 0 &&
           reader.scan().restart_interval < reader.frame().columns;
  };
  return a.frame().columns == b.frame().columns && a.scan().components == b.scan().components &&
         period_of(a.scan()) == period_of(b.scan()) && !cut(a) && !cut(b);
}

void decode_scans(std::span<ScanJob> jobs, Scratch& scratch) {
  EXPECTS(!jobs.empty() && jobs.size() <= kLanesMax);
  Group(jobs, scratch).run();
}

}  // namespace slipring::codecs::jpeg_lossless

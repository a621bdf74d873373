#include "engine/ingest/verify.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

#include "engine/discover/discover.h"
#include "engine/ingest/frame_schedule.h"
#include "engine/ingest/ingest.h"
#include "engine/ingest/options.h"
#include "engine/ingest/steps.h"
#include "engine/ledger/ledger.h"
#include "engine/map/map.h"
#include "engine/scan/scan.h"
#include "engine/transcode/transcode.h"

namespace slipring::ingest {

namespace tbb = oneapi::tbb;
using dicom::Outcome;
using dicom::Record;

namespace {

constexpr dicom::RuleId kBitRot{0, 9};

// What the ledger promises: of each output the row that tells it, found by the digest of its name.
// Rows themselves are read when their file is met: those of an archive do not fit into memory.
class Promises {
 public:
  explicit Promises(ledger::Ledger& ledger) : ledger_(ledger) {}

  Result<void> read() {
    TRY(ledger_.each_output([&](std::int64_t row, std::string_view output, Outcome) {
      rows_.push_back({dicom::xxh128(as_bytes(output)), row});
    }));
    std::ranges::sort(rows_);  // of one name the ledger's first stays
    const auto twins = std::ranges::unique(rows_, {}, &Row::name);
    rows_.erase(twins.begin(), twins.end());
    kept_.resize(rows_.size());
    return {};
  }
  // Those that the ledger took back since it was read are none: somebody writes to it.
  [[nodiscard]] std::uint64_t size() const { return rows_.size() - taken_back_; }

  // Of the output with that name, which is kept from here on; nullopt: there is none.
  Result<std::optional<Record>> keep(const std::string& output) {
    const auto name = dicom::xxh128(as_bytes(output));
    const auto row = std::ranges::lower_bound(rows_, name, {}, &Row::name);
    if (row == rows_.end() || row->name != name) return std::optional<Record>{};
    kept_[static_cast<std::size_t>(row - rows_.begin())] = true;
    return record_at(row->number);
  }

  // Those nobody kept, in the ledger's order.
  Result<void> each_broken(const std::function<void(Record&)>& take) {
    std::vector<std::int64_t> broken;
    for (std::size_t i = 0; i < rows_.size(); ++i)
      if (!kept_[i]) broken.push_back(rows_[i].number);
    std::ranges::sort(broken);
    for (const std::int64_t number : broken) {
      TRY_ASSIGN(std::optional<Record> record, record_at(number));
      if (record) take(*record);
    }
    return {};
  }

 private:
  struct Row {
    dicom::Xxh128Digest name;
    std::int64_t number = 0;
    auto operator<=>(const Row&) const = default;
  };

  // As an output of its own: the path is its name.
  Result<std::optional<Record>> record_at(std::int64_t number) {
    TRY_ASSIGN(std::optional<Record> row, ledger_.row_at(number));
    if (!row || !row->output_digest) {
      ++taken_back_;
      return std::optional<Record>{};
    }
    Record kept;
    kept.path = std::move(row->output);
    kept.sop_class = std::move(row->sop_class);
    kept.sop_instance = std::move(row->sop_instance);
    kept.bytes_out = row->bytes_out;
    kept.to = kept.from = std::move(row->to);
    kept.frames = row->frames;
    kept.pixel_digest = row->pixel_digest;
    kept.output_digest = row->output_digest;
    return std::optional<Record>{std::move(kept)};
  }

  ledger::Ledger& ledger_;
  std::vector<Row> rows_;  // in order of name
  std::vector<bool> kept_;
  std::uint64_t taken_back_ = 0;
};

void fail_record(Record& record, std::string reason) {
  record.outcome = Outcome::Failed;
  record.reason = std::move(reason);
}

Result<void> check_pixels(Record& record, const map::MappedFile& file, unsigned threads) {
  dicom::Scanned scanned;
  scan::scan(file.bytes(), file.bytes().size(), {}, scanned);
  FrameSchedule schedule(threads);
  TRY_ASSIGN(const transcode::Digests now, transcode::digests(scanned, false, schedule));
  if (now.pixel != record.pixel_digest)
    return fail(ErrorCode::Mismatch, kNoOffset, "decoded pixels differ from the ledger's");
  return {};
}

// A file of the output tree that the ledger knows.
void check_output(Record& record, const std::string& path, const VerifyOptions& options,
                  map::MappedFile& file) {
  record.outcome = Outcome::Ok;
  if (const auto opened = file.open(path, {}); !opened) {
    record.error = opened.error();
    return fail_record(record, "the output could not be read");
  }
  record.bytes_in = file.identity().size_bytes;
  const bool same = record.bytes_in == record.bytes_out && hash_file(file) == *record.output_digest;
  if (const auto unchanged = file.check(); !unchanged) {
    record.error = unchanged.error();
    return fail_record(record, "the output could not be read");
  }
  if (!same) {
    const std::string what = record.bytes_in != record.bytes_out
                                 ? "size differs from the ledger's"
                                 : "content differs from the ledger's";
    record.findings.add({kBitRot, dicom::Severity::Error, {}, kNoOffset, {}, what});
    return fail_record(record, what);
  }
  if (!options.decode || !record.pixel_digest) return;
  if (const auto pixels = check_pixels(record, file, options.threads); !pixels) {
    record.error = pixels.error();
    return fail_record(record, std::string(pixels.error().what));
  }
  record.pixel_verified = true;
}

struct Checked {
  Record record;
  std::string path;
  bool extra = false;
};
using CheckedPointer = std::shared_ptr<Checked>;

// One verification: what it works with, and what it counts.
class Verification {
 public:
  Verification(const VerifyOptions& options, const VerifyListener& listener, ledger::Ledger& ledger)
      : options_(options), listener_(listener), promises_(ledger) {}

  Result<VerifySummary> run() {
    TRY(promises_.read());
    TRY(walk({}));
    std::error_code ignored;
    if (std::filesystem::is_directory(options_.output + "/" + std::string(kQuarantine), ignored))
      TRY(walk(std::string(kQuarantine)));
    tell_progress(true);
    summary_.interrupted = interrupt_requested != 0;
    if (!summary_.interrupted) TRY(tell_missing());
    summary_.outputs = promises_.size();
    summary_.seconds = seconds();
    return summary_;
  }

 private:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  }

  // Every file beneath `prefix` of the output tree, against its promise.
  Result<void> walk(const std::string& prefix) {
    discover::Options where;
    where.roots = {options_.output + "/" + prefix};
    where.threads = options_.threads;
    discover::Discovery discovery(where);
    const auto next = [&](tbb::flow_control& flow) -> CheckedPointer {
      auto found = interrupt_requested == 0 && ledger_answered_ ? discovery.next() : std::nullopt;
      CheckedPointer checked = found ? meet(std::move(*found), prefix) : nullptr;
      if (!checked) flow.stop();
      return checked;
    };
    const auto work = [&](CheckedPointer checked) {
      map::MappedFile file;
      if (!checked->extra) check_output(checked->record, checked->path, options_, file);
      return checked;
    };
    const auto end = [&](const CheckedPointer& checked) {
      count(*checked);
      listener_.take(checked->record);
      tell_progress(false);
    };
    tbb::parallel_pipeline(
        std::size_t{4} * options_.threads,
        tbb::make_filter<void, CheckedPointer>(tbb::filter_mode::serial_in_order, next) &
            tbb::make_filter<CheckedPointer, CheckedPointer>(tbb::filter_mode::parallel, work) &
            tbb::make_filter<CheckedPointer, void>(tbb::filter_mode::serial_in_order, end));
    return ledger_answered_;
  }

  // Null where the ledger could not be asked.
  CheckedPointer meet(discover::Discovered found, const std::string& prefix) {
    auto checked = std::make_shared<Checked>();
    checked->path = found.file.path;
    const std::string name = prefix + found.file.relative;
    auto promise = promises_.keep(name);
    if (!promise) {
      ledger_answered_ = std::unexpected(promise.error());
      return nullptr;
    }
    checked->extra = !*promise;
    if (*promise) {
      checked->record = std::move(**promise);
    } else {
      checked->record.path = name;
      checked->record.outcome = Outcome::Skipped;
      checked->record.reason = "not in the ledger";
    }
    return checked;
  }

  void count(const Checked& checked) {
    if (checked.extra) {
      ++summary_.extra;
      return;
    }
    summary_.bytes += checked.record.bytes_in;
    if (checked.record.outcome == Outcome::Ok)
      ++summary_.intact;
    else if (checked.record.error && checked.record.error->code != ErrorCode::Mismatch)
      ++summary_.unreadable;
    else
      ++summary_.damaged;
  }

  void tell_progress(bool at_once) {
    constexpr std::chrono::milliseconds kEvery{200};
    const auto now = std::chrono::steady_clock::now();
    if (!at_once && now - told_ < kEvery) return;
    told_ = now;
    const std::uint64_t failed = summary_.damaged + summary_.unreadable;
    listener_.progress({.seconds = seconds(),
                        .done = summary_.intact + failed,
                        .total = promises_.size(),
                        .total_final = true,
                        .bytes_in = summary_.bytes,
                        .failed = failed});
  }

  Result<void> tell_missing() {
    return promises_.each_broken([&](Record& record) {
      fail_record(record, "missing");
      ++summary_.missing;
      listener_.take(record);
    });
  }

  const VerifyOptions& options_;
  const VerifyListener& listener_;
  Promises promises_;
  Result<void> ledger_answered_;  // an error of the ledger ends it
  VerifySummary summary_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point told_ = started_;
};

}  // namespace

Exit exit_of(const VerifySummary& summary) {
  if (summary.interrupted) return exits::kInterrupted;
  if (summary.unreadable > 0) return exits::kOutputUnreadable;
  if (summary.damaged + summary.missing > 0) return exits::kOutputDiffers;
  if (summary.extra > 0) return exits::kExtraFiles;
  if (summary.outputs == 0) return exits::kNothingInTheLedger;
  return exits::kOk;
}

Result<VerifySummary> verify(const VerifyOptions& asked, const VerifyListener& listener) {
  VerifyOptions options = asked;
  Options machine;
  ingest::settle(machine);
  if (options.threads == 0) options.threads = machine.threads;
  if (options.ledger.empty()) options.ledger = options.output + "/.slipring/ledger.db";
  const tbb::global_control workers(tbb::global_control::max_allowed_parallelism, options.threads);
  TRY_ASSIGN(const auto ledger, ledger::Ledger::open(options.ledger, ledger::Ledger::Mode::Read));
  return Verification(options, listener, *ledger).run();
}

}  // namespace slipring::ingest

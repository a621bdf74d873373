#include "engine/ingest/verify.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <unordered_map>
#include <vector>

#include "engine/discover/discover.h"
#include "engine/ingest/frame_schedule.h"
#include "engine/ingest/ingest.h"
#include "engine/ingest/options.h"
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
constexpr std::uint64_t kPiece = std::uint64_t{8} << 20;

// What the ledger promises of one output.
struct Promise {
  Record record;
  bool seen = false;
};
using Promises = std::unordered_map<std::string, Promise>;

Result<Promises> read_promises(ledger::Ledger& ledger) {
  Promises promises;
  TRY(ledger.each_record([&](const Record& row) {
    if (row.output.empty() || !row.output_digest) return;
    Record kept;
    kept.path = row.output;
    kept.sop_class = row.sop_class;
    kept.sop_instance = row.sop_instance;
    kept.bytes_out = row.bytes_out;
    kept.to = kept.from = row.to;
    kept.frames = row.frames;
    kept.pixel_digest = row.pixel_digest;
    kept.output_digest = row.output_digest;
    promises.emplace(row.output, Promise{std::move(kept), false});
  }));
  return promises;
}

dicom::Xxh128Digest hash_of(const map::MappedFile& file) {
  dicom::Xxh128 hash;
  for (std::uint64_t at = 0; at < file.bytes().size(); at += kPiece) {
    const std::uint64_t length = std::min(kPiece, file.bytes().size() - at);
    hash.update(file.bytes().subspan(at, length));
    file.release(at, length);
  }
  return hash.finish();
}

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
  const bool same = record.bytes_in == record.bytes_out && hash_of(file) == *record.output_digest;
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

void count(VerifySummary& summary, const Checked& checked) {
  if (checked.extra) {
    ++summary.extra;
    return;
  }
  summary.bytes += checked.record.bytes_in;
  if (checked.record.outcome == Outcome::Ok)
    ++summary.intact;
  else if (checked.record.error && checked.record.error->code != ErrorCode::Mismatch)
    ++summary.unreadable;
  else
    ++summary.damaged;
}

CheckedPointer meet(discover::Discovered found, Promises& promises, const std::string& prefix) {
  auto checked = std::make_shared<Checked>();
  checked->path = found.file.path;
  const std::string name = prefix + found.file.relative;
  const auto promise = promises.find(name);
  if (promise == promises.end()) {
    checked->extra = true;
    checked->record.path = name;
    checked->record.outcome = Outcome::Skipped;
    checked->record.reason = "not in the ledger";
    return checked;
  }
  promise->second.seen = true;
  checked->record = std::move(promise->second.record);
  return checked;
}

// Every file beneath `prefix` of the output tree, against its promise.
void walk(const std::string& prefix, Promises& promises, const VerifyOptions& options,
          VerifySummary& summary, const std::function<void(const Record&)>& take) {
  discover::Options where;
  where.roots = {options.output + "/" + prefix};
  where.threads = options.threads;
  discover::Discovery discovery(where);
  const auto next = [&](tbb::flow_control& flow) -> CheckedPointer {
    auto found = interrupt_requested == 0 ? discovery.next() : std::nullopt;
    if (!found) {
      flow.stop();
      return nullptr;
    }
    return meet(std::move(*found), promises, prefix);
  };
  const auto work = [&](CheckedPointer checked) {
    map::MappedFile file;
    if (!checked->extra) check_output(checked->record, checked->path, options, file);
    return checked;
  };
  const auto end = [&](const CheckedPointer& checked) {
    count(summary, *checked);
    take(checked->record);
  };
  tbb::parallel_pipeline(
      std::size_t{4} * options.threads,
      tbb::make_filter<void, CheckedPointer>(tbb::filter_mode::serial_in_order, next) &
          tbb::make_filter<CheckedPointer, CheckedPointer>(tbb::filter_mode::parallel, work) &
          tbb::make_filter<CheckedPointer, void>(tbb::filter_mode::serial_in_order, end));
}

void tell_missing(Promises& promises, VerifySummary& summary,
                  const std::function<void(const Record&)>& take) {
  std::vector<Promise*> missing;
  for (auto& [name, promise] : promises)
    if (!promise.seen) missing.push_back(&promise);
  std::ranges::sort(missing, {}, [](const Promise* each) { return each->record.path; });
  for (Promise* promise : missing) {
    fail_record(promise->record, "missing");
    ++summary.missing;
    take(promise->record);
  }
}

}  // namespace

Exit exit_of(const VerifySummary& summary) {
  if (summary.interrupted) return {130, "interrupted"};
  if (summary.unreadable > 0) return {3, "output-unreadable"};
  if (summary.damaged + summary.missing > 0) return {1, "output-differs"};
  if (summary.extra > 0) return {1, "extra-files"};
  if (summary.outputs == 0) return {4, "nothing-in-the-ledger"};
  return {0, "ok"};
}

Result<VerifySummary> verify(const VerifyOptions& asked,
                             const std::function<void(const Record&)>& take) {
  VerifyOptions options = asked;
  Options machine;
  ingest::settle(machine);
  if (options.threads == 0) options.threads = machine.threads;
  if (options.ledger.empty()) options.ledger = options.output + "/.slipring/ledger.db";
  const auto started = std::chrono::steady_clock::now();
  const tbb::global_control workers(tbb::global_control::max_allowed_parallelism, options.threads);
  TRY_ASSIGN(const auto ledger, ledger::Ledger::open(options.ledger, ledger::Ledger::Mode::Read));
  TRY_ASSIGN(Promises promises, read_promises(*ledger));
  VerifySummary summary;
  summary.outputs = promises.size();
  walk({}, promises, options, summary, take);
  std::error_code ignored;
  if (std::filesystem::is_directory(options.output + "/" + std::string(kQuarantine), ignored))
    walk(std::string(kQuarantine), promises, options, summary, take);
  summary.interrupted = interrupt_requested != 0;
  if (!summary.interrupted) tell_missing(promises, summary, take);
  summary.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return summary;
}

}  // namespace slipring::ingest

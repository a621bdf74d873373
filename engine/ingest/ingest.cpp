#include "engine/ingest/ingest.h"

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <exception>
#include <filesystem>
#include <memory>
#include <optional>

#include "engine/discover/discover.h"
#include "engine/ingest/finisher.h"
#include "engine/ingest/finishing_thread.h"
#include "engine/ingest/known_files.h"
#include "engine/ingest/nightly/cross_check.h"
#include "engine/ingest/nightly/pace.h"
#include "engine/ingest/steps.h"
#include "engine/ingest/together.h"
#include "engine/validate/file.h"

namespace slipring::ingest {

namespace tbb = oneapi::tbb;
using dicom::Outcome;

std::atomic<int> interrupt_requested = 0;

namespace {

// The stages of each command, in order. What is known after each stands behind it.
constexpr Step kScanSteps[] = {
    map_head,   // the file is regular and open; its size, times and first bytes
    scan_head,  // what it is; its tape up to the image description
};
constexpr Step kValidateSteps[] = {
    recognise,    // it changed since it was validated last, or is to be read again
    map_file,     // the file is regular and open; all its bytes
    digest_file,  // the digest of them
    scan_file,    // what it is; its tape
    take_keys,    // what layer 6 needs of it
    open_frames,  // where a codec decodes its frames, where they are
};
constexpr Step kJudgeSteps[] = {
    validate_object,  // every finding of layers 1, 2 and 5; the pixel digest when pixels decode
    check_unchanged,  // nobody wrote to it meanwhile
};
// Without pixels it is headers that are read, and whatever of the file cannot be judged by them.
constexpr Step kValidateHeaderSteps[] = {
    recognise,        // it changed since it was validated last, or is to be read again
    map_head,         // the file is regular and open; its size, times and first bytes
    scan_headers,     // what it is; its tape
    take_keys,        // what layer 6 needs of it
    validate_object,  // every finding but those of decoded pixels
    check_unchanged,  // nobody wrote to it meanwhile
};
constexpr Step kPlanSteps[] = {
    map_file,         // the file is regular and open; all its bytes
    scan_file,        // what it is; its tape
    validate_object,  // findings that need no decoding
    plan_object,      // what will become of it, and why
};
constexpr Step kWriteSteps[] = {
    write_object,  // the new object is in an unnamed file; the source's digests
    read_back,     // what was written scans
};
constexpr Step kProveSteps[] = {
    prove_object,     // what was written has the same digests
    check_unchanged,  // the source did not change meanwhile
};

// A parcel takes the steps of a round; then, where there is something to do together, it waits for
// others of its batch, or does it alone and goes on.
struct Round {
  std::span<const Step> steps;
  const Meeting* meeting = nullptr;
};
constexpr Round kScanRounds[] = {{kScanSteps}};
constexpr Round kValidateRounds[] = {{kValidateSteps, &kDecodeOpened}, {kJudgeSteps}};
constexpr Round kValidateHeaderRounds[] = {{kValidateHeaderSteps}};
constexpr Round kConvertRounds[] = {
    {kPlanSteps, &kRecodeSources}, {kWriteSteps, &kDecodeWritten}, {kProveSteps}};

std::span<const Round> rounds_of(const Options& options) {
  switch (options.command) {
    case Command::Scan:
      return kScanRounds;
    case Command::Validate:
      if (!options.decode_pixels) return kValidateHeaderRounds;
      return kValidateRounds;
    case Command::Convert:
      return kConvertRounds;
  }
  return {};
}

// Of files that are known, and will mostly not be opened, as many as of headers.
constexpr std::size_t kKnownPerBatch = 32;

// Header scans take microseconds: many to a token. Objects to decode or to convert are together so
// that frames can be coded in lockstep, which JPEG-LS does with eight; those that take long to
// encode are a token each, so that the last ones of a job are spread over all threads.
std::size_t files_per_batch(const Options& options) {
  switch (options.command) {
    case Command::Scan:
      return 64;
    case Command::Validate:
      return options.decode_pixels ? 8 : 32;
    case Command::Convert:
      break;
  }
  const pixel::Format target = options.target->format;
  if (target == pixel::Format::Jpeg2000 || target == pixel::Format::JpegXl) return 1;
  return target == pixel::Format::JpegLs ? 8 : 4;
}

void fail_parcel(Parcel& parcel, const Error& error) {
  parcel.output.reset();
  dicom::Record& record = parcel.record;
  const bool not_regular =  // it was never opened
      error.code == ErrorCode::Unsupported && record.source == dicom::FileIdentity{};
  record.outcome = not_regular ? Outcome::Skipped : Outcome::Failed;
  record.reason =
      parcel.destination_failed ? "the output could not be written" : dicom::reason_of(error);
  record.error = error;
  record.to.clear();
  record.bytes_out = 0;
  record.output_digest.reset();
  record.pixel_verified = false;
  if (not_regular)
    validate::note_special_file(record.findings);
  else if (!parcel.destination_failed)
    validate::check_reading(error, record.source != dicom::FileIdentity{}, record.findings);
  parcel.settled = true;
}

// The other endings of a conversion that failed for the object's own sake.
void end_otherwise(Parcel& parcel, Workbench& bench, const Shared& shared) {
  const OnError choice = shared.options.on_error;
  if (choice != OnError::Copy && choice != OnError::Quarantine) return;
  const std::optional<Error> error = parcel.record.error;
  if (dicom::is_no_fault_of_the_file(error->code) || parcel.destination_failed) return;
  const std::string reason = parcel.record.reason;
  if (const auto copied = copy_as_it_is(parcel, bench, shared); !copied)
    return fail_parcel(parcel, copied.error());
  if (const auto same = bench.source.check(); !same) return fail_parcel(parcel, same.error());
  parcel.record.outcome = choice == OnError::Copy ? Outcome::Kept : Outcome::Quarantined;
  parcel.record.reason = reason;
  parcel.record.error = error;
}

// A file that was cut or written to while it was read explains whatever went wrong with its bytes.
Error cause_of(const Error& error, const Workbench& bench, Parcel& parcel) {
  if (bench.source.bytes().empty()) return error;
  const auto same = bench.source.check();
  if (same) return error;
  parcel.destination_failed = false;
  return same.error();
}

// The element that an error is about: where the scan stopped its finding says it, elsewhere it is
// the one whose value holds that byte. "": none. Of a file whose bytes could not be had there is no
// tape either: what the workbench has is that of the file before.
std::string element_at(std::uint64_t offset, const Workbench& bench) {
  if (offset == kNoOffset || bench.source.bytes().empty()) return {};
  const dicom::Scanned& scanned = bench.scanned;
  for (const dicom::Finding& finding : scanned.findings.kept())
    if (scanned.error && finding.severity == dicom::Severity::Error && finding.offset == offset)
      return finding.path;
  const auto& tape = scanned.tape;
  std::size_t index = tape.size();
  while (index != 0 && tape[index - 1].offset > offset) --index;
  if (index == 0) return {};
  const dicom::Element& element = tape[index - 1];
  const bool holds = element.undefined_length() || offset - element.offset < element.length;
  return holds ? scanned.data_set().path_of(index - 1) : std::string();
}

// The only place that asks whether a parcel is still alive, turns an error into its outcome, and
// stops a library's stray exception.
void each(Parcel& parcel, Workbench& bench, std::span<const Step> steps, const Shared& shared) {
  try {
    for (const Step step : steps) {
      if (parcel.settled) break;
      if (const Result<void> result = step(parcel, bench, shared); !result) {
        fail_parcel(parcel, cause_of(result.error(), bench, parcel));
        parcel.record.error_tag = element_at(parcel.record.error->offset, bench);
        if (shared.tree != nullptr && parcel.record.outcome == Outcome::Failed)
          end_otherwise(parcel, bench, shared);
      }
    }
  } catch (const std::bad_alloc&) {
    fail_parcel(parcel, {ErrorCode::NoMemory, kNoOffset, "out of memory"});
  } catch (const std::exception&) {
    fail_parcel(parcel, {ErrorCode::Internal, kNoOffset, "a library failed unexpectedly"});
  }
}

// A parcel that waits after the steps of a round, to be `company` with itself.
struct Waiting {
  AtWork one;
  std::size_t round = 0;
  std::size_t company = 1;
};

// From its round on, alone while company gains it nothing: its bytes are still near then. False: it
// is done, and does not wait.
bool go_on(Waiting& waiting, std::span<const Round> rounds, const Shared& shared) {
  const AtWork& one = waiting.one;
  for (; waiting.round < rounds.size(); ++waiting.round) {
    each(*one.parcel, *one.bench, rounds[waiting.round].steps, shared);
    if (one.parcel->settled) break;
    const Meeting* meeting = rounds[waiting.round].meeting;
    if (meeting == nullptr) continue;
    waiting.company = meeting->company(one);
    if (waiting.company > 1) return true;
    meeting->hold({&one, 1});
  }
  one.bench->clear();
  waiting.round = rounds.size();
  return false;
}

// All who wait, to their end.
void meet(std::vector<Waiting>& all, std::span<const Round> rounds, const Shared& shared) {
  std::vector<AtWork> met;
  for (std::size_t round = 0; round < rounds.size(); ++round) {
    met.clear();
    for (const Waiting& waiting : all)
      if (waiting.round == round) met.push_back(waiting.one);
    if (met.empty()) continue;
    rounds[round].meeting->hold(met);
    for (Waiting& waiting : all) {
      if (waiting.round != round) continue;
      ++waiting.round;
      (void)go_on(waiting, rounds, shared);
    }
  }
  all.clear();
}

// Those who wait hold the first benches; all others lie on the next one, one after another. Nobody
// waits for more than make good company: the fewer lie open, the nearer their bytes are.
void work_through(std::span<Parcel> parcels, Benches& benches, const Shared& shared) {
  const std::span<const Round> rounds = rounds_of(shared.options);
  std::vector<Waiting> waiting;
  std::size_t company = 1;
  for (Parcel& parcel : parcels) {
    if (benches.size() == waiting.size()) benches.push_back(std::make_unique<Workbench>());
    Waiting next{{&parcel, benches[waiting.size()].get()}};
    if (!go_on(next, rounds, shared)) continue;
    waiting.push_back(next);
    company = std::max(company, next.company);
    if (waiting.size() < company) continue;
    meet(waiting, rounds, shared);
    company = 1;
  }
  meet(waiting, rounds, shared);
}

// A name that discovery will not let us open has its outcome at once.
void pack(Parcel& parcel) {
  const discover::Discovered& found = parcel.source;
  parcel.record.sequence = found.file.sequence;
  parcel.record.path = found.file.relative;
  using Kind = discover::Discovered::Kind;
  validate::check_name(parcel.record.path, parcel.record.findings);
  parcel.settled = found.kind != Kind::File;
  if (found.kind == Kind::SymbolicLink || found.kind == Kind::Special) {
    parcel.record.outcome = Outcome::Skipped;
    parcel.record.reason =
        found.kind == Kind::Special ? "not a regular file" : "symbolic link, not followed";
    if (found.kind == Kind::Special) validate::note_special_file(parcel.record.findings);
  } else if (found.kind == Kind::Unreadable) {
    parcel.record.error = found.error;
    parcel.record.reason = "the directory or list entry could not be read";
    validate::check_reading(found.error, false, parcel.record.findings);
  }
}

// The time a job has. Over once it was over: what comes after asks again.
class Window {
 public:
  Window(const Clock& clock, double seconds)
      : clock_(clock), ends_(clock.seconds() + seconds), limited_(seconds > 0) {}
  [[nodiscard]] bool over() const { return limited_ && clock_.seconds() >= ends_; }

 private:
  const Clock& clock_;
  const double ends_;
  const bool limited_;
};

using BatchPointer = std::shared_ptr<Batch>;

// discover -> (map, scan, validate, plan, transcode, prove) -> deliver and ledger, in order.
void run_pipeline(discover::Discovery& discovery, const Shared& shared, FinishingThread& finishing,
                  const Window& window) {
  const Options& options = shared.options;
  const std::size_t batch_size = files_per_batch(options);
  const std::size_t known_weight = options.command == Command::Validate && options.only_changed
                                       ? std::max<std::size_t>(1, kKnownPerBatch / batch_size)
                                       : 1;
  const std::size_t tokens = std::size_t{4} * options.threads;
  BatchPool pool;
  tbb::enumerable_thread_specific<Benches> benches;

  const auto take = [&](tbb::flow_control& flow) -> BatchPointer {
    BatchPointer batch = pool.take();
    Parcels& parcels = batch->parcels;
    for (std::size_t weight = 0; weight < batch_size * known_weight;) {
      if (interrupt_requested != 0 || finishing.must_stop() || window.over()) break;
      Parcel& parcel = parcels.add();
      if (!discovery.next(parcel.source)) {
        parcels.drop_last();
        break;
      }
      finishing.count_discovered();
      pack(parcel);
      if (options.command == Command::Validate)
        parcel.known_place = shared.known.find(parcel.record.path);
      weight += parcel.known_place == KnownFiles::kNone ? known_weight : 1;
    }
    if (parcels.empty()) flow.stop();
    return batch;
  };
  const auto work = [&](BatchPointer batch) {
    work_through(batch->parcels.span(), benches.local(), shared);
    return batch;
  };
  const auto hand_over = [&](const BatchPointer& batch) {
    finishing.give(batch->parcels);
    pool.give_back(batch);
  };
  tbb::parallel_pipeline(
      tokens,
      tbb::make_filter<void, BatchPointer>(tbb::filter_mode::serial_in_order, take) &
          tbb::make_filter<BatchPointer, BatchPointer>(tbb::filter_mode::parallel, work) &
          tbb::make_filter<BatchPointer, void>(tbb::filter_mode::serial_in_order, hand_over));
}

discover::Options discovery_options(const Options& options) {
  discover::Options found;
  found.roots = options.sources;
  found.files_from = options.files_from;
  found.null_separated = options.null_separated;
  found.threads = options.threads;
  std::error_code ignored;
  if (!options.output.empty())
    found.exclude.push_back(std::filesystem::weakly_canonical(options.output, ignored).string());
  return found;
}

// Headers of a file that need not be read whole are cheaper through a map from here on
// (bench/results/epyc-2core, map.json: reading 64 KiB costs what touching a map does).
constexpr std::uint64_t kReadForHeadersMaxBytes = std::uint64_t{64} << 10;

map::Policy map_policy(const Options& options) {
  map::Policy policy;
  if (options.command == Command::Validate && !options.decode_pixels)
    policy.read_max_bytes = kReadForHeadersMaxBytes;
  return policy;
}

struct Books {
  std::unique_ptr<ledger::Ledger> ledger;
  ledger::Job job;
  KnownFiles known;
};

// A validation knows what runs before read, and which of it to read again.
Result<void> open_validation(const Options& options, const Clock& clock, Books& books) {
  TRY(books.known.load_validated(*books.ledger, option_hash(options), options.only_changed));
  TRY_ASSIGN(const std::vector<ledger::Job> jobs, books.ledger->jobs());
  if (options.only_changed)
    books.known.choose_rescan(
        jobs, clock.wall_ms(),
        {options.rescan_every_days, options.rescan_bytes_per_second, options.window_seconds});
  return {};
}

// From the ledger that is open, if there is to be one.
Result<Books> open_books(const Options& options, const Clock& clock,
                         std::unique_ptr<ledger::Ledger> ledger) {
  Books books;
  books.ledger = std::move(ledger);
  if (books.ledger == nullptr) return books;
  if (options.fresh) TRY(books.ledger->forget_all());
  books.job.command = options.command == Command::Convert    ? "convert"
                      : options.command == Command::Validate ? "validate"
                                                             : "scan";
  books.job.arguments = options.arguments;
  books.job.option_hash = option_hash(options);
  for (const std::string& source : options.sources)
    books.job.source += (books.job.source.empty() ? "" : "\n") + source;
  if (options.command == Command::Validate) TRY(open_validation(options, clock, books));
  books.job.started_ms = clock.wall_ms();
  TRY_ASSIGN(books.job, books.ledger->start_job(books.job));
  if (options.command == Command::Convert)  // scans and validations look at every file anew
    TRY(books.known.load(*books.ledger, books.job.option_hash, options.retry_failed));
  return books;
}

}  // namespace

namespace {

void close_books(Books& books, const Clock& clock, Summary& summary) {
  if (books.ledger == nullptr) return;
  const Exit exit = exit_of(summary, std::nullopt);
  books.job.exit_code = exit.code;
  books.job.exit_reason = exit.reason;
  books.job.finished_ms = clock.wall_ms();
  if (const auto closed = books.ledger->finish_job(books.job); !closed && !summary.ledger)
    summary.ledger = closed.error();
}

// All parcels through the pipeline, until there are no more or the job is to end.
void work(discover::Discovery& discovery, const Shared& shared, Finisher& finisher,
          const Window& window) {
  FinishingThread finishing(finisher, shared.options.command == Command::Convert);
  tbb::task_arena arena(static_cast<int>(shared.options.threads));
  arena.execute([&] { run_pipeline(discovery, shared, finishing, window); });
}

}  // namespace

Result<Summary> run(const Options& asked, Observer& observer, Clock& clock) {
  Options options = asked;
  settle(options);
  const double started = clock.seconds();
  std::unique_ptr<deliver::OutputTree> tree;
  if (options.command == Command::Convert) {
    TRY_ASSIGN(tree, deliver::OutputTree::open(options.output, options.fsync));
  }
  std::unique_ptr<ledger::Ledger> ledger;
  if (!options.ledger.empty()) {
    TRY_ASSIGN(ledger, ledger::Ledger::open(options.ledger, ledger::Ledger::Mode::Write));
  }
  // Its threads read directories while the ledger is read and oneTBB gets ready; not before it is
  // there, since it may lie among the files.
  discover::Discovery discovery(discovery_options(options));
  TRY_ASSIGN(Books books, open_books(options, clock, std::move(ledger)));
  observer.started(options, books.job);

  const tbb::global_control workers(tbb::global_control::max_allowed_parallelism, options.threads);
  Finisher finisher(options, books.job, books.ledger.get(), tree.get(), discovery, observer);
  if (tree != nullptr) TRY(finisher.remember_written());
  MemoryGate memory(options.memory_bytes);
  Shared shared{options, books.known, tree.get(), memory, map_policy(options)};
  Pace pace(clock, options.bytes_per_second);
  Pace rescan_pace(clock, options.rescan_bytes_per_second);
  if (options.bytes_per_second != 0) shared.pace = &pace;
  if (options.rescan_bytes_per_second != 0) shared.rescan_pace = &rescan_pace;
  std::optional<CrossCheck> between;
  if (options.command == Command::Validate && options.between_objects)
    between.emplace(options.ledger);
  if (options.command == Command::Validate)
    finisher.watch(books.known, between ? &*between : nullptr);
  const Window window(clock, options.window_seconds);
  work(discovery, shared, finisher, window);
  Summary& summary = finisher.summary();
  summary.interrupted = interrupt_requested != 0;
  const bool all_seen = discovery.finished_finding() && summary.seen == discovery.found();
  summary.window_ended = window.over() && !all_seen;
  if (options.command == Command::Validate) {
    if (all_seen && !summary.interrupted && !finisher.must_stop())
      finisher.end_validation();
    else
      finisher.leave_validation();
    books.job.nothing_between = finisher.found_nothing_between();
  }
  summary.seconds = clock.seconds() - started;
  close_books(books, clock, summary);
  return std::move(summary);
}

}  // namespace slipring::ingest

#include "engine/measure/time_codec.h"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <thread>

#include "engine/measure/counters.h"
#include "engine/measure/samples.h"

namespace slipring::measure {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kRunSeconds = 0.002;  // shorter ones drown in the clock and in interrupts
constexpr double kLongest = 4;         // times Effort::seconds, for runs_min

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

std::string_view name(Direction direction) {
  return direction == Direction::Decode ? "decode" : "encode";
}

// The memory and the jobs of one thread.
class Runner {
 public:
  Runner(const CodecWork& work, Direction direction, std::size_t batch)
      : work_(work), direction_(direction), outs_(batch), decode_(batch), encode_(batch) {}

  // Each of the first `frames` once, `batch` a call. The first error.
  Result<void> pass(std::size_t frames) {
    for (std::size_t first = 0; first < frames; first += outs_.size()) {
      const std::size_t count = std::min(outs_.size(), frames - first);
      if (direction_ == Direction::Decode)
        TRY(decode(first, count));
      else
        TRY(encode(first, count));
    }
    return {};
  }

  Result<void> decode(std::size_t first, std::size_t count) {
    const pixel::Layout& layout = work_.images_->layout;
    for (std::size_t i = 0; i < count; ++i) {
      outs_[i].resize(work_.images_->frame_bytes());
      decode_[i] = {.fragments = {&work_.streams_[first + i], 1},
                    .layout = layout,
                    .out = outs_[i].mutable_bytes()};
    }
    work_.codec_->decode_batch(std::span(decode_).first(count), scratch_);
    for (std::size_t i = 0; i < count; ++i) TRY(decode_[i].status);
    return {};
  }

  Result<void> encode(std::size_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      encode_[i] = {.pixels = work_.frames_[first + i]->pixels.bytes(),
                    .layout = work_.images_->layout,
                    .out = &outs_[i]};
    work_.codec_->encode_batch(std::span(encode_).first(count), scratch_);
    for (std::size_t i = 0; i < count; ++i) TRY(encode_[i].status);
    return {};
  }

  [[nodiscard]] Buffer& out(std::size_t index) { return outs_[index]; }

 private:
  const CodecWork& work_;
  Direction direction_;
  Scratch scratch_;
  std::vector<Buffer> outs_;
  std::vector<codecs::DecodeJob> decode_;
  std::vector<codecs::EncodeJob> encode_;
};

namespace {

// What one run does: the first frames, so many times over.
struct Run {
  std::size_t frames = 1;
  std::size_t passes = 1;
};

struct Runs {
  std::vector<double> seconds;
  std::vector<double> cycles;
};

bool enough(const Runs& runs, double elapsed, const Effort& effort) {
  if (runs.seconds.size() < kRunsLeast) return false;
  if (elapsed >= kLongest * effort.seconds) return true;
  return runs.seconds.size() >= effort.runs_min && elapsed >= effort.seconds;
}

// How much one run holds so that runs_min of them fit the time.
Result<Run> size_of_run(Runner& runner, std::size_t frames, const Effort& effort) {
  TRY(runner.pass(1));  // takes memory, meets the caches
  const auto start = Clock::now();
  TRY(runner.pass(1));
  const double one = std::max(seconds_since(start), 1e-9);
  const double allowed = effort.seconds / static_cast<double>(effort.runs_min);
  Run run;
  run.frames = static_cast<std::size_t>(
      std::clamp(std::floor(allowed / one), 1.0, static_cast<double>(frames)));
  const double pass = one * static_cast<double>(run.frames);
  run.passes = static_cast<std::size_t>(
      std::ceil(std::clamp(std::min(kRunSeconds, allowed) / pass, 1.0, 1e6)));
  return run;
}

Result<void> work_through(Runner& runner, const Run& run) {
  for (std::size_t i = 0; i < run.passes; ++i) TRY(runner.pass(run.frames));
  return {};
}

Result<Runs> run_alone(Runner& runner, const Run& run, const Effort& effort) {
  Runs runs;
  const CycleCounter counter;
  const auto begun = Clock::now();
  TRY(runner.pass(run.frames));
  while (!enough(runs, seconds_since(begun), effort)) {
    const auto cycles = counter.read();
    const auto start = Clock::now();
    TRY(work_through(runner, run));
    runs.seconds.push_back(seconds_since(start));
    if (const auto after = counter.read(); cycles && after)
      runs.cycles.push_back(static_cast<double>(*after - *cycles));
  }
  return runs;
}

// Threads that all do the same run at the same time; the clock is the caller's.
class Crew {
 public:
  Crew(std::vector<std::unique_ptr<Runner>> runners, const Run& run)
      : runners_(std::move(runners)),
        status_(runners_.size()),
        gate_(static_cast<std::ptrdiff_t>(runners_.size()) + 1) {
    for (std::size_t i = 0; i < runners_.size(); ++i)
      threads_.emplace_back([this, i, run] { work(i, run); });
  }
  ~Crew() {
    done_ = true;
    gate_.arrive_and_wait();
    for (std::thread& thread : threads_) thread.join();
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  Result<void> once() {
    gate_.arrive_and_wait();
    gate_.arrive_and_wait();
    for (const Result<void>& status : status_) TRY(status);
    return {};
  }

 private:
  void work(std::size_t index, const Run& run) {
    for (;;) {
      gate_.arrive_and_wait();
      if (done_) return;
      status_[index] = work_through(*runners_[index], run);
      gate_.arrive_and_wait();
    }
  }

  std::vector<std::unique_ptr<Runner>> runners_;
  std::vector<Result<void>> status_;
  std::barrier<> gate_;
  bool done_ = false;  // read and written on either side of the gate
  std::vector<std::thread> threads_;
};

Result<Runs> run_together(std::vector<std::unique_ptr<Runner>> runners, const Run& run,
                          const Effort& effort) {
  Runs runs;
  Crew crew(std::move(runners), run);
  const auto begun = Clock::now();
  TRY(crew.once());
  while (!enough(runs, seconds_since(begun), effort)) {
    const auto start = Clock::now();
    TRY(crew.once());
    runs.seconds.push_back(seconds_since(start));
  }
  return runs;
}

Timing timing_of(const Runs& runs, const Run& run, const ImageGroup& images, unsigned threads,
                 std::size_t batch) {
  const auto frames = static_cast<double>(run.frames * run.passes * threads);
  const auto samples = static_cast<double>(images.layout.samples_per_frame()) * frames;
  const double seconds = median(runs.seconds);
  Timing timing;
  timing.threads = threads;
  timing.batch = batch;
  timing.mb_per_s = static_cast<double>(images.frame_bytes()) * frames / seconds / 1e6;
  timing.samples_per_s = samples / seconds;
  timing.runs = runs.seconds.size();
  timing.spread = spread(runs.seconds);
  if (!runs.cycles.empty()) timing.cycles_per_sample = median(runs.cycles) / samples;
  return timing;
}

}  // namespace

Result<void> CodecWork::encode_all(std::size_t batch) {
  Runner runner(*this, Direction::Encode, batch);
  for (std::size_t first = 0; first < frames_.size(); first += batch) {
    const std::size_t count = std::min(batch, frames_.size() - first);
    TRY(runner.encode(first, count));
    for (std::size_t i = 0; i < count; ++i) {
      encoded_[first + i].clear();
      encoded_[first + i].append(runner.out(i).bytes());
      streams_[first + i] = encoded_[first + i].bytes();
    }
  }
  return {};
}

Result<void> CodecWork::check_decoding(std::size_t batch) const {
  Runner runner(*this, Direction::Decode, batch);
  for (std::size_t first = 0; first < frames_.size(); first += batch) {
    const std::size_t count = std::min(batch, frames_.size() - first);
    TRY(runner.decode(first, count));
    for (std::size_t i = 0; i < count; ++i)
      if (!std::ranges::equal(runner.out(i).bytes(), frames_[first + i]->pixels.bytes()))
        return fail(ErrorCode::Mismatch, kNoOffset,
                    "decoding does not give back the pixels that were encoded");
  }
  return {};
}

Result<std::optional<CodecWork>> CodecWork::prepare(const codecs::FormatRow& codec,
                                                    const ImageGroup& images, std::size_t batch) {
  CodecWork work;
  work.codec_ = &codec;
  work.images_ = &images;
  const bool encodes =
      codec.encode_batch != nullptr &&
      (codec.cannot_encode == nullptr || codec.cannot_encode(images.layout).empty());
  for (const Frame& frame : images.frames) {
    if (codec.decode_batch == nullptr ||
        (!encodes && (codec.encode_batch != nullptr || frame.codec != &codec)))
      continue;
    work.frames_.push_back(&frame);
    work.streams_.push_back(frame.codestream.bytes());
  }
  if (work.frames_.empty()) return std::nullopt;
  work.encoded_.resize(work.frames_.size());
  for (const std::size_t size :
       {std::clamp<std::size_t>(batch, 1, work.frames_.size()), std::size_t{1}}) {
    if (encodes) TRY(work.encode_all(size));
    TRY(work.check_decoding(size));
  }
  return work;
}

double CodecWork::ratio() const {
  double packed = 0;
  for (const Bytes stream : streams_) packed += static_cast<double>(stream.size());
  return static_cast<double>(images_->frame_bytes()) * static_cast<double>(frames_.size()) / packed;
}

Result<std::vector<Timing>> CodecWork::time(Direction direction, const Effort& effort) const {
  std::vector<Timing> timings;
  const auto runner_of = [&](std::size_t batch) {
    return std::make_unique<Runner>(*this, direction, batch);
  };
  const auto single = runner_of(1);
  TRY_ASSIGN(const Run run, size_of_run(*single, frames_.size(), effort));
  TRY_ASSIGN(const Runs one_by_one, run_alone(*single, run, effort));
  timings.push_back(timing_of(one_by_one, run, *images_, 1, 1));
  const std::size_t batch = std::clamp<std::size_t>(effort.batch, 1, run.frames);
  if (batch > 1) {
    const auto several = runner_of(batch);
    TRY_ASSIGN(const Runs runs, run_alone(*several, run, effort));
    timings.push_back(timing_of(runs, run, *images_, 1, batch));
  }
  if (effort.threads > 1) {
    std::vector<std::unique_ptr<Runner>> runners;
    runners.reserve(effort.threads);
    for (unsigned i = 0; i < effort.threads; ++i) runners.push_back(runner_of(batch));
    TRY_ASSIGN(const Runs runs, run_together(std::move(runners), run, effort));
    timings.push_back(timing_of(runs, run, *images_, effort.threads, batch));
  }
  return timings;
}

}  // namespace slipring::measure

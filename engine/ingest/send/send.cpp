#include "engine/ingest/send/send.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "engine/dimse/transport/peer_error.h"
#include "engine/ingest/ingest.h"
#include "engine/ingest/send/feeder.h"

namespace slipring::ingest::send {

namespace {

constexpr unsigned kFeedersMax = 4;
constexpr unsigned kTranscodingPerThread = 4;
constexpr std::size_t kStock = 1024;  // objects looked at before the first call
constexpr Milliseconds kStockTime{200};
constexpr Milliseconds kTick{20};
constexpr Milliseconds kInterval{250};   // over which growth is judged
constexpr Milliseconds kPatience{2000};  // for a further association to come about

struct Books {
  std::unique_ptr<ledger::Ledger> ledger;
  std::optional<ledger::Deliveries> deliveries;
  ledger::Job job;
  KnownDeliveries known;
};

Result<Books> open_books(const Options& options) {
  Books books;
  if (options.ledger.empty()) return books;
  TRY_ASSIGN(books.ledger, ledger::Ledger::open(options.ledger, ledger::Ledger::Mode::Write));
  TRY_ASSIGN(books.deliveries, ledger::Deliveries::open(*books.ledger, options.peer));
  if (options.fresh) TRY(books.deliveries->forget_all());
  books.job.command = "send";
  books.job.arguments = options.arguments;
  for (const std::string& source : options.sources)
    books.job.source += (books.job.source.empty() ? "" : "\n") + source;
  TRY_ASSIGN(books.job, books.ledger->start_job(books.job));
  TRY(books.known.load(*books.deliveries, options.retry_failed));
  return books;
}

// The carriers there are, and how many there should be.
class Fleet {
 public:
  Fleet(const Road& road, const Options& options)
      : road_(road),
        growth_(std::max(1U, options.associations),
                options.associations != 0 ? options.associations : options.associations_max),
        begun_(Clock::now()) {
    while (carriers_.size() < growth_.wanted()) launch();
  }

  // Now and then: looks after growth. True: every carrier has ended.
  [[nodiscard]] bool look_after() {
    peak_ = std::max(peak_, road_.meter.working.load());
    const Clock::time_point now = Clock::now();
    if (now - begun_ >= kInterval) judge(now);
    dismiss_the_idle(now);
    return std::ranges::all_of(carriers_, [](const Member& one) { return one.carrier->ended(); });
  }

  // When all have ended: why the peer was given up, and by all of them.
  void finish(Summary& summary) {
    bool all_gave_up = true;
    for (const Member& member : carriers_) {
      summary.responses.add(member.carrier->responses());
      if (member.carrier->given_up())
        summary.peer = member.carrier->given_up();
      else
        all_gave_up = false;
    }
    if (!all_gave_up) summary.peer.reset();
    summary.associations = std::max(peak_, road_.meter.working.load());
  }

 private:
  struct Member {
    std::unique_ptr<Carrier> carrier;
    Clock::time_point launched;
  };

  void launch() {
    auto carrier = std::make_unique<Carrier>(road_, static_cast<unsigned>(carriers_.size()));
    carrier->start();
    carriers_.push_back({std::move(carrier), Clock::now()});
  }

  void judge(Clock::time_point now) {
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    const std::uint64_t objects = road_.meter.objects - objects_;
    const std::uint64_t bytes = road_.meter.bytes - bytes_;
    const std::uint64_t waited_ns = road_.meter.response_ns - waited_ns_;
    objects_ += objects;
    bytes_ += bytes;
    waited_ns_ += waited_ns;
    begun_ = now;
    if (objects == 0) return;
    const unsigned wanted =
        growth_.observe({static_cast<double>(bytes) / seconds,
                         static_cast<double>(waited_ns) * 1e-9 / static_cast<double>(objects),
                         road_.meter.working});
    std::size_t present =
        std::ranges::count_if(carriers_, [](const Member& one) { return !one.carrier->ended(); });
    for (; present < wanted; ++present) launch();
    for (auto member = carriers_.rbegin(); member != carriers_.rend() && present > wanted;
         ++member) {
      if (member->carrier->ended()) continue;
      member->carrier->leave();
      --present;
    }
  }

  // A peer that serves one association at a time lets a further one wait: that is no failure, and
  // nothing to wait for at the end.
  void dismiss_the_idle(Clock::time_point now) {
    const unsigned working = road_.meter.working;
    for (Member& member : carriers_) {
      const bool waits = !member.carrier->has_worked() && !member.carrier->ended();
      if (!waits || working == 0 || now - member.launched < kPatience) continue;
      member.carrier->cancel();
      growth_.refused(working);
    }
  }

  const Road road_;
  Growth growth_;
  Clock::time_point begun_;
  std::vector<Member> carriers_;
  std::uint64_t objects_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t waited_ns_ = 0;
  unsigned peak_ = 0;
};

// Until every carrier has ended: for want of work, of the peer, or because a person said so.
void carry(const Road& road, const Recorder& recorder, Summary& outcome) {
  road.queue.wait_for(kStock, kStockTime);
  Fleet fleet(road, road.options);
  while (!fleet.look_after()) {
    outcome.interrupted = interrupt_requested != 0;
    outcome.time_is_up =
        road.options.until && std::chrono::system_clock::now() >= *road.options.until;
    if (outcome.interrupted || outcome.time_is_up || recorder.failed()) road.queue.stop();
    (void)road.meter.ended.try_acquire_for(kTick);
  }
  const bool stopped = road.queue.stopped();
  fleet.finish(outcome);
  if (stopped) outcome.peer.reset();
  road.queue.stop();
}

void turn_back(Queue& queue, Recorder& recorder, const Summary& outcome) {
  for (const WorkPointer& work : queue.drain()) {
    Report report{Report::Fate::NotSent, std::move(work->delivery), {}};
    if (report.delivery.reason.empty())
      report.delivery.reason =
          outcome.peer ? "not sent: " + dimse::describe_peer_error(*outcome.peer) : "not sent yet";
    recorder.settle(std::move(report));
  }
}

Summary merged(Summary counted, const Summary& outcome) {
  counted.responses = outcome.responses;
  counted.associations = outcome.associations;
  counted.interrupted = outcome.interrupted;
  counted.time_is_up = outcome.time_is_up;
  counted.peer = outcome.peer;
  return counted;
}

}  // namespace

Result<Summary> run(const Options& options, Observer& observer) {
  const auto started = Clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(Clock::now() - started).count();
  };
  const unsigned threads =
      options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  TRY_ASSIGN(const auto names, Names::open(options));
  TRY_ASSIGN(Books books, open_books(options));
  observer.started(options, books.job);

  Meter meter;
  SharedPlan plan;
  SharedBandwidth bandwidth(options.bytes_per_second);
  Queue queue(options.waiting_max, std::size_t{threads} * kTranscodingPerThread);
  Summary outcome;
  Recorder recorder(books.deliveries ? &*books.deliveries : nullptr, books.job, observer,
                    [&](const Summary& so_far) {
                      return Progress{
                          seconds(),   so_far.seen,   names->found(), names->finished_finding(),
                          meter.bytes, so_far.failed, meter.working};
                    });
  {
    Transcoder transcoder(threads,
                          {.allow_lossy = options.allow_lossy, .pixels = options.pixel_limits},
                          queue, recorder);
    const Feeder feeder(*names, books.known, plan, queue, recorder, std::min(threads, kFeedersMax));
    carry({options, queue, plan, bandwidth, transcoder, recorder, meter}, recorder, outcome);
  }
  turn_back(queue, recorder, outcome);
  recorder.finish();
  Summary summary = merged(std::move(recorder.summary()), outcome);
  summary.seconds = seconds();
  if (books.ledger) {
    const Exit exit = exit_of(summary);
    books.job.exit_code = exit.code;
    books.job.exit_reason = exit.reason;
    if (const auto closed = books.ledger->finish_job(books.job); !closed && !summary.ledger)
      summary.ledger = closed.error();
  }
  return summary;
}

}  // namespace slipring::ingest::send

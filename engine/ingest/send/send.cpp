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
constexpr std::size_t kStock = 32;  // objects looked at before the first call
constexpr Milliseconds kStockTime{50};
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
  books.job.command = "send";
  books.job.arguments = options.arguments;
  for (const std::string& source : options.sources)
    books.job.source += (books.job.source.empty() ? "" : "\n") + source;
  TRY_ASSIGN(books.job, books.ledger->start_job(books.job));
  TRY_ASSIGN(books.deliveries, ledger::Deliveries::open(*books.ledger, options.peer));
  if (options.fresh) TRY(books.deliveries->forget_all());
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
    launch();
  }

  // Now and then: looks after growth. True: every carrier has ended.
  [[nodiscard]] bool look_after() {
    peak_ = std::max(peak_, road_.meter.working.load());
    const Clock::time_point now = Clock::now();
    if (!is_complete_ && road_.meter.working != 0) complete();
    if (now - begun_ >= kInterval) judge(now);
    dismiss_the_idle(now);
    return std::ranges::all_of(carriers_, [](const Member& one) { return one.carrier->ended(); });
  }

  // When all have ended: why the peer was given up, and by all of them.
  void finish(Summary& summary) {
    bool all_gave_up = true;
    for (const Member& member : carriers_) {
      summary.responses.add(member.carrier->responses());
      if (member.carrier->was_dismissed()) continue;
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

  // Those that are there from the start, once the first has its association: a peer may have a
  // place for one only, and the first holds an object that it would then wait with.
  void complete() {
    is_complete_ = true;
    while (carriers_.size() < growth_.wanted()) launch();
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
    unsigned there = present();
    for (; there < wanted && road_.meter.working != 0; ++there) launch();
    for (auto member = carriers_.rbegin(); member != carriers_.rend() && there > wanted; ++member) {
      if (member->carrier->ended() || member->carrier->was_dismissed()) continue;
      member->carrier->leave();
      --there;
    }
  }

  // A peer that serves one association at a time lets a further one wait, or refuses it: that is no
  // failure, and nothing to wait for at the end.
  void dismiss_the_idle(Clock::time_point now) {
    const bool is_over = road_.queue.exhausted() || road_.queue.stopped();
    const bool is_served = road_.meter.working != 0;
    unsigned refused = 0;
    for (Member& member : carriers_) {
      Carrier& carrier = *member.carrier;
      if (carrier.has_worked() || carrier.was_dismissed()) continue;
      const bool is_refused =
          carrier.ended() ? carrier.given_up().has_value() : now - member.launched >= kPatience;
      if (!is_over && !(is_served && is_refused)) continue;
      carrier.cancel();
      ++refused;
    }
    if (refused != 0 && !is_over) growth_.refused(present());
  }

  [[nodiscard]] unsigned present() const {
    return static_cast<unsigned>(std::ranges::count_if(carriers_, [](const Member& one) {
      return !one.carrier->ended() && !one.carrier->was_dismissed();
    }));
  }

  const Road road_;
  Growth growth_;
  Clock::time_point begun_;
  std::vector<Member> carriers_;
  std::uint64_t objects_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t waited_ns_ = 0;
  unsigned peak_ = 0;
  bool is_complete_ = false;  // those wanted from the start were launched
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
    road.meter.changed.wait(kTick);
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
  SharedPlan plan(options.target != nullptr ? options.target->uid : std::string_view());
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
                          {.target = options.target,
                           .recompress_lossy = options.recompress_lossy,
                           .loss = options.loss,
                           .allow_lossy = options.allow_lossy,
                           .pixels = options.pixel_limits},
                          queue, recorder);
    const Feeder feeder(*names, books.known, plan, queue, recorder, std::min(threads, kFeedersMax));
    carry({options, queue, plan, bandwidth, transcoder, recorder, meter}, recorder, outcome);
  }
  turn_back(queue, recorder, outcome);
  recorder.finish();
  Summary summary = merged(std::move(recorder.summary()), outcome);
  summary.all_found = names->finished_finding();
  summary.unreached = names->found() - summary.seen;
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

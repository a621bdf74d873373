// Send: objects to a peer by C-STORE, over as many associations as pay, each with its fate in the
// ledger. send.cpp names the threads: readers look at files and queue them (feeder), one carrier an
// association sends them, workers transcode what the peer does not take as it is, one recorder
// keeps the books and tells the observer.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codecs/pixel/layout.h"
#include "engine/dicom/digest.h"
#include "engine/dicom/finding.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/dimse/association/association.h"
#include "engine/dimse/transport/interrupt.h"
#include "engine/ingest/send/pace.h"
#include "engine/ingest/summary.h"
#include "engine/ledger/deliveries.h"
#include "engine/transcode/loss.h"

namespace slipring::ingest::send {

// Calls the peer and proposes these contexts. From several threads at once.
using Connect = std::function<Result<std::unique_ptr<dimse::Association>>(
    std::span<const dimse::ContextWish> wishes, const dimse::Interrupt* interrupt)>;

struct Options {
  std::vector<std::string> sources;  // files, directories, output trees of convert
  std::string files_from;
  bool null_separated = false;

  ledger::PeerName peer;
  Connect connect;
  unsigned associations = 0;       // so many from the start; 0: one, grown while it pays
  unsigned associations_max = 16;  // 1 to 16
  unsigned retries = 5;            // of an object, and of a connection in a row
  Backoff backoff;
  std::uint64_t bytes_per_second = 0;  // 0: no limit
  std::optional<std::chrono::system_clock::time_point> until;

  // What every object is made anew in before it goes, where it can be; null: it goes as it is
  // where the peer takes it so.
  const dicom::TransferSyntax* target = nullptr;
  bool recompress_lossy = false;  // objects compressed with loss are made anew in `target`, too
  transcode::Loss loss;           // what `target` may take from pixels; nothing by itself
  unsigned threads = 0;           // that transcode; 0: one per processor
  bool allow_lossy = false;       // objects compressed with loss may be decoded for the peer
  pixel::Limits pixel_limits;

  std::string ledger;  // path of the database; empty: none is kept
  bool fresh = false;
  bool retry_failed = false;
  std::string arguments;  // what was typed, for people
  std::string command = "send";

  std::size_t waiting_max = 4096;  // objects looked at ahead of the carriers
};

// What was proven of an object made anew, before it went: the pixels and elements read back from it
// are the source's (transcode.h).
struct Proven {
  std::optional<dicom::Sha256Digest> pixel_digest;  // none: no pixels, or none that were touched
  dicom::Sha256Digest dataset_digest;
  // Compressed with loss: how far its pixels are from the source's, which they are not.
  std::optional<dicom::Finding> loss = {};
};

// What became of a name that was given: one each.
struct Report {
  enum class Fate : std::uint8_t {
    Sent,     // `delivery` has how it ended
    Before,   // in a run before, which the ledger knows
    NotSent,  // still queued: the peer or a person stopped the run
    Skipped,  // not an object
  } fate = Fate::Sent;
  ledger::Delivery delivery;
  std::optional<Error> error;  // of the file, where it is the reason
  std::optional<Proven> proven = {};
};

struct Progress {
  double seconds = 0;
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // found so far
  bool total_final = false;
  std::uint64_t bytes = 0;  // of objects answered
  std::uint64_t failed = 0;
  unsigned associations = 0;
};

// Times from the last byte of an object to its answer: bucket n holds those below 2^n microseconds.
struct ResponseTimes {
  std::array<std::uint64_t, 40> buckets{};
  void add(std::chrono::nanoseconds time);
  void add(const ResponseTimes& other);
  // The upper edge of the bucket with the given part of all; 0 when there are none.
  [[nodiscard]] double quantile_s(double part) const;
};

struct Summary {
  std::uint64_t seen = 0;    // names that have a fate
  std::uint64_t stored = 0;  // these five add up to `seen`
  std::uint64_t warning = 0;
  std::uint64_t failed = 0;   // not sent whole, refused, or not sent at all
  std::uint64_t unknown = 0;  // sent whole, and no answer
  std::uint64_t skipped = 0;
  std::uint64_t not_sent = 0;  // of `failed`: still queued
  // Beyond `seen`: names that were found and never looked at, because the job ended early; there
  // may be more where not all had been found by then.
  std::uint64_t unreached = 0;
  bool all_found = true;
  std::uint64_t unreadable = 0;  // of `failed`
  std::uint64_t resumed = 0;     // of all: known from a run before
  std::uint64_t bytes_in = 0;    // of files
  std::uint64_t bytes_out = 0;   // of data sets stored in this run
  std::uint64_t attempts = 0;
  std::uint64_t transcoded = 0;
  std::uint64_t derived = 0;                        // of those, with loss
  std::map<RuleKind, RuleTally> rules;              // of findings: L5-31 of those
  std::map<std::uint16_t, std::uint64_t> statuses;  // of last responses
  std::map<std::string, std::uint64_t> reasons;     // of what was not plainly stored
  std::map<std::pair<std::string, std::string>, std::uint64_t> moves;  // from -> to, of sent
  ResponseTimes responses;
  unsigned associations = 0;  // the most at a time
  bool interrupted = false;
  bool time_is_up = false;
  std::optional<Error> peer;    // why the peer could not be sent to any more
  std::optional<Error> ledger;  // the first error of the ledger
  double seconds = 0;

  void count(const Report& report);
  [[nodiscard]] bool balanced() const {
    return seen == stored + warning + failed + unknown + skipped;
  }
};

// The exit codes of interface.md. Worst wins.
[[nodiscard]] Exit exit_of(const Summary& summary);

class Observer {  // called from one thread at a time
 public:
  virtual ~Observer() = default;
  virtual void started(const Options& options, const ledger::Job& job) = 0;
  virtual void object(const Report& report) = 0;
  virtual void progress(const Progress& progress) = 0;
};

// Errors: only what keeps the job from starting (the ledger); everything else is in the summary.
[[nodiscard]] Result<Summary> run(const Options& options, Observer& observer);

}  // namespace slipring::ingest::send

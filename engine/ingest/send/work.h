// Work: an object on its way to the peer, and the queue it waits in. What reads files puts in, the
// carriers (one an association) take out; whoever took one hands it on exactly once: finished, put
// back to be tried again, or ready when it was transcoded.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "codecs/base/buffer.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/ingest/send/send.h"

namespace slipring::ingest::send {

// An object made anew: for a peer that does not take its syntax, or because that was asked for.
struct Transcoded {
  const dicom::TransferSyntax* syntax = nullptr;
  Proven proven;
  Buffer file;     // with a meta group in front
  Bytes data_set;  // within it
  // Of an object that was compressed with loss, which is another from then on.
  std::string sop_instance;
  std::optional<dicom::Finding> loss;
};

// A small file, read whole while it was looked at: what is sent is what it was then.
struct ReadFile {
  Buffer bytes;
  Bytes data_set;  // within it
};

struct Work {
  ledger::Delivery delivery;
  std::string path;                               // to open
  const dicom::TransferSyntax* stored = nullptr;  // what the data set really is
  std::size_t assortment = 0;                     // of contexts (contexts.h)
  std::unique_ptr<ReadFile> read;  // until it went out or was made anew; null: is to be read
  std::unique_ptr<Transcoded> transcoded;  // where it was made anew
  std::string kept;             // why it was not, although that was asked for: it goes as it is
  std::string source_instance;  // where `delivery` names the object that was derived from this one
};
using WorkPointer = std::unique_ptr<Work>;

class Queue {
 public:
  // At most `waiting_max` objects wait before put() does, until half of them are gone, and at most
  // kReadBytesMax of files that were read; at most `transcoding_max` are being transcoded or wait
  // for a carrier afterwards.
  Queue(std::size_t waiting_max, std::size_t transcoding_max)
      : waiting_max_(waiting_max), transcoding_max_(transcoding_max) {}

  // From whom reads files: waits while the queue is full. False: stopped, it is for drain().
  [[nodiscard]] bool put(WorkPointer work);
  void close();  // nothing more will be put
  // Until so many wait, or as many as may, or nothing more will come, at most for `time`: what is
  // known then is what the first associations are asked for with.
  void wait_for(std::size_t waiting, Milliseconds time);

  // The next object, of this assortment where there is one, else of another; waits for one as long
  // as `wait` says. Null: none in that time, nothing any more, or `leaving`.
  static constexpr Milliseconds kForever = std::chrono::hours(24 * 365);
  [[nodiscard]] WorkPointer take(std::size_t assortment, Milliseconds wait,
                                 const std::atomic<bool>& leaving);
  // The assortment of the next object, which stays where it is, once there is one. Nothing: none
  // will come any more, or `leaving`.
  [[nodiscard]] std::optional<std::size_t> peek(const std::atomic<bool>& leaving);
  void finish(std::size_t number = 1);  // so many that were taken have their outcome
  void put_back(WorkPointer work, Clock::time_point not_before);
  void begin_transcoding();      // one that was taken goes to the workers
  void ready(WorkPointer work);  // ... and comes back
  void fail_transcoding();       // ... or has its outcome

  // What files are read into goes round: from who sent it to who reads the next.
  [[nodiscard]] std::unique_ptr<ReadFile> spare();
  void give_back(std::unique_ptr<ReadFile> read);

  // For `time`, or until stopped or `leaving`.
  void wait(Milliseconds time, const std::atomic<bool>& leaving);
  void wake();  // whoever waits looks at `leaving` again

  // No object is taken any more. What waits is given to drain().
  void stop();
  [[nodiscard]] bool stopped() const;
  [[nodiscard]] bool exhausted() const;  // every object has its outcome
  [[nodiscard]] std::vector<WorkPointer> drain();

 private:
  // What lies in the caches of a processor or two: it is read again soon.
  static constexpr std::size_t kReadBytesMax = std::size_t{4} << 20;

  [[nodiscard]] bool is_full() const {
    return waiting_ >= waiting_max_ || read_bytes_ >= kReadBytesMax;
  }
  [[nodiscard]] bool has_room() const {
    return waiting_ <= waiting_max_ / 2 && read_bytes_ <= kReadBytesMax / 2;
  }
  void count_read(const Work& work) { read_bytes_ += work.read ? work.read->bytes.capacity() : 0; }
  [[nodiscard]] WorkPointer next_due(std::size_t assortment, Clock::time_point now);
  [[nodiscard]] bool over() const { return closed_ && waiting_ == 0 && in_hand_ == 0; }

  const std::size_t waiting_max_;
  const std::size_t transcoding_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;                       // for whoever takes
  std::condition_variable room_;                          // for put()
  std::condition_variable stocked_;                       // for wait_for()
  std::map<std::size_t, std::deque<WorkPointer>> fresh_;  // by assortment
  std::deque<WorkPointer> ready_;
  std::multimap<Clock::time_point, WorkPointer> later_;
  std::size_t waiting_ = 0;     // in the three above
  std::size_t read_bytes_ = 0;  // of those of them that were read
  std::vector<std::unique_ptr<ReadFile>> spare_;
  std::size_t enough_ = 0;       // that wait_for() waits for
  std::size_t in_hand_ = 0;      // taken, without an outcome
  std::size_t transcoding_ = 0;  // in the workers' hands, or ready
  bool closed_ = false;
  bool stopped_ = false;
};

}  // namespace slipring::ingest::send

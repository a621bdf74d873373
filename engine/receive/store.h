// Store: where received objects become durable: one thread commits them in groups, whatever
// association they came by: while one group is flushed, the next gathers, so that many small
// objects do not wait for the disk one by one. The order is that of every output: PLANNED row,
// flush, link without replace, flush of the directories, DONE row; then the verdict.
//
// The same instance with the same content is stored once: by the SHA-256 of elements and pixels
// where an object was transcoded, else by transfer syntax and data set, byte by byte. With other
// content both are kept, the later one under a name with its digest, and reported as L6-01.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/deliver/write_file.h"
#include "engine/ingest/parcel.h"
#include "engine/ingest/summary.h"
#include "engine/ingest/written/written_objects.h"
#include "engine/ledger/ledger.h"
#include "engine/receive/inventory.h"
#include "engine/receive/meta_group.h"
#include "engine/receive/options.h"
#include "engine/receive/receipt.h"

namespace slipring::receive {

// An object as it is handed over: checked, or refused already.
struct Arrived {
  Announced announced;
  ingest::Parcel parcel;  // record; output: the unnamed file, null for what is not kept
  Verdict verdict;
  // Of a duplicate of one that came with it: that one, which is not safe yet.
  const ingest::Parcel* twin = nullptr;
  std::size_t apart_names = 0;  // that were tried
  std::shared_ptr<Receipt> receipt = std::make_shared<Receipt>();
};

class Store {
 public:
  static constexpr std::size_t kGroupObjectsMax = 256;

  // Told of every object when its verdict is final, one at a time, before the verdict is given.
  using Told = std::function<void(const Arrived& arrived)>;

  // Opens output and ledger, reads what they hold, and takes over what a killed run left: a file
  // that got its name but not its row. Errors: Io, Malformed, Unsupported (those of the ledger).
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const IntakeOptions& options, Told told);
  ~Store();  // as close()
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  [[nodiscard]] deliver::OutputTree& tree() { return *tree_; }
  [[nodiscard]] const ledger::Job& job() const { return job_; }
  [[nodiscard]] const Inventory& inventory() const { return inventory_; }
  [[nodiscard]] std::uint64_t take_sequence() { return next_sequence_++; }

  // Thread safe. Gives the receipt when the object is durable, or not to be.
  void put(Arrived arrived);

  // Runs on the store's thread, between two groups, with the ledger; waits for it.
  void with_ledger(const std::function<void(ledger::Ledger&)>& work);

  // What goes wrong with the ledger for good (damaged); the first.
  [[nodiscard]] std::optional<Error> ledger_error() const;

  // Commits what is queued and ends the thread, and the job with `exit`. Nothing may be put any
  // more.
  void close(const ingest::Exit& exit);

 private:
  Store(const IntakeOptions& options, Told told) : options_(options), told_(std::move(told)) {}
  Result<void> load();
  Result<void> take_over_planned();
  Result<dicom::Record> taken_over(const std::string& path);

  void run();
  void commit(std::vector<Arrived>& group);
  void decide(Arrived& arrived);
  void name_apart(Arrived& arrived);
  void deliver(std::vector<Arrived>& group);
  void deliver_named(std::vector<Arrived*> objects);
  void record(std::vector<Arrived>& group);
  void settle_twins(std::vector<Arrived>& group);
  void answer(std::vector<Arrived>& group);

  const IntakeOptions options_;
  Told told_;
  std::unique_ptr<deliver::OutputTree> tree_;
  std::unique_ptr<ledger::Ledger> ledger_;  // the thread's, once it runs
  ledger::Job job_;
  Inventory inventory_;
  std::optional<ingest::WrittenObjects> written_;  // by which duplicates are known
  std::atomic<std::uint64_t> next_sequence_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Arrived> queue_;
  std::vector<std::function<void()>> errands_;
  std::optional<Error> ledger_error_;
  bool closed_ = false;
  std::jthread thread_;
};

}  // namespace slipring::receive

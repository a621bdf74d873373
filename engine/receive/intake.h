// Intake: START HERE. The way in for an object that comes from a peer, whoever fetched or was sent
// it: begin() when the command is known, append() fragment by fragment, finish() with the last one.
// The object is scanned, held against what was announced, transcoded with proof where that is
// asked for, and committed by the Store; the receipt gives the verdict, which is success only when
// the file is durable and its row is DONE.
//
//     auto object = intake.begin(announced);
//     object->append(fragment); ...
//     const Verdict& verdict = intake.finish(std::move(object))->wait();
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/ingest/known_files.h"
#include "engine/ingest/steps.h"
#include "engine/receive/incoming_object.h"
#include "engine/receive/options.h"
#include "engine/receive/store.h"

namespace slipring::receive {

class Intake {
 public:
  // `told` as Store::Told. Errors: those of Store::open.
  [[nodiscard]] static Result<std::unique_ptr<Intake>> open(const IntakeOptions& options,
                                                            Store::Told told);
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;
  ~Intake() = default;

  // Thread safe. Never fails: what keeps an object from being taken becomes its verdict.
  [[nodiscard]] std::unique_ptr<IncomingObject> begin(Announced announced);
  [[nodiscard]] std::shared_ptr<Receipt> finish(std::unique_ptr<IncomingObject> object);

  // Null when nothing is kept.
  [[nodiscard]] Store* store() { return store_.get(); }
  [[nodiscard]] const IntakeOptions& options() const { return options_; }

 private:
  Intake(const IntakeOptions& options, Store::Told told);

  [[nodiscard]] std::optional<Refusal> why_not(const Announced& announced) const;
  [[nodiscard]] std::optional<Refusal> examine(IncomingObject& object, Arrived& arrived);
  [[nodiscard]] std::optional<Refusal> examine_head(const IncomingObject& object);
  [[nodiscard]] std::optional<Refusal> transcode(IncomingObject::Written& written, Arrived& arrived,
                                                 ingest::Workbench& bench);

  std::unique_ptr<ingest::Workbench> take_bench();
  void give_back(std::unique_ptr<ingest::Workbench> bench);

  IntakeOptions options_;
  Store::Told told_;
  ingest::KnownFiles known_;  // of nothing: what comes over an association has no path
  ingest::MemoryGate memory_;
  std::mutex mutex_;  // of the benches, and of telling where there is no store
  std::vector<std::unique_ptr<ingest::Workbench>> benches_;
  std::unique_ptr<Store> store_;
};

}  // namespace slipring::receive

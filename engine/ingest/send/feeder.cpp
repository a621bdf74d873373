#include "engine/ingest/send/feeder.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "engine/dicom/digest.h"
#include "engine/dicom/record.h"

namespace slipring::ingest::send {

using discover::Discovered;
using ledger::Delivery;
using ledger::DeliveryState;

namespace {

constexpr std::string_view kLedgerOfTree = ".slipring/ledger.db";

// ctime is left out: a change of owner or links is no change of content.
std::uint64_t hash_of(const dicom::FileIdentity& identity) {
  std::uint8_t bytes[24];
  store_le(bytes, identity.inode);
  store_le(bytes + 8, identity.size_bytes);
  store_le(bytes + 16, static_cast<std::uint64_t>(identity.mtime_ns));
  return dicom::short_hash(bytes);
}

}  // namespace

Result<void> KnownDeliveries::load(ledger::Deliveries& deliveries, bool retry_failed) {
  TRY(deliveries.each([&](const Delivery& row) {
    if (!ledger::is_final(row.state)) return;
    if (retry_failed && row.state == DeliveryState::Failed) return;
    files_.push_back({dicom::short_hash(row.path), hash_of(row.source), row.state});
  }));
  std::ranges::sort(files_, {}, &Known::path);
  return {};
}

std::optional<DeliveryState> KnownDeliveries::find(const Delivery& delivery) const {
  if (files_.empty()) return std::nullopt;
  const std::uint64_t path = dicom::short_hash(delivery.path);
  const auto found = std::ranges::lower_bound(files_, path, {}, &Known::path);
  if (found == files_.end() || found->path != path || found->identity != hash_of(delivery.source))
    return std::nullopt;
  return found->state;
}

// False: it is no output tree of convert.
Result<bool> Names::add_tree(const std::string& root) {
  const std::string path = root + "/" + std::string(kLedgerOfTree);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  Tree tree;
  tree.root = root;
  TRY_ASSIGN(tree.ledger, ledger::Ledger::open(path, ledger::Ledger::Mode::Read));
  TRY_ASSIGN(const auto jobs, tree.ledger->jobs());
  const bool wrote =
      std::ranges::any_of(jobs, [](const ledger::Job& job) { return job.command == "convert"; });
  if (!wrote) return false;
  using dicom::Outcome;
  TRY(tree.ledger->each_output([&](std::int64_t row, std::string_view, Outcome outcome) {
    if (outcome == Outcome::Converted || outcome == Outcome::Copied || outcome == Outcome::Kept)
      tree.rows.push_back(row);
  }));
  std::ranges::sort(tree.rows);  // as files came into the ledger
  outputs_ += tree.rows.size();
  trees_.push_back(std::move(tree));
  return true;
}

Result<std::unique_ptr<Names>> Names::open(const Options& options) {
  auto names = std::make_unique<Names>();
  discover::Options others;
  for (const std::string& source : options.sources) {
    TRY_ASSIGN(const bool is_tree, names->add_tree(source));
    if (!is_tree) others.roots.push_back(source);
  }
  others.files_from = options.files_from;
  others.null_separated = options.null_separated;
  if (!others.roots.empty() || !others.files_from.empty())
    names->discovery_ = std::make_unique<discover::Discovery>(std::move(others));
  return names;
}

bool Names::next_output(Discovered& found) {
  while (!trees_.empty() && trees_.front().next == trees_.front().rows.size()) trees_.pop_front();
  if (trees_.empty()) return false;
  Tree& tree = trees_.front();
  found.clear();
  auto row = tree.ledger->row_at(tree.rows[tree.next++]);
  if (row && *row && !(*row)->output.empty()) {
    found.file.relative = std::move((*row)->output);
    found.file.path = tree.root + "/" + found.file.relative;
    return true;
  }
  found.kind = Discovered::Kind::Unreadable;
  found.error = row ? Error{ErrorCode::Vanished, kNoOffset,
                            "the ledger of the output tree does not know it any more"}
                    : row.error();
  found.file.path = found.file.relative = tree.root;
  return true;
}

bool Names::next(Discovered& found) {
  const std::scoped_lock lock(mutex_);
  if (!next_output(found) && (discovery_ == nullptr || !discovery_->next(found))) return false;
  found.file.sequence = sequence_++;
  return true;
}

std::uint64_t Names::found() const { return outputs_ + (discovery_ ? discovery_->found() : 0); }

bool Names::finished_finding() const { return !discovery_ || discovery_->finished_finding(); }

Feeder::Feeder(Names& names, const KnownDeliveries& known, SharedPlan& plan, Queue& queue,
               Recorder& recorder, unsigned threads)
    : names_(names),
      known_(known),
      plan_(plan),
      queue_(queue),
      recorder_(recorder),
      working_(threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Feeder::~Feeder() {
  for (std::thread& thread : threads_) thread.join();
}

void Feeder::work() {
  Discovered found;
  Loaded loaded;
  while (!queue_.stopped() && names_.next(found))
    if (!take(found, loaded)) break;
  loaded.file.close();
  if (--working_ == 0) queue_.close();
}

Result<void> Feeder::look_at(Work& work, Loaded& loaded) {
  std::unique_ptr<ReadFile> spare = queue_.spare();
  const auto described = describe_and_read(work, loaded, spare);
  if (spare) queue_.give_back(std::move(spare));
  return described;
}

// False: the queue was stopped.
bool Feeder::take(const Discovered& found, Loaded& loaded) {
  using Kind = Discovered::Kind;
  auto work = std::make_unique<Work>();
  Delivery& delivery = work->delivery;
  delivery.sequence = found.file.sequence;
  delivery.path = found.file.relative;
  work->path = found.file.path;
  if (found.kind == Kind::SymbolicLink || found.kind == Kind::Special) {
    delivery.reason =
        found.kind == Kind::Special ? "not a regular file" : "symbolic link, not followed";
    recorder_.settle({Report::Fate::Skipped, std::move(delivery), {}});
    return true;
  }
  const auto described = found.kind == Kind::Unreadable ? Result<void>(std::unexpected(found.error))
                                                        : look_at(*work, loaded);
  if (known_.find(delivery)) {
    recorder_.settle({Report::Fate::Before, std::move(delivery), {}});
    return true;
  }
  if (!described) {
    turn_away({Report::Fate::Sent, std::move(delivery), {}}, described.error());
    return true;
  }
  work->assortment = plan_.place(delivery.sop_class, work->stored->uid);
  recorder_.note(delivery);
  return queue_.put(std::move(work));
}

void Feeder::turn_away(Report report, const Error& error) {
  if (error.code == ErrorCode::Unsupported) {
    report.fate = Report::Fate::Skipped;
    report.delivery.reason = fmt::format("not DICOM ({})", error.what);
    if (error.what.starts_with("a media")) report.delivery.reason = error.what;
    if (report.delivery.source.inode == 0) report.delivery.reason = error.what;
  } else {
    report.delivery.state = DeliveryState::Failed;
    report.delivery.reason = dicom::reason_of(error);
    report.error = error;
  }
  recorder_.settle(std::move(report));
}

}  // namespace slipring::ingest::send

#include "engine/ingest/known_files.h"

#include <algorithm>
#include <bit>

#include "engine/dicom/digest.h"

namespace slipring::ingest {

namespace {

constexpr std::string_view kDicomdirClass = "1.2.840.10008.1.3.10";
constexpr std::uint64_t kPageBytes = 4096;
constexpr double kDayMs = 24.0 * 3600 * 1000;

// Never 0.
std::uint64_t identity_hash(const dicom::FileIdentity& identity, bool with_ctime) {
  std::uint8_t bytes[32];
  store_le(bytes, identity.inode);
  store_le(bytes + 8, identity.size_bytes);
  store_le(bytes + 16, static_cast<std::uint64_t>(identity.mtime_ns));
  store_le(bytes + 24, with_ctime ? static_cast<std::uint64_t>(identity.ctime_ns) : 0);
  return dicom::short_hash(bytes) | 1;
}

bool is_to_be_tried_again(const ledger::Known& row) {
  return row.error && dicom::is_no_fault_of_the_file(*row.error);
}

}  // namespace

Result<void> KnownFiles::load(ledger::Ledger& ledger, const std::string& option_hash,
                              bool retry_failed) {
  TRY(ledger.each_known([&](std::string_view path, const ledger::Known& row) {
    if (!row.done || row.option_hash != option_hash) return;
    if (retry_failed && row.outcome == dicom::Outcome::Failed) return;
    if (is_to_be_tried_again(row)) return;
    entries_.push_back({dicom::short_hash(path), identity_hash(row.source, false)});
  }));
  sort();
  return {};
}

Result<void> KnownFiles::load_validated(ledger::Ledger& ledger, const std::string& option_hash,
                                        bool reuse) {
  with_ctime_ = true;
  const auto take = [&](std::string_view path, const ledger::Known& row) {
    const bool take_over = reuse && row.done && row.option_hash == option_hash &&
                           !is_to_be_tried_again(row) && row.sop_class != kDicomdirClass;
    const std::uint64_t pages = (row.source.size_bytes + kPageBytes - 1) / kPageBytes;
    entries_.push_back({dicom::short_hash(path), take_over ? identity_hash(row.source, true) : 0,
                        static_cast<std::uint32_t>(row.job),
                        static_cast<std::uint32_t>(std::min<std::uint64_t>(pages, 0xFFFFFFFFU)),
                        row.held});
  };
  TRY(ledger.each_known(take, reuse ? &rows_ : nullptr));
  sort();
  return {};
}

// Hashes are spread over their range: the first bits of one say to within a few entries where it
// is.
void KnownFiles::sort() {
  constexpr std::size_t kEach = 4;  // entries to a start
  std::ranges::sort(entries_, {}, &Entry::path);
  read_again_.assign(entries_.size(), false);
  seen_.assign(entries_.size(), false);
  const auto bits = static_cast<unsigned>(std::bit_width(entries_.size() / kEach) + 1);
  shift_ = 64 - bits;
  starts_.assign((std::size_t{1} << bits) + 1, 0);
  for (const Entry& entry : entries_) ++starts_[(entry.path >> shift_) + 1];
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
}

std::size_t KnownFiles::find(std::string_view path) const {
  if (entries_.empty()) return kNone;
  const std::uint64_t hash = dicom::short_hash(path);
  const auto begin = entries_.begin() + starts_[hash >> shift_];
  const auto end = entries_.begin() + starts_[(hash >> shift_) + 1];
  const auto found = std::ranges::find(begin, end, hash, &Entry::path);
  return found == end ? kNone : static_cast<std::size_t>(found - entries_.begin());
}

bool KnownFiles::finished(std::size_t place, const dicom::FileIdentity& now) const {
  return place != kNone && !read_again_[place] &&
         entries_[place].identity == identity_hash(now, with_ctime_);
}

bool KnownFiles::finished(std::string_view path, const dicom::FileIdentity& now) const {
  return finished(find(path), now);
}

bool KnownFiles::take_over(std::size_t place, dicom::Record& record) const {
  const std::uint32_t held = entries_[place].held;
  return held != ledger::HeldRows::kNone && rows_.read(held, record).has_value();
}

bool KnownFiles::to_be_read_again(std::size_t place) const {
  return place != kNone && read_again_[place];
}

bool KnownFiles::to_be_read_again(std::string_view path) const {
  return to_be_read_again(find(path));
}

void KnownFiles::mark_seen(std::size_t place) {
  if (place != kNone) seen_[place] = true;
}

bool KnownFiles::seen(std::string_view path) const {
  const std::size_t place = find(path);
  return place != kNone && seen_[place];
}

bool KnownFiles::all_seen() const {
  return std::ranges::all_of(seen_, [](bool seen) { return seen; });
}

std::uint64_t KnownFiles::choose_rescan(std::span<const ledger::Job> jobs, std::int64_t now_ms,
                                        const RescanPolicy& policy) {
  if (policy.every_days <= 0 || jobs.empty()) return 0;
  std::map<std::uint32_t, std::int64_t> started;
  std::int64_t last_run_ms = 0;
  for (const ledger::Job& job : jobs) {
    started[static_cast<std::uint32_t>(job.id)] = job.started_ms;
    last_run_ms = std::max(last_run_ms, job.started_ms);
  }
  // Bytes by when they were read last, and by which job.
  std::map<std::pair<std::int64_t, std::uint32_t>, std::uint64_t> by_age;
  std::uint64_t all = 0;
  std::uint64_t overdue = 0;
  const auto due_ms = now_ms - static_cast<std::int64_t>(policy.every_days * kDayMs);
  for (const Entry& entry : entries_) {
    if (entry.identity == 0) continue;
    const std::int64_t read_ms = started[entry.job];
    const std::uint64_t bytes = entry.pages * kPageBytes;
    by_age[{read_ms, entry.job}] += bytes;
    all += bytes;
    if (read_ms <= due_ms) overdue += bytes;
  }
  const double days = static_cast<double>(std::max<std::int64_t>(0, now_ms - last_run_ms)) / kDayMs;
  const double share = std::min(1.0, days / policy.every_days);
  auto wanted = std::max(overdue, static_cast<std::uint64_t>(static_cast<double>(all) * share));
  if (policy.bytes_per_second != 0 && policy.window_seconds > 0)
    wanted =
        std::min(wanted, static_cast<std::uint64_t>(static_cast<double>(policy.bytes_per_second) *
                                                    policy.window_seconds));
  choose_oldest(by_age, wanted);
  std::uint64_t chosen = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (read_again_[i]) chosen += entries_[i].pages * kPageBytes;
  return chosen;
}

// Whole jobs, the oldest first; of the last one as many files as still fit.
void KnownFiles::choose_oldest(
    const std::map<std::pair<std::int64_t, std::uint32_t>, std::uint64_t>& by_age,
    std::uint64_t bytes) {
  std::map<std::uint32_t, std::uint64_t> left;  // bytes to choose of each job
  for (const auto& [age, available] : by_age) {
    left[age.second] = std::min(bytes, available);
    bytes -= std::min(bytes, available);
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.identity == 0) continue;
    std::uint64_t& of_job = left[entry.job];
    if (of_job == 0) continue;
    read_again_[i] = true;
    of_job -= std::min(of_job, std::uint64_t{entry.pages} * kPageBytes);
  }
}

}  // namespace slipring::ingest

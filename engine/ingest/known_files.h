// KnownFiles: what a run before made of each file, small enough for tens of millions: 33 bytes a
// file; and whole rows, packed, while those of a validation fit into memory. Read by all workers,
// filled before they start; what was seen is marked by the one thread that finishes files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dicom/record.h"
#include "engine/ingest/parcel.h"
#include "engine/ledger/ledger.h"

namespace slipring::ingest {

// How full readings of files that did not change are spread over the runs.
struct RescanPolicy {
  double every_days = 0;               // no file is unread for longer; 0: nothing is read again
  std::uint64_t bytes_per_second = 0;  // at most; 0: as fast as it goes
  double window_seconds = 0;           // that this run has; 0: as long as it takes
};

class KnownFiles {
 public:
  // For a conversion: rows that are done, of the same options; failed ones only when they are not
  // to be tried again, and never those that could not be read or found no memory. A change of
  // owner or links (ctime) is no change.
  [[nodiscard]] Result<void> load(ledger::Ledger& ledger, const std::string& option_hash,
                                  bool retry_failed);

  // For a validation: all rows that are done. Taken over without reading (`reuse`) are those of the
  // same options that were read to their end; size, inode and both times count. DICOMDIRs never
  // are: what is wrong with them has to do with other files.
  [[nodiscard]] Result<void> load_validated(ledger::Ledger& ledger, const std::string& option_hash,
                                            bool reuse);

  // Of the files that would be taken over, those unread for longest are to be read all the same: as
  // many bytes as the time since the last run demands if every file is to be read within the
  // policy's days, and all that are overdue; but no more than the rate allows within the window.
  // `jobs`: of the ledger. Gives the bytes chosen.
  std::uint64_t choose_rescan(std::span<const ledger::Job> jobs, std::int64_t now_ms,
                              const RescanPolicy& policy);

  // The place of a file here, by which it is asked for; kNone: nothing is known of it.
  static constexpr std::size_t kNone = kUnknownPlace;
  [[nodiscard]] std::size_t find(std::string_view path) const;

  // Whether the file needs no work: it is the same file that a run before finished.
  [[nodiscard]] bool finished(std::size_t place, const dicom::FileIdentity& now) const;
  // What that run made of it, into a record that has its path. False: the row is not held in
  // memory, or it is damaged; the ledger has it, or says so.
  [[nodiscard]] bool take_over(std::size_t place, dicom::Record& record) const;
  [[nodiscard]] bool finished(std::string_view path, const dicom::FileIdentity& now) const;
  [[nodiscard]] bool has(std::string_view path) const { return find(path) != kNone; }
  // Whether it was chosen to be read again although nothing of it changed.
  [[nodiscard]] bool to_be_read_again(std::size_t place) const;
  [[nodiscard]] bool to_be_read_again(std::string_view path) const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  void mark_seen(std::size_t place);
  void mark_seen(std::string_view path) { mark_seen(find(path)); }
  [[nodiscard]] bool seen(std::string_view path) const;
  [[nodiscard]] bool all_seen() const;

 private:
  struct Entry {
    std::uint64_t path = 0;      // hash
    std::uint64_t identity = 0;  // hash; 0: not to be taken over
    std::uint32_t job = 0;       // that read it last
    std::uint32_t pages = 0;     // size in units of 4 KiB, rounded up
    std::uint32_t held = ledger::HeldRows::kNone;
  };
  void sort();
  void choose_oldest(const std::map<std::pair<std::int64_t, std::uint32_t>, std::uint64_t>& by_age,
                     std::uint64_t bytes);

  bool with_ctime_ = false;
  ledger::HeldRows rows_;
  std::vector<Entry> entries_;         // by hash of path
  std::vector<std::uint32_t> starts_;  // where the hashes begin that begin with so many bits
  unsigned shift_ = 0;                 // what is left of a hash behind them
  std::vector<bool> read_again_;       // beside entries_
  std::vector<bool> seen_;
};

}  // namespace slipring::ingest

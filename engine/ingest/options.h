// Options of a job: what the doors (cli) ask of the conductor. Plain values; no defaults elsewhere.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/pixel/layout.h"
#include "engine/deliver/write_file.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/ingest/nightly/judgement.h"
#include "engine/transcode/loss.h"

namespace slipring::ingest {

// Where quarantined objects go, beneath the output: discovery never enters a .slipring directory.
inline constexpr std::string_view kQuarantine = ".slipring/quarantine/";

enum class Command : std::uint8_t { Scan, Validate, Convert };
enum class OnError : std::uint8_t { Skip, Copy, Quarantine, Stop };
enum class TreeLayout : std::uint8_t { Mirror, Uid };

struct Options {
  Command command = Command::Scan;
  std::vector<std::string> sources;
  std::string files_from;
  bool null_separated = false;

  unsigned threads = 0;            // 0: one per processor
  std::uint64_t memory_bytes = 0;  // bytes in flight; 0: a quarter of the machine's, at most 4 GiB
  bool drop_cache = false;

  // validate
  bool decode_pixels = true;
  bool digests = false;
  bool values = true;
  bool between_objects = true;   // layer 6
  bool only_changed = false;     // what did not change since a run before is taken over unread
  double rescan_every_days = 0;  // unless it was not read for so long; 0: never
  std::uint64_t rescan_bytes_per_second = 0;   // at most, of such readings; 0: as fast as it goes
  std::shared_ptr<const Judgement> judgement;  // null: the catalogue's severities, nothing known

  // nightly
  double window_seconds = 0;           // no new files after that; 0: as long as it takes
  std::uint64_t bytes_per_second = 0;  // read at most; 0: as fast as it goes

  // convert
  std::string output;
  const dicom::TransferSyntax* target = nullptr;
  bool recompress_lossy = false;
  transcode::Loss loss;
  OnError on_error = OnError::Skip;
  TreeLayout layout = TreeLayout::Mirror;
  deliver::Fsync fsync = deliver::Fsync::Batch;
  pixel::Limits pixel_limits;

  // ledger
  std::string ledger;  // path of the database; empty: none is kept
  bool fresh = false;
  bool retry_failed = false;
  bool dry_run = false;
  std::string arguments;  // what was typed, for people
};

// Fills what is 0 or empty and depends on the machine or on other options.
void settle(Options& options);

// Everything the bytes of an output depend on: rows of a run with another hash are not reused.
[[nodiscard]] std::string option_hash(const Options& options);

}  // namespace slipring::ingest

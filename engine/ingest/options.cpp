#include "engine/ingest/options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "engine/dicom/digest.h"

namespace slipring::ingest {

namespace {

constexpr std::uint64_t kMemoryDefaultMax = std::uint64_t{4} << 30;
constexpr std::uint64_t kMemoryMin = std::uint64_t{64} << 20;

std::uint64_t quarter_of_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGE_SIZE);
  if (pages <= 0 || page_bytes <= 0) return kMemoryDefaultMax;
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes) / 4;
}

}  // namespace

void settle(Options& options) {
  if (options.threads == 0) options.threads = std::max(1U, std::thread::hardware_concurrency());
  if (options.memory_bytes == 0)
    options.memory_bytes = std::min(kMemoryDefaultMax, quarter_of_memory());
  options.memory_bytes = std::max(options.memory_bytes, kMemoryMin);
  if (options.command == Command::Convert && options.ledger.empty() && !options.dry_run)
    options.ledger = options.output + "/.slipring/ledger.db";
}

std::string option_hash(const Options& options) {
  const std::string text = fmt::format(
      "command={} target={} recompress_lossy={} on_error={} layout={} pixels={} digests={} "
      "values={}{}{}",
      static_cast<int>(options.command), options.target == nullptr ? "" : options.target->uid,
      options.recompress_lossy, static_cast<int>(options.on_error),
      static_cast<int>(options.layout), options.decode_pixels, options.digests, options.values,
      !options.loss.allowed() ? ""
                              : fmt::format(" ratio={} step={} error_max={}", options.loss.ratio,
                                            options.loss.step, options.loss.error_max),
      options.judgement == nullptr ? "" : " profile=" + options.judgement->profile.text());
  return dicom::to_hex(dicom::xxh128(as_bytes(text)).bytes);
}

}  // namespace slipring::ingest

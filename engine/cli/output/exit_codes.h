// The exit codes of interface.md in words, and which is the worst. What they are and why a command
// ends with one is the table `exits` of ingest/summary.h.
#pragma once

#include <string_view>

#include "engine/ingest/summary.h"

namespace slipring::cli {

inline constexpr int kExitOk = ingest::exits::kOk.code;
inline constexpr int kExitObjects = ingest::exits::kObjectsFailed.code;
inline constexpr int kExitUsage = ingest::exits::kUsage.code;
inline constexpr int kExitSource = ingest::exits::kSourceUnreadable.code;
inline constexpr int kExitNothing = ingest::exits::kNothingToDo.code;
inline constexpr int kExitDestination = ingest::exits::kDestinationFailed.code;
inline constexpr int kExitLedger = ingest::exits::kLedgerFailed.code;
inline constexpr int kExitInterrupted = ingest::exits::kInterrupted.code;

struct ExitMeaning {
  int code;
  std::string_view text;
};
inline constexpr ExitMeaning kExitMeanings[] = {
    {kExitOk, "all objects done and clean"},
    {kExitObjects, "finished, but objects failed or findings reached --fail-on"},
    {kExitUsage, "usage or configuration"},
    {kExitSource, "a source could not be read"},
    {kExitNothing, "nothing to do: no DICOM found"},
    {kExitDestination, "the destination or the peer failed"},
    {kExitLedger, "the ledger is locked or damaged"},
    {kExitInterrupted, "interrupted; the same command goes on from there"}};

// How bad each is, where one command has two ends: the worst wins.
[[nodiscard]] constexpr int worse_of(int one, int other) {
  constexpr int kWorstFirst[] = {kExitUsage,  kExitLedger,  kExitDestination, kExitInterrupted,
                                 kExitSource, kExitObjects, kExitNothing};
  for (const int code : kWorstFirst)
    if (one == code || other == code) return code;
  return kExitOk;
}

}  // namespace slipring::cli

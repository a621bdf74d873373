// The exit codes of interface.md, in one place.
#pragma once

#include <string_view>

namespace slipring::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitObjects = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitSource = 3;
inline constexpr int kExitNothing = 4;
inline constexpr int kExitDestination = 5;
inline constexpr int kExitLedger = 6;
inline constexpr int kExitInterrupted = 130;

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

// The exit codes of interface.md, in one place.
#pragma once

namespace slipring::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitObjects = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitSource = 3;
inline constexpr int kExitNothing = 4;
inline constexpr int kExitDestination = 5;
inline constexpr int kExitLedger = 6;
inline constexpr int kExitInterrupted = 130;

// How bad each is, where one command has two ends: the worst wins.
[[nodiscard]] constexpr int worse_of(int one, int other) {
  constexpr int kWorstFirst[] = {kExitUsage,  kExitLedger,  kExitDestination, kExitInterrupted,
                                 kExitSource, kExitObjects, kExitNothing};
  for (const int code : kWorstFirst)
    if (one == code || other == code) return code;
  return kExitOk;
}

}  // namespace slipring::cli

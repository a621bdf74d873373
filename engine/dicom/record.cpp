#include "engine/dicom/record.h"

#include <array>

namespace slipring::dicom {

namespace {
constexpr std::array<std::string_view, kOutcomeCount> kNames = {
    "converted", "copied", "kept", "duplicate", "quarantined", "failed", "skipped", "ok"};
}

std::string_view name(Outcome outcome) { return kNames[static_cast<std::size_t>(outcome)]; }

std::optional<Outcome> outcome_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<Outcome>(i);
  return std::nullopt;
}

}  // namespace slipring::dicom

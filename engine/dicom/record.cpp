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

std::string reason_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::Vanished:
      return "the file vanished";
    case ErrorCode::Changed:
      return "the file changed while it was read";
    case ErrorCode::Io:
      return "the file could not be read";
    default:
      return std::string(error.what);
  }
}

void Record::clear() {
  sequence = 0;
  source = {};
  outcome = Outcome::Failed;
  error.reset();
  for (std::string* text : {&path, &reason, &error_tag, &sop_class, &sop_instance, &study, &series,
                            &modality, &from, &to, &output})
    text->clear();
  bytes_in = bytes_out = frames = 0;
  pixel_digest.reset();
  pixel_verified = false;
  dataset_digest.reset();
  output_digest.reset();
  content_digest.reset();
  object_digest.reset();
  keys.reset();
  findings.clear();
}

}  // namespace slipring::dicom

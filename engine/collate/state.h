// What a Collator holds, and the questions it asks of it, a file each. Collate's own.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/collate/collate.h"
#include "engine/collate/external_sort.h"
#include "engine/collate/paths.h"
#include "engine/collate/roots.h"
#include "engine/collate/rows.h"

namespace slipring::collate {

// A DICOMDIR: its file's number, and its directory in upper case with a slash at its end ("" at the
// root).
struct MediaDirectory {
  std::uint32_t file = 0;
  std::string directory;
};

struct Collator::State {
  dicom::SpillPlace& place;
  Limits limits;
  Paths paths;
  std::optional<ExternalSort<InstanceRow>> instances;
  std::optional<ExternalSort<SeriesRow>> series;
  std::optional<ExternalSort<StudyRow>> studies;
  std::optional<ExternalSort<ReferenceRow>> references;
  std::optional<ExternalSort<AnswerRow>> answers;
  std::optional<ExternalSort<MediaRow>> media;
  std::vector<MediaDirectory> directories;
  std::uint64_t directories_left_out = 0;
  Roots roots;

  State(dicom::SpillPlace& spills, const Limits& bounds);
};

// How a question tells what it found: by the numbers of files.
class Voice {
 public:
  Voice(Paths& paths, const Collator::Take& take) : paths_(paths), take_(take) {}

  struct Place {
    std::uint32_t file = 0;
    dicom::Tag tag;
    std::uint64_t offset = kNoOffset;
  };
  [[nodiscard]] Result<void> say(dicom::RuleId rule, dicom::Severity severity, const Place& place,
                                 std::string message);
  // The path of another file, for a message.
  [[nodiscard]] Result<std::string> name(std::uint32_t file) { return paths_.at(file); }

 private:
  Paths& paths_;
  const Collator::Take& take_;
};

// Each takes its rows to their end and lets them go. In this order: series gives studies' rows,
// instances and media give answers.
Result<void> judge_instances(Collator::State& state, Voice& voice);   // L6-01, L6-02; references
Result<void> judge_references(Collator::State& state, Voice& voice);  // L6-08
Result<void> judge_series(Collator::State& state, Voice& voice);      // L6-03, L6-05 to L6-07
Result<void> judge_studies(Collator::State& state, Voice& voice);     // L6-04, L6-10
Result<void> judge_media(Collator::State& state, Voice& voice);       // L6-09

}  // namespace slipring::collate

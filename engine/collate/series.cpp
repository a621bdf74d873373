// Objects of one series: what all of them must say alike, their numbers, their places in space.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "engine/collate/order.h"
#include "engine/collate/state.h"

namespace slipring::collate {

using dicom::ObjectKey;
using dicom::RuleId;
using dicom::Severity;
namespace tags = dicom::tags;

namespace {

constexpr RuleId kGeometry{6, 6};
constexpr RuleId kNumbers{6, 7};

// What a series' objects must agree on where they say it at all.
struct Shared {
  RuleId rule;
  Severity severity;
  dicom::Tag tag;
  std::string_view name;
  std::uint64_t (*value)(const ObjectKey& key);
};
constexpr Shared kShared[] = {
    {{6, 3},
     Severity::Error,
     tags::StudyInstanceUID,
     "Study Instance UID",
     [](const ObjectKey& key) { return key.study; }},
    {{6, 5},
     Severity::Warning,
     tags::Modality,
     "Modality",
     [](const ObjectKey& key) -> std::uint64_t { return key.modality; }},
    {{6, 5},
     Severity::Warning,
     tags::BodyPartExamined,
     "Body Part Examined",
     [](const ObjectKey& key) -> std::uint64_t { return key.body_part; }},
    {{6, 5},
     Severity::Warning,
     tags::FrameOfReferenceUID,
     "Frame of Reference UID",
     [](const ObjectKey& key) -> std::uint64_t { return key.frame_of_reference; }},
    {{6, 5},
     Severity::Warning,
     tags::Laterality,
     "Laterality",
     [](const ObjectKey& key) -> std::uint64_t { return key.laterality(); }},
    {kGeometry, Severity::Warning, tags::PixelSpacing, "Pixel Spacing",
     [](const ObjectKey& key) -> std::uint64_t {
       return key.has(ObjectKey::kHasPosition) ? key.spacing : 0;
     }},
    {kGeometry, Severity::Warning, tags::ImageOrientationPatient, "Image Orientation (Patient)",
     [](const ObjectKey& key) -> std::uint64_t {
       return key.has(ObjectKey::kHasPosition) ? key.orientation : 0;
     }},
};

class SeriesJudge {
 public:
  explicit SeriesJudge(Voice& voice) : voice_(voice) {}

  Result<void> judge(std::span<const SeriesRow> rows) {
    for (const Shared& shared : kShared) TRY(judge_shared(rows, shared));
    TRY(judge_numbers(rows));
    return judge_places(rows);
  }

 private:
  Result<void> judge_shared(std::span<const SeriesRow> rows, const Shared& shared) {
    const SeriesRow* first = nullptr;
    const SeriesRow* other = nullptr;
    std::uint64_t differ = 0;
    for (const SeriesRow& row : rows) {
      const std::uint64_t value = shared.value(row.key);
      if (value == 0) continue;
      if (first == nullptr) first = &row;
      if (value == shared.value(first->key)) continue;
      if (differ++ == 0) other = &row;
    }
    if (differ == 0) return {};
    TRY_ASSIGN(const std::string name, voice_.name(first->file()));
    return voice_.say(shared.rule, shared.severity, {other->file(), shared.tag},
                      fmt::format("{} differs from that of {} in {} of the series' {} objects",
                                  shared.name, name, differ, rows.size()));
  }

  Result<void> judge_numbers(std::span<const SeriesRow> rows) {
    numbers_.clear();
    std::uint16_t expected = rows.front().key.images_in_acquisition;
    for (const SeriesRow& row : rows) {  // by number already
      if (row.key.images_in_acquisition != expected) expected = 0;
      if (!row.key.has(ObjectKey::kHasInstance)) continue;
      if (numbers_.empty() || numbers_.back() != row.key.instance)
        numbers_.push_back(row.key.instance);
    }
    if (const auto gaps = find_number_gaps(numbers_)) {
      const auto behind = std::ranges::find_if(rows, [&](const SeriesRow& row) {
        return row.key.has(ObjectKey::kHasInstance) && row.key.instance == gaps->after;
      });
      TRY(voice_.say(kNumbers, Severity::Warning, {behind->file(), tags::InstanceNumber},
                     fmt::format("{} Instance Numbers are missing, the first between {} and {}",
                                 gaps->missing, gaps->before, gaps->after)));
    }
    if (expected <= rows.size()) return {};
    return voice_.say(kNumbers, Severity::Warning, {rows.front().file(), tags::ImagesInAcquisition},
                      fmt::format("{} of {} images of the acquisition are among these files",
                                  rows.size(), expected));
  }

  // Of those with the orientation that most have: positions are along its normal.
  Result<void> judge_places(std::span<const SeriesRow> rows) {
    places_.clear();
    const std::uint16_t orientation = usual_orientation(rows);
    for (const SeriesRow& row : rows)
      if (row.key.has(ObjectKey::kHasPosition) && row.key.orientation == orientation)
        places_.push_back({row.key.position, row.file()});
    std::ranges::sort(places_, [](const Place& a, const Place& b) {
      return a.position != b.position ? a.position < b.position : a.file < b.file;
    });
    const PlaceTrouble trouble = find_place_trouble(places_);
    if (trouble.gaps != 0)
      TRY(voice_.say(
          kGeometry, Severity::Warning, {trouble.gap_file, tags::ImagePositionPatient},
          fmt::format("{} gaps between slices, the largest {:.3g} mm where {:.3g} mm are "
                      "usual",
                      trouble.gaps, trouble.largest_step, trouble.usual_step)));
    if (trouble.uneven == 0) return {};
    return voice_.say(
        kGeometry, Severity::Warning, {trouble.uneven_file, tags::ImagePositionPatient},
        fmt::format(
            "{} positions have another number of slices than the usual {}: the first has {}",
            trouble.uneven, trouble.usual_count, trouble.uneven_count));
  }

  std::uint16_t usual_orientation(std::span<const SeriesRow> rows) {
    orientations_.clear();
    for (const SeriesRow& row : rows)
      if (row.key.has(ObjectKey::kHasPosition)) orientations_.push_back(row.key.orientation);
    std::ranges::sort(orientations_);
    std::uint16_t usual = 0;
    std::size_t most = 0;
    for (std::size_t begin = 0; begin < orientations_.size();) {
      const auto end = std::ranges::upper_bound(orientations_, orientations_[begin]);
      const auto after = static_cast<std::size_t>(end - orientations_.begin());
      if (after - begin > most) {
        most = after - begin;
        usual = orientations_[begin];
      }
      begin = after;
    }
    return usual;
  }

  Voice& voice_;
  std::vector<std::int32_t> numbers_;
  std::vector<Place> places_;
  std::vector<std::uint16_t> orientations_;
};

StudyRow study_row(const SeriesRow& row) {
  const ObjectKey& key = row.key;
  return {key.study, row.file(), key.patient, key.name, key.birth, key.study_day, key.sex(), {}};
}

// The series one after the other; a copy of an object (same UID and number) stands for itself once.
class SeriesReader {
 public:
  SeriesReader(Collator::State& state, Voice& voice)
      : state_(state), voice_(voice), judge_(voice) {}

  Result<void> run() {
    TRY(state_.series->finish());
    SeriesRow row;
    while (true) {
      TRY_ASSIGN(const bool more, state_.series->next(row));
      if (!more) break;
      if (!rows_.empty() && rows_.front().key.series != row.key.series) TRY(end_series());
      TRY(take(row));
    }
    return end_series();
  }

 private:
  Result<void> take(const SeriesRow& row) {
    const StudyRow study = study_row(row);
    if (study.study != 0 && (rows_.empty() || !study.says_the_same(last_study_)))
      TRY(state_.studies->add(study));
    last_study_ = study;
    const bool copy = !rows_.empty() && rows_.back().key.sop == row.key.sop &&
                      rows_.back().key.instance == row.key.instance && row.key.sop != 0;
    if (copy && rows_.back().key.study == row.key.study) return {};
    if (rows_.size() < state_.limits.series_objects_max)
      rows_.push_back(row);
    else
      ++left_out_;
    return {};
  }

  Result<void> end_series() {
    if (rows_.size() > 1) TRY(judge_.judge(rows_));
    if (left_out_ != 0)
      TRY(voice_.say(kNumbers, Severity::Info, {rows_.front().file(), tags::SeriesInstanceUID},
                     fmt::format("{} more objects of this series were not compared", left_out_)));
    rows_.clear();
    left_out_ = 0;
    return {};
  }

  Collator::State& state_;
  Voice& voice_;
  SeriesJudge judge_;
  std::vector<SeriesRow> rows_;
  std::uint64_t left_out_ = 0;
  StudyRow last_study_;
};

}  // namespace

Result<void> judge_series(Collator::State& state, Voice& voice) {
  TRY(SeriesReader(state, voice).run());
  state.series.reset();
  return {};
}

}  // namespace slipring::collate

// Objects of one study: one patient, one date.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/collate/state.h"

namespace slipring::collate {

using dicom::Severity;
namespace tags = dicom::tags;

namespace {

constexpr dicom::RuleId kPatients{6, 4};
constexpr dicom::RuleId kDates{6, 10};

struct Shared {
  Severity severity;
  dicom::Tag tag;
  std::string_view name;
  unsigned (*value)(const StudyRow& row);
};
constexpr std::array<Shared, 4> kShared = {{
    {Severity::Error, tags::PatientID, "Patient ID",
     [](const StudyRow& row) -> unsigned { return row.patient; }},
    {Severity::Warning, tags::PatientName, "Patient's Name",
     [](const StudyRow& row) -> unsigned { return row.name; }},
    {Severity::Warning, tags::PatientBirthDate, "Patient's Birth Date",
     [](const StudyRow& row) -> unsigned { return row.birth; }},
    {Severity::Warning, tags::PatientSex, "Patient's Sex",
     [](const StudyRow& row) -> unsigned { return row.sex; }},
}};

// The first file that says something, and the first that says something else.
struct Difference {
  unsigned value = 0;
  std::uint32_t file = 0;
  std::uint32_t other = 0;
  bool differs = false;

  void take(unsigned said, std::uint32_t by) {
    if (said == 0) return;
    if (value == 0) {
      value = said;
      file = by;
    } else if (said != value && !differs) {
      differs = true;
      other = by;
    }
  }
};

class StudyJudge {
 public:
  explicit StudyJudge(Voice& voice) : voice_(voice) {}

  void take(const StudyRow& row) {
    for (std::size_t i = 0; i < kShared.size(); ++i)
      differences_[i].take(kShared[i].value(row), row.file);
    day_.take(row.day, row.file);
    if (row.day == 0) return;
    first_day_ = std::min<unsigned>(first_day_, row.day);
    last_day_ = std::max<unsigned>(last_day_, row.day);
  }

  Result<void> end() {
    for (std::size_t i = 0; i < kShared.size(); ++i) {
      if (!differences_[i].differs) continue;
      TRY_ASSIGN(const std::string name, voice_.name(differences_[i].file));
      TRY(voice_.say(
          kPatients, kShared[i].severity, {differences_[i].other, kShared[i].tag},
          fmt::format("{} differs from that of {} in the same study", kShared[i].name, name)));
    }
    if (day_.differs) {
      TRY_ASSIGN(const std::string name, voice_.name(day_.file));
      TRY(voice_.say(kDates, Severity::Warning, {day_.other, tags::StudyDate},
                     fmt::format("Study Date differs from that of {}: {} days apart", name,
                                 last_day_ - first_day_)));
    }
    differences_ = {};
    day_ = {};
    first_day_ = ~0U;
    last_day_ = 0;
    return {};
  }

 private:
  Voice& voice_;
  std::array<Difference, kShared.size()> differences_{};
  Difference day_;
  unsigned first_day_ = ~0U;
  unsigned last_day_ = 0;
};

}  // namespace

Result<void> judge_studies(Collator::State& state, Voice& voice) {
  TRY(state.studies->finish());
  StudyJudge judge(voice);
  StudyRow row;
  std::uint64_t study = 0;  // no row has 0
  while (true) {
    TRY_ASSIGN(const bool more, state.studies->next(row));
    if (study != 0 && (!more || row.study != study)) TRY(judge.end());
    if (!more) break;
    study = row.study;
    judge.take(row);
  }
  state.studies.reset();
  return {};
}

}  // namespace slipring::collate

#include "engine/collate/collate.h"

#include <utility>

#include "engine/collate/media_directory.h"
#include "engine/collate/state.h"

namespace slipring::collate {

using dicom::ObjectKey;

Collator::State::State(dicom::SpillPlace& spills, const Limits& bounds)
    : place(spills), limits(bounds), paths(spills, bounds.memory_bytes / 8) {
  const std::uint64_t memory = bounds.memory_bytes;
  series.emplace(spills, memory / 2);
  instances.emplace(spills, memory / 8);
  references.emplace(spills, memory / 16);
  studies.emplace(spills, memory / 16);
  answers.emplace(spills, memory / 32);
  media.emplace(spills, memory / 32);
}

Collator::Collator(dicom::SpillPlace& place, const Limits& limits)
    : state_(std::make_unique<State>(place, limits)) {}
Collator::~Collator() = default;
Collator::Collator(Collator&&) noexcept = default;
Collator& Collator::operator=(Collator&&) noexcept = default;

std::uint64_t Collator::size() const { return state_->paths.size(); }

namespace {

Result<void> add_directory(Collator::State& state, std::uint32_t file, std::string_view path,
                           const dicom::ObjectKeys& keys) {
  if (state.directories.size() >= state.limits.directories_max) {
    ++state.directories_left_out;
    return {};
  }
  const auto number = static_cast<std::uint32_t>(state.directories.size());
  state.directories.push_back({file, upper_case(directory_of(path))});
  for (const dicom::ObjectReference& each : keys.references)
    TRY(state.media->add({each.target, number, each.offset, each.expected, 0}));
  return {};
}

}  // namespace

Result<void> Collator::add(std::string_view path, const dicom::ObjectKeys& keys) {
  const ObjectKey& key = keys.object;
  const bool is_directory = key.has(ObjectKey::kDirectory);
  const auto mark = is_directory ? 0U : static_cast<std::uint32_t>(key.sop);
  TRY_ASSIGN(const std::uint32_t file, state_->paths.add(path, mark));
  if (is_directory) return add_directory(*state_, file, path, keys);
  if (key.sop != 0)
    TRY(state_->instances->add(
        {key.sop, file, key.content, key.maker, key.syntax,
         key.has(ObjectKey::kWholeContent) ? std::uint8_t{1} : std::uint8_t{}, 0}));
  if (key.series != 0) {
    SeriesRow row{key};
    row.key.content = file;
    TRY(state_->series->add(row));
  }
  for (const dicom::ObjectReference& each : keys.references)
    TRY(state_->references->add({each.target, file, each.offset}));
  state_->roots.add(key.root, key.maker, file);
  return {};
}

Result<void> Collator::judge(const Take& take) {
  Voice voice(state_->paths, take);
  TRY(judge_instances(*state_, voice));
  TRY(judge_references(*state_, voice));
  TRY(judge_series(*state_, voice));
  TRY(judge_studies(*state_, voice));
  TRY(judge_media(*state_, voice));
  return state_->roots.judge(voice);
}

Result<void> Voice::say(dicom::RuleId rule, dicom::Severity severity, const Place& place,
                        std::string message) {
  dicom::Finding finding{rule, severity, place.tag, place.offset, {}, std::move(message)};
  if (place.tag.value != 0) finding.path = dicom::to_string(place.tag);
  TRY_ASSIGN(const std::string path, paths_.at(place.file));
  take_(path, finding);
  return {};
}

}  // namespace slipring::collate

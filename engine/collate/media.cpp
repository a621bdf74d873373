// What DICOMDIRs list against the files that are there: both come in the order of their paths'
// hashes.
#include <fmt/format.h>

#include <span>
#include <unordered_map>
#include <vector>

#include "engine/collate/media_directory.h"
#include "engine/collate/state.h"

namespace slipring::collate {

using dicom::Severity;

namespace {

constexpr dicom::RuleId kMedia{6, 9};
constexpr std::size_t kListingsMax = 1024;  // of one file that are compared with it

enum Kind : std::uint32_t { Missing, Mismatched, Fine };

// The innermost DICOMDIR that a file is below.
class Directories {
 public:
  explicit Directories(std::span<const MediaDirectory> directories) {
    for (std::uint32_t i = 0; i < directories.size(); ++i)
      numbers_.try_emplace(directories[i].directory, i);
  }
  [[nodiscard]] std::optional<std::uint32_t> above(std::string_view upper_path) const {
    std::string_view directory = directory_of(upper_path);
    while (true) {
      const auto found = numbers_.find(std::string(directory));
      if (found != numbers_.end()) return found->second;
      if (directory.empty()) return std::nullopt;
      directory = directory_of(directory.substr(0, directory.size() - 1));
    }
  }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

class MediaJudge {
 public:
  MediaJudge(Collator::State& state, Voice& voice)
      : state_(state), voice_(voice), directories_(state.directories) {}

  Result<void> run() {
    TRY(add_files());
    TRY(state_.media->finish());
    MediaRow row;
    while (true) {
      TRY_ASSIGN(const bool more, state_.media->next(row));
      if (!more || row.path != path_) TRY(end_path());
      if (!more) break;
      path_ = row.path;
      TRY(take(row));
    }
    return tell_answers();
  }

 private:
  Result<void> add_files() {
    return state_.paths.each([&](const Paths::Entry& entry) -> Result<void> {
      if (entry.mark == 0) return {};
      const std::string path = upper_case(entry.path);
      if (!directories_.above(path)) return {};
      return state_.media->add(
          {dicom::key_hash(path), MediaRow::kIsFile, entry.number, entry.mark, 0});
    });
  }

  // The listings of a path come before the file.
  Result<void> take(const MediaRow& row) {
    if (row.listed_by != MediaRow::kIsFile) {
      if (listings_.size() < kListingsMax) listings_.push_back(row);
      return {};
    }
    there_ = true;
    if (listings_.empty()) return tell_not_listed(row.file);
    for (const MediaRow& listing : listings_) {
      const bool other = listing.sop != 0 && listing.sop != row.sop;
      TRY(state_.answers->add({listing.listed_by, other ? Mismatched : Fine, listing.file}));
    }
    return {};
  }

  Result<void> end_path() {
    if (!there_)
      for (const MediaRow& listing : listings_)
        TRY(state_.answers->add({listing.listed_by, Missing, listing.file}));
    listings_.clear();
    there_ = false;
    return {};
  }

  Result<void> tell_not_listed(std::uint32_t file) {
    TRY_ASSIGN(const std::string path, voice_.name(file));
    const auto above = directories_.above(upper_case(path));
    TRY_ASSIGN(const std::string name, voice_.name(state_.directories[above.value_or(0)].file));
    return voice_.say(kMedia, Severity::Warning, {file, {}}, "not listed in " + name);
  }

  Result<void> tell_answers() {
    TRY(state_.answers->finish());
    AnswerRow row;
    AnswerRow first;
    std::uint64_t count = 0;
    while (true) {
      TRY_ASSIGN(const bool more, state_.answers->next(row));
      const bool same = more && count != 0 && row.file == first.file && row.kind == first.kind;
      if (count != 0 && !same) {
        TRY(tell(first, count));
        count = 0;
      }
      if (!more) return {};
      if (count++ == 0) first = row;
    }
  }

  Result<void> tell(const AnswerRow& first, std::uint64_t count) {
    if (first.kind == Fine) return {};
    const bool unknown = first.offset == dicom::ObjectReference::kOffsetUnknown;
    const std::string_view what = first.kind == Missing ? "are not there as objects"
                                                        : "hold another SOP instance than it says";
    return voice_.say(kMedia, Severity::Warning,
                      {state_.directories[first.file].file, dicom::tags::ReferencedFileID,
                       unknown ? kNoOffset : first.offset},
                      fmt::format("{} files that it lists {}", count, what));
  }

  Collator::State& state_;
  Voice& voice_;
  Directories directories_;
  std::uint64_t path_ = 0;
  std::vector<MediaRow> listings_;
  bool there_ = false;
};

}  // namespace

Result<void> judge_media(Collator::State& state, Voice& voice) {
  if (state.directories.empty()) return {};
  TRY(MediaJudge(state, voice).run());
  if (state.directories_left_out != 0)
    TRY(voice.say(kMedia, Severity::Info, {state.directories.back().file, {}},
                  fmt::format("{} more DICOMDIRs were not compared with their files",
                              state.directories_left_out)));
  state.media.reset();
  return {};
}

}  // namespace slipring::collate

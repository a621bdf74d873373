// Objects of one SOP Instance UID, and which of the instances referred to are there at all: both
// come in the order of their UIDs' hashes.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "engine/collate/state.h"

namespace slipring::collate {

using dicom::Severity;

namespace {

constexpr dicom::RuleId kOtherContent{6, 1};
constexpr dicom::RuleId kSameContent{6, 2};
constexpr dicom::RuleId kAbsent{6, 8};
constexpr std::uint32_t kIsAbsent = 0;
constexpr std::uint32_t kIsThere = 1;
constexpr std::size_t kContentsMax = 64;  // different ones under one UID that are told apart

// The objects of one SOP Instance UID as they come, the file found first before the others.
class SameInstance {
 public:
  explicit SameInstance(Voice& voice) : voice_(voice) {}

  void begin(const InstanceRow& first) { contents_.assign(1, first); }

  Result<void> compare(const InstanceRow& row) {
    const auto same = std::ranges::find_if(contents_, [&](const InstanceRow& each) {
      return each.content == row.content && each.syntax == row.syntax &&
             each.whole_content == row.whole_content;
    });
    if (same != contents_.end()) return tell_duplicate(row, *same);
    const InstanceRow first = contents_.front();
    if (contents_.size() < kContentsMax) contents_.push_back(row);
    return tell_other(row, first);
  }

 private:
  Result<void> tell_duplicate(const InstanceRow& row, const InstanceRow& first) {
    TRY_ASSIGN(const std::string name, voice_.name(first.file));
    return voice_.say(
        kSameContent, Severity::Info, {row.file, dicom::tags::SOPInstanceUID},
        fmt::format("same object as {}{}", name,
                    row.whole_content != 0 ? "" : ": same header; pixels were not read"));
  }

  Result<void> tell_other(const InstanceRow& row, const InstanceRow& first) {
    TRY_ASSIGN(const std::string name, voice_.name(first.file));
    // One object in two transfer syntaxes is other bytes and may be the same pixels.
    const bool other_syntax = row.syntax != first.syntax;
    const bool known = row.maker != 0 && first.maker != 0;
    return voice_.say(kOtherContent, other_syntax ? Severity::Warning : Severity::Error,
                      {row.file, dicom::tags::SOPInstanceUID},
                      fmt::format("same SOP Instance UID as {}, other {}{}", name,
                                  other_syntax ? "transfer syntax" : "content",
                                  !known                     ? ""
                                  : row.maker == first.maker ? ", same manufacturer"
                                                             : ", another manufacturer"));
  }

  Voice& voice_;
  std::vector<InstanceRow> contents_;
};

// Walks the references along with the instances.
class References {
 public:
  References(ExternalSort<ReferenceRow>& rows, ExternalSort<AnswerRow>& answers)
      : rows_(rows), answers_(answers) {}

  Result<void> begin() {
    TRY(rows_.finish());
    return step();
  }
  // The next instance that is there.
  Result<void> meet(std::uint64_t sop) {
    TRY(answer_until(sop));
    while (more_ && row_.target == sop) TRY(answer(kIsThere));
    return {};
  }
  Result<void> end() {
    while (more_) TRY(answer(kIsAbsent));
    return {};
  }

 private:
  Result<void> answer_until(std::uint64_t sop) {
    while (more_ && row_.target < sop) TRY(answer(kIsAbsent));
    return {};
  }
  Result<void> answer(std::uint32_t kind) {
    TRY(answers_.add({row_.file, kind, row_.offset}));
    return step();
  }
  Result<void> step() {
    TRY_ASSIGN(more_, rows_.next(row_));
    return {};
  }

  ExternalSort<ReferenceRow>& rows_;
  ExternalSort<AnswerRow>& answers_;
  ReferenceRow row_;
  bool more_ = false;
};

}  // namespace

Result<void> judge_instances(Collator::State& state, Voice& voice) {
  References references(*state.references, *state.answers);
  TRY(references.begin());
  TRY(state.instances->finish());
  SameInstance group(voice);
  InstanceRow row;
  std::uint64_t sop = 0;  // no row has 0
  while (true) {
    TRY_ASSIGN(const bool more, state.instances->next(row));
    if (!more) break;
    if (row.sop == sop) {
      TRY(group.compare(row));
      continue;
    }
    sop = row.sop;
    group.begin(row);
    TRY(references.meet(sop));
  }
  TRY(references.end());
  state.instances.reset();
  state.references.reset();
  return {};
}

Result<void> judge_references(Collator::State& state, Voice& voice) {
  TRY(state.answers->finish());
  AnswerRow row;
  AnswerRow first;  // of its file: one that leads nowhere, if any does
  std::uint64_t absent = 0;
  std::uint64_t all = 0;
  while (true) {
    TRY_ASSIGN(const bool more, state.answers->next(row));
    if (all != 0 && (!more || row.file != first.file)) {
      if (absent != 0)
        TRY(voice.say(
            kAbsent, Severity::Warning,
            {first.file, dicom::tags::ReferencedSOPInstanceUID,
             first.offset == dicom::ObjectReference::kOffsetUnknown ? kNoOffset : first.offset},
            fmt::format("{} of {} referenced instances are not among these files", absent, all)));
      absent = all = 0;
    }
    if (!more) break;
    if (all == 0) first = row;
    ++all;
    if (row.kind == kIsAbsent) ++absent;
  }
  state.answers.emplace(state.place, state.limits.memory_bytes / 32);
  return {};
}

}  // namespace slipring::collate

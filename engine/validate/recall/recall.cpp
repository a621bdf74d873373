#include "engine/validate/recall/recall.h"

#include <algorithm>
#include <span>

namespace slipring::validate::recall {

using dicom::Element;
using dicom::Finding;
using dicom::Findings;

namespace {

// A damaged object is judged as far as it goes, and a DICOMDIR is no object of a series. One that
// does not say what it is is judged by its meta group, and one that says a transfer syntax it does
// not have by both.
bool can_be_recalled(const dicom::Scanned& scanned) {
  return !scanned.error && scanned.declared == scanned.actual &&
         scanned.kind != dicom::FileKind::Dicomdir && !scanned.tape.empty() &&
         !scanned.data_set().text(dicom::tags::SOPClassUID).empty();
}

std::uint64_t count_of(const Findings& findings) {
  std::uint64_t count = 0;
  for (const Findings::Count& each : findings.counts()) count += each.count;
  return count;
}

// Whether a finding with this tag and offset may be about this element.
bool may_be_in(const Finding& finding, const Element& element) {
  return finding.tag == element.tag && finding.offset >= element.header_offset() &&
         (element.undefined_length() || finding.offset <= element.offset + element.length);
}

}  // namespace

void Recall::begin(const dicom::Scanned& scanned, Findings& findings) {
  if (scanned_ != nullptr) before_ = 0;  // an exception left the one before half judged
  scanned_ = &scanned;
  findings_ = &findings;
  ++object_;
  const dicom::Likeness& likeness = scanned.likeness;
  alike_ = remembers_ && likeness.before != 0 && likeness.before == before_;
  for (Places& places : places_) places.known = places.known && alike_;
  read_known_ = read_known_ && alike_;
  active_ = alike_ || (remembers_ && likeness.number != 0 && can_be_recalled(scanned));
}

void Recall::finish() {
  before_ = active_ ? scanned_->likeness.number : 0;
  scanned_ = nullptr;
}

void Recall::start() {
  kept_before_ = findings_->kept().size();
  count_before_ = count_of(*findings_);
}

std::span<const Finding> Recall::found() const {
  return std::span(findings_->kept()).subspan(kept_before_);
}

bool Recall::all_kept() const { return count_of(*findings_) - count_before_ == found().size(); }

std::uint64_t Recall::repeat(Known& known) {
  known.object = object_;
  for (std::size_t i = 0; i < known.findings.size(); ++i) {
    Finding finding = known.findings[i];
    const Element& element = scanned_->tape[known.places[i].entry];
    if (finding.offset != kNoOffset)
      finding.offset = known.places[i].header ? element.header_offset() : element.offset;
    findings_->add(std::move(finding));
  }
  return known.number;
}

// What the offset will follow in every object of this shape: the element the finding is about, the
// item it misses an attribute in, or the data set's begin. Nothing where two elements fit: one of
// them is empty, and need not be in the next object.
std::optional<Recall::At> Recall::place_of(const Finding& finding) const {
  const dicom::Tape& tape = scanned_->tape;
  if (finding.offset == kNoOffset) return At{0, true};
  std::optional<At> of_its_tag;
  std::optional<At> of_item;
  // Entries stand in the order of the bytes: those whose header or value begins here are together.
  const auto first = std::ranges::partition_point(
      tape, [&](const Element& element) { return element.offset < finding.offset; });
  for (auto i = static_cast<std::size_t>(first - tape.begin());
       i < tape.size() && tape[i].header_offset() <= finding.offset; ++i) {
    const bool at_header = finding.offset == tape[i].header_offset();
    if (!at_header && finding.offset != tape[i].offset) continue;
    if (tape[i].is_item() && !at_header) of_item = At{i, false};
    if (tape[i].tag != finding.tag) continue;
    if (of_its_tag) return std::nullopt;
    of_its_tag = At{i, at_header};
  }
  if (of_its_tag) return of_its_tag;
  if (finding.offset == tape.front().header_offset()) return At{0, true};
  return of_item;
}

void Recall::learn(Known& known) {
  known.object = 0;
  if (!active_ || !all_kept()) return;
  known.findings.assign(found().begin(), found().end());
  known.places.clear();
  for (const Finding& finding : known.findings) {
    const std::optional<At> place = place_of(finding);
    if (!place) return;
    known.places.push_back(*place);
  }
  known.object = object_;
}

void Recall::settle(Sweep which, Swept& swept) {
  swept.settled.reset(tape_of(which).size(), true);
  const dicom::Likeness& likeness = scanned_->likeness;
  for (const Difference& each : which == Sweep::MetaValues ? likeness.meta : likeness.data_set)
    swept.settled.clear(each.entry);
  for (const std::size_t entry : swept.faulty) swept.settled.clear(entry);
  for (const std::size_t entry : swept.pinned) swept.settled.clear(entry);
}

void Recall::learn(Sweep which, Swept& swept) {
  swept.object = 0;
  swept.faulty.clear();
  if (!active_ || !all_kept()) return;
  const dicom::Tape& tape = tape_of(which);
  for (const Finding& finding : found()) {
    const std::size_t before = swept.faulty.size();
    const auto behind = std::ranges::partition_point(
        tape, [&](const Element& element) { return element.header_offset() <= finding.offset; });
    for (auto element = tape.begin(); element != behind; ++element)
      if (may_be_in(finding, *element))
        swept.faulty.push_back(static_cast<std::size_t>(element - tape.begin()));
    if (swept.faulty.size() == before) return;
  }
  swept.object = object_;
}

}  // namespace slipring::validate::recall

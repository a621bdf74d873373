// The walk's careful half: one element that is not usual, and what makes it so.
#include <fmt/format.h>

#include <algorithm>

#include "engine/scan/walk.h"

namespace slipring::scan {

using dicom::Element;
using dicom::Header;
using dicom::Severity;
using dicom::Tag;
using dicom::VR;

namespace {

constexpr std::uint16_t kDelimiterGroup = 0xFFFE;
// How far back on the tape a tag out of order is looked for.
constexpr std::size_t kDuplicateSearchMax = 256;

bool illegal_group(Tag tag) {  // PS3.5 7.1
  const unsigned group = tag.group();
  return group == 0 || group == 0xFFFF || ((group & 1U) != 0 && group <= 7);
}

bool may_hold_fragments(Tag tag, VR vr) {
  return tag == dicom::tags::PixelData && (vr == VR::OB || vr == VR::OW || vr == VR::UN);
}

}  // namespace

bool Walk::element() {
  Frame& frame = top();
  if (at_ == frame.end) return container_ends();
  const std::uint64_t left = frame.end - at_;
  if (left < kShortHeaderBytes) return at_root() ? trailing() : cut_header({}, left);
  if (!have(at_ + kShortHeaderBytes)) return need(at_ + kLongHeaderBytes);
  ElementHeader header = read_implicit(frame.mode, bytes_, at_);
  if (header.tag.group() == kDelimiterGroup) return delimiter_among_elements(header);
  if (at_root() && header.tag > options_.stop_after) {
    out_.stopped_early = true;
    return false;
  }
  if (at_root() && header.tag.value == 0 && header.length == 0) return trailing();
  if (tape_.size() >= options_.limits.elements_max)
    return fail(rules::kNesting, header.tag,
                {ErrorCode::LimitExceeded, at_, "more elements than the limit",
                 options_.limits.elements_max, tape_.size()});
  if (!read_element(header)) return false;
  note_tag(header);
  note_header(header);
  frame.tag_max = std::max(frame.tag_max, header.tag.value);
  if (header.undefined_length()) return undefined_length(header);
  if (header.vr == VR::SQ) return sequence_or_opaque(header);
  return leaf(header);
}

// Fills in VR, form and length. False when the walk is over.
bool Walk::read_element(ElementHeader& header) {
  if (top().mode != Mode::ImplicitLittle) return read_explicit(header);
  header.vr = dicom::implicit_vr(header.tag);
  // An item of explicit VR elements within an implicit VR data set shows at its first element.
  const VR letters = dicom::vr_from(bytes_[at_ + 4], bytes_[at_ + 5]);
  const bool fits = header.undefined_length() || header.end() <= top().end;
  if (fits || top().tag_max != 0 || at_root() || letters == VR::None || letters == VR::Unknown)
    return true;
  const Mode mode = big_endian_ ? Mode::ExplicitBig : Mode::ExplicitLittle;
  top().mode = mode;
  ElementHeader other = header;
  other.tag = load_tag(mode, &bytes_[at_]);
  if (!read_explicit(other)) return false;
  note(rules::kEncoding, Severity::Warning, other.tag, at_,
       "explicit VR inside an implicit VR sequence");
  header = other;
  return true;
}

bool Walk::read_explicit(ElementHeader& header) {
  const VR vr = dicom::vr_from(bytes_[at_ + 4], bytes_[at_ + 5]);
  if (vr == VR::None || vr == VR::Unknown) return read_odd_vr(header);
  header.vr = vr;
  header.form =
      shape(vr).header_bytes == kLongHeaderBytes ? Header::ExplicitLong : Header::ExplicitShort;
  if (header.form == Header::ExplicitShort) {
    header.length = load<std::uint16_t>(top().mode, &bytes_[at_ + 6]);
    return true;
  }
  const std::uint64_t left = top().end - at_;
  if (left < kLongHeaderBytes) return cut_header(header.tag, left);
  if (!have(at_ + kLongHeaderBytes)) return need(at_ + kLongHeaderBytes);
  header.length = load<std::uint32_t>(top().mode, &bytes_[at_ + 8]);
  return true;
}

// Reads the header in one form; true when its value fits and something sensible follows.
bool Walk::try_form(ElementHeader& header, VR vr, Header form) {
  ElementHeader tried = header;
  tried.vr = vr;
  tried.form = form;
  const Mode mode = top().mode;
  const std::uint8_t* from = &bytes_[at_];
  if (form == Header::ExplicitLong) {
    if (at_ + kLongHeaderBytes > std::min<std::uint64_t>(top().end, bytes_.size())) return false;
    if (load<std::uint16_t>(mode, from + 6) != 0) return false;
    tried.length = load<std::uint32_t>(mode, from + 8);
  } else if (form == Header::ExplicitShort) {
    tried.length = load<std::uint16_t>(mode, from + 6);
  } else {
    tried.length = load<std::uint32_t>(mode, from + 4);
  }
  if (tried.undefined_length()) {
    if (form != Header::Implicit) return false;
    if (!plausible_header(tried.value(), top().end, {}, mode)) return false;
  } else if (tried.end() > top().end || !plausible_after(tried, mode)) {
    return false;
  }
  header = tried;
  return true;
}

// Two letters nobody defined have a 32-bit length, should an edition define them (PS3.5 7.1.2);
// bytes that are no letters stand for implicit VR, or for a VR left blank. The form is chosen whose
// value fits and is followed by something that looks like an element.
bool Walk::read_odd_vr(ElementHeader& header) {
  Frame& frame = top();
  const VR letters = dicom::vr_from(bytes_[at_ + 4], bytes_[at_ + 5]);
  if (letters == VR::Unknown) {
    if (try_form(header, VR::Unknown, Header::ExplicitLong) ||
        try_form(header, VR::Unknown, Header::ExplicitShort)) {
      note(rules::kVR, Severity::Warning, header.tag, at_, "unknown VR");
      return true;
    }
  } else {
    const Mode explicit_mode = frame.mode;
    if (explicit_mode == Mode::ExplicitLittle) {
      if (try_form(header, dicom::implicit_vr(header.tag), Header::Implicit)) {
        note(rules::kVR, Severity::Error, header.tag, at_, "no VR: read as implicit VR");
        return true;
      }
      frame.mode = Mode::ImplicitLittle;
      if (try_form(header, dicom::implicit_vr(header.tag), Header::Implicit)) {
        note(rules::kVR, Severity::Error, header.tag, at_,
             "implicit VR inside an explicit VR data set");
        return true;
      }
      frame.mode = explicit_mode;
    }
    if (try_form(header, VR::Unknown, Header::ExplicitShort) ||
        try_form(header, VR::Unknown, Header::ExplicitLong)) {
      note(rules::kVR, Severity::Error, header.tag, at_, "VR is not two letters");
      return true;
    }
  }
  if (out_.more_needed_bytes != 0) return false;
  if (at_root() && pixel_form_ != PixelForm::None) return trailing();
  return fail(rules::kVR, header.tag,
              {ErrorCode::Malformed, at_, "neither a VR nor implicit VR makes sense here"});
}

// Whether what follows a value is the end of its container or looks like another header.
bool Walk::plausible_after(const ElementHeader& header, Mode mode) {
  if (header.end() == top().end) return true;
  return plausible_header(header.end(), top().end, header.tag, mode);
}

bool Walk::plausible_header(std::uint64_t at, std::uint64_t end, Tag after, Mode mode) {
  if (at + kShortHeaderBytes > end) return false;
  if (!have(std::min(at + kLongHeaderBytes, end))) {
    need(at + kLongHeaderBytes);
    return false;
  }
  ElementHeader next = read_implicit(mode, bytes_, at);
  if (next.tag.group() == kDelimiterGroup)
    return next.tag == dicom::tags::Item || next.tag == dicom::tags::ItemDelimitationItem ||
           next.tag == dicom::tags::SequenceDelimitationItem;
  if (next.tag <= after || illegal_group(next.tag)) return false;
  if (mode == Mode::ImplicitLittle) {
    const VR letters = dicom::vr_from(bytes_[at + 4], bytes_[at + 5]);
    if (letters != VR::None && letters != VR::Unknown) return false;
    return next.undefined_length() || next.end() <= end;
  }
  const VR vr = dicom::vr_from(bytes_[at + 4], bytes_[at + 5]);
  if (vr == VR::None || vr == VR::Unknown) return false;
  if (shape(vr).header_bytes == kShortHeaderBytes)
    return at + kShortHeaderBytes + load<std::uint16_t>(mode, &bytes_[at + 6]) <= end;
  if (at + kLongHeaderBytes > end) return false;
  const std::uint32_t length = load<std::uint32_t>(mode, &bytes_[at + 8]);
  return length == dicom::kUndefinedLength || at + kLongHeaderBytes + length <= end;
}

void Walk::note_tag(const ElementHeader& header) {
  const Tag tag = header.tag;
  if (tag.value <= top().tag_max) note_disorder(header);
  if (tag.group() == 2)
    note(rules::kMetaInside, Severity::Error, tag, header.offset, "group 0002 inside the data set");
  else if (illegal_group(tag))
    note(rules::kIllegalGroup, Severity::Error, tag, header.offset,
         "this group is not allowed in a data set");
  if (tag.is_group_length() && !illegal_group(tag)) {
    if (!group_lengths_)
      note(rules::kGroupLength, Severity::Warning, tag, header.offset, "group lengths are retired");
    group_lengths_ = true;
  }
}

// The tag is not above all its siblings before it: descending, or there twice.
void Walk::note_disorder(const ElementHeader& header) {
  const unsigned depth = top().depth;
  const std::size_t oldest =
      tape_.size() > kDuplicateSearchMax ? tape_.size() - kDuplicateSearchMax : 0;
  bool first = true;
  for (std::size_t i = tape_.size(); i-- > oldest && tape_[i].depth >= depth;) {
    const Element& sibling = tape_[i];
    if (sibling.depth > depth) continue;
    if (first && sibling.tag > header.tag)
      note(rules::kAscending, Severity::Warning, header.tag, header.offset,
           "tags are not in ascending order");
    first = false;
    if (sibling.tag != header.tag) continue;
    const bool same =
        sibling.length == header.length && !header.undefined_length() && have(header.end()) &&
        sibling.offset + sibling.length <= at_ &&
        std::equal(bytes_.data() + sibling.offset, bytes_.data() + sibling.offset + sibling.length,
                   bytes_.data() + header.value());
    note(rules::kDuplicate, same ? Severity::Warning : Severity::Error, header.tag, header.offset,
         same ? "element is there twice, with the same value" : "element is there twice");
    break;
  }
}

void Walk::note_header(const ElementHeader& header) {
  if (header.form == Header::ExplicitLong &&
      load_le<std::uint16_t>(&bytes_[header.offset + 6]) != 0)
    note(rules::kReserved, Severity::Warning, header.tag, header.offset,
         "reserved bytes of the header are not zero");
  if (header.form != Header::Implicit && options_.compare_vrs && header.vr != VR::Unknown &&
      !dicom::vr_agrees(header.tag, header.vr))
    note(rules::kVRDictionary, header.vr == VR::UN ? Severity::Info : Severity::Warning, header.tag,
         header.offset, "VR is not the dictionary's");
  if (header.undefined_length()) return;
  // In implicit VR nothing says whether "OB or OW" is one or the other.
  const unsigned mask =
      header.form == Header::Implicit && header.vr == VR::OW ? 1U : shape(header.vr).length_mask;
  if ((header.length & mask) == 0) return;
  if (mask == 1 && header.vr != VR::OW && header.vr != VR::US && header.vr != VR::SS)
    note(rules::kOdd, Severity::Warning, header.tag, header.offset, "length is odd");
  else
    note(rules::kUnit, Severity::Error, header.tag, header.offset,
         "length is no multiple of the VR's unit");
}

// PS3.5 7.1.3: SQ and UN, and pixel data in fragments (A.4). Others are tolerated when items
// follow.
bool Walk::undefined_length(const ElementHeader& header) {
  const Mode mode = top().mode;
  if (header.vr == VR::SQ) return enter(header, Kind::Sequence, mode);
  if (!have(std::min(header.value() + kShortHeaderBytes, size_)))
    return need(header.value() + kShortHeaderBytes);
  const bool un_sequence = header.vr == VR::UN && header.tag != dicom::tags::PixelData;
  const Mode inside = un_sequence ? Mode::ImplicitLittle : mode;
  Tag first;
  if (header.value() + kShortHeaderBytes <= top().end)
    first = load_tag(inside, &bytes_[header.value()]);
  if (may_hold_fragments(header.tag, header.vr)) return enter(header, Kind::Fragments, mode);
  if (un_sequence) {
    if (header.form != Header::Implicit)
      note(rules::kUNSequence, Severity::Warning, header.tag, header.offset,
           "UN of undefined length read as an implicit VR sequence");
    return enter(header, Kind::Sequence, inside);
  }
  note(rules::kUndefined, Severity::Error, header.tag, header.offset,
       "undefined length is not allowed for this VR");
  if (first != dicom::tags::Item && first != dicom::tags::SequenceDelimitationItem)
    return fail(rules::kUndefined, header.tag,
                {ErrorCode::Malformed, header.offset, "undefined length without items"});
  const bool bulk = header.form != Header::Implicit || header.vr == VR::OW;
  return enter(header, bulk ? Kind::Fragments : Kind::Sequence, mode);
}

// A sequence of declared length; in implicit VR a value that holds no items is kept as it is.
bool Walk::sequence_or_opaque(const ElementHeader& header) {
  if (header.form == Header::Implicit && header.length != 0) {
    if (!have(std::min(header.value() + kShortHeaderBytes, size_)))
      return need(header.value() + kShortHeaderBytes);
    const bool holds_items = header.length >= kShortHeaderBytes &&
                             header.value() + kShortHeaderBytes <= top().end &&
                             load_tag(top().mode, &bytes_[header.value()]) == dicom::tags::Item;
    if (!holds_items && header.end() <= top().end) {
      note(rules::kVRDictionary, Severity::Warning, header.tag, header.offset,
           "not the sequence the dictionary says");
      ElementHeader opaque = header;
      opaque.vr = VR::UN;
      return leaf(opaque);
    }
  }
  return enter(header, Kind::Sequence, top().mode);
}

bool Walk::leaf(const ElementHeader& header) {
  Frame& frame = top();
  const std::uint64_t room = frame.end - header.value();
  if (header.length > room) {
    const bool known = header.form != Header::Implicit || header.tag.is_private() ||
                       dicom::find_in_dictionary(header.tag) != nullptr;
    if (at_root() && pixel_form_ != PixelForm::None && !known) return trailing();
    return beyond(header, room);
  }
  if (fragments_expected_ && may_hold_fragments(header.tag, header.vr)) {
    if (fragments_fill(header)) {
      note(rules::kEncoding, Severity::Warning, header.tag, header.offset,
           "encapsulated pixel data has a declared length");
      return enter(header, Kind::Fragments, frame.mode);
    }
    if (out_.more_needed_bytes != 0) return false;
  }
  push(header, frame.depth);
  at_ = header.end();
  if (!at_root()) return true;
  if (header.tag == dicom::tags::PixelData) pixel_form_ = PixelForm::Native;
  if (header.tag != options_.stop_after) return true;
  out_.stopped_early = at_ != frame.end;
  return false;
}

// Whether a value of declared length is a chain of fragments from its first to its last byte.
bool Walk::fragments_fill(const ElementHeader& header) {
  const Mode mode = top().mode;
  std::uint64_t at = header.value();
  while (at + kShortHeaderBytes <= header.end()) {
    if (!have(at + kShortHeaderBytes)) {
      need(at + kShortHeaderBytes);
      return false;
    }
    const ElementHeader next = read_implicit(mode, bytes_, at);
    if (next.tag == dicom::tags::SequenceDelimitationItem) return next.value() == header.end();
    if (next.tag != dicom::tags::Item) return false;
    at = next.end();
  }
  return at == header.end() && header.length != 0;
}

}  // namespace slipring::scan

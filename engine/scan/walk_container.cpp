// The walk's containers: sequences, items, fragments, where they end, and the end of the data set.
#include <fmt/format.h>

#include <algorithm>

#include "engine/scan/walk.h"

namespace slipring::scan {

using dicom::Severity;
using dicom::Tag;
namespace tags = dicom::tags;

namespace {

// A tail of zeros this long is no padding but, likely, a file that was not copied to its end.
constexpr std::uint64_t kZeroTailBytes = 4096;
// Depth on the tape has 8 bits; a sequence takes two of its 255 levels.
constexpr unsigned kNestingCeiling = 126;

}  // namespace

bool Walk::enter(const ElementHeader& header, Kind kind, Mode mode) {
  Frame& frame = top();
  if (kind == Kind::Sequence &&
      nesting_ >= std::min(options_.limits.nesting_depth_max, kNestingCeiling))
    return fail(rules::kNesting, header.tag,
                {ErrorCode::LimitExceeded, header.offset, "sequences are nested too deeply",
                 options_.limits.nesting_depth_max, nesting_ + 1U});
  Frame inner{.end = frame.end,
              .header = header.offset,
              .length = header.length,
              .tag = header.tag.value,
              .items = 0,
              .tag_max = 0,
              .kind = kind,
              .mode = mode,
              .depth = static_cast<std::uint8_t>(frame.depth + 1),
              .bounded = frame.bounded,
              .clipped = false};
  if (!header.undefined_length()) {
    const std::uint64_t room = frame.end - header.value();
    inner.clipped = header.length > room;
    if (inner.clipped && frame.bounded) return beyond(header, room);
    inner.bounded = frame.bounded || !inner.clipped;
    if (!inner.clipped) inner.end = header.end();
  }
  if (at_root() && header.tag == tags::PixelData && kind == Kind::Fragments)
    pixel_form_ = PixelForm::Fragments;
  push(header, frame.depth);
  at_ = header.value();
  stack_.push_back(inner);
  if (kind == Kind::Sequence) ++nesting_;
  return true;
}

bool Walk::item() {
  Frame& frame = top();
  if (at_ == frame.end) return container_ends();
  const std::uint64_t left = frame.end - at_;
  if (left < kShortHeaderBytes) return cut_header(Tag(frame.tag), left);
  if (!have(at_ + kShortHeaderBytes)) return need(at_ + kShortHeaderBytes);
  const ElementHeader header = read_implicit(frame.mode, bytes_, at_);
  if (header.tag == tags::Item) return enter_item(header);
  if (header.tag == tags::SequenceDelimitationItem) return end_sequence_at(header);
  return other_in_sequence(header);
}

bool Walk::enter_item(const ElementHeader& header) {
  Frame& frame = top();
  if (tape_.size() >= options_.limits.elements_max)
    return fail(rules::kNesting, header.tag,
                {ErrorCode::LimitExceeded, at_, "more elements than the limit",
                 options_.limits.elements_max, tape_.size()});
  ++frame.items;
  Frame inner = frame;
  inner.kind = Kind::Elements;
  inner.header = header.offset;
  inner.length = header.length;
  inner.tag_max = 0;
  inner.depth = static_cast<std::uint8_t>(frame.depth + 1);
  inner.clipped = false;
  if (!header.undefined_length()) {
    if (frame.bounded && header.end() > frame.end) settle_item_length(header);
    if (out_.more_needed_bytes != 0) return false;
    inner.end = frame.end;
    inner.clipped = header.end() > frame.end;
    inner.bounded = frame.bounded || !inner.clipped;
    if (!inner.clipped) inner.end = header.end();
  }
  push(header, frame.depth);
  at_ = header.value();
  stack_.push_back(inner);
  return true;
}

// An item longer than what is left of its container: one of the two lengths is wrong. The item's is
// believed when something sensible follows it; else it ends where its sequence does, and whether
// its elements do so too tells soon enough.
void Walk::settle_item_length(const ElementHeader& header) {
  Frame& frame = top();
  const Frame& outer = stack_[stack_.size() - 2];
  const bool sensible = !frame.undefined() && header.end() <= outer.end &&
                        (header.end() == outer.end ||
                         plausible_header(header.end(), outer.end, Tag(frame.tag), outer.mode));
  note(rules::kBeyond, Severity::Error, Tag(frame.tag), header.offset,
       sensible ? "item goes beyond its sequence, whose length is too small"
                : "item goes beyond its sequence");
  if (sensible) frame.end = header.end();
}

// What else stands between items: a delimiter too many, or an element of the enclosing item because
// the sequence's delimiter is missing.
bool Walk::other_in_sequence(const ElementHeader& header) {
  const Frame& frame = top();
  if (header.tag == tags::ItemDelimitationItem) {
    note(rules::kDelimiterStray, Severity::Warning, header.tag, at_,
         "item delimiter without an item");
    at_ += kShortHeaderBytes;
    return true;
  }
  const Frame& outer = stack_[stack_.size() - 2];
  if (frame.undefined() && frame.items > 0 &&
      plausible_header(at_, frame.end, Tag(frame.tag), outer.mode)) {
    note(rules::kDelimiterMissing, Severity::Error, header.tag, at_,
         "sequence delimiter is missing");
    close(nullptr);
    return true;
  }
  if (out_.more_needed_bytes != 0) return false;
  return fail(rules::kDelimiterMissing, Tag(frame.tag),
              {ErrorCode::Malformed, at_, "neither an item nor a delimiter inside a sequence"});
}

bool Walk::end_sequence_at(const ElementHeader& delimiter) {
  const Frame& frame = top();
  if (delimiter.length != 0)
    note(rules::kDelimiterStray, Severity::Error, Tag(frame.tag), at_,
         "sequence delimiter has a length");
  if (!frame.undefined()) {
    note(rules::kDelimiterStray, Severity::Warning, Tag(frame.tag), at_,
         "sequence delimiter in a sequence of declared length");
    if (delimiter.value() != frame.end) {
      at_ += kShortHeaderBytes;
      return true;
    }
  }
  close(&delimiter);
  return true;
}

// (FFFE,xxxx) where an element is expected.
bool Walk::delimiter_among_elements(const ElementHeader& header) {
  const Frame& frame = top();
  if (header.tag == tags::ItemDelimitationItem && !at_root() &&
      (frame.undefined() || header.value() == frame.end)) {
    if (header.length != 0)
      note(rules::kDelimiterStray, Severity::Error, header.tag, at_, "item delimiter has a length");
    if (!frame.undefined())
      note(rules::kDelimiterStray, Severity::Warning, header.tag, at_,
           "item delimiter in an item of declared length");
    close(&header);
    return true;
  }
  const bool delimiter =
      header.tag == tags::ItemDelimitationItem || header.tag == tags::SequenceDelimitationItem;
  if (!at_root() && frame.undefined() && (header.tag == tags::Item || delimiter)) {
    note(rules::kDelimiterMissing, Severity::Error, header.tag, at_, "item delimiter is missing");
    close(nullptr);  // what follows is the sequence's
    return true;
  }
  if (delimiter && (at_root() || !frame.undefined())) {
    note(rules::kDelimiterStray, Severity::Warning, header.tag, at_,
         "delimiter without anything to delimit");
    at_ += kShortHeaderBytes;
    return true;
  }
  if (at_root() && pixel_form_ != PixelForm::None) return trailing();
  return fail(rules::kBeyond, header.tag,
              {ErrorCode::Malformed, at_, "an item where an element is expected"});
}

// PS3.5 A.4: fragments are items of declared length, whatever bytes they hold.
bool Walk::fragment() {
  Frame& frame = top();
  for (;;) {
    if (at_ == frame.end) return container_ends();
    const std::uint64_t left = frame.end - at_;
    if (!have(std::min(at_ + kShortHeaderBytes, size_))) return need(at_ + kShortHeaderBytes);
    if (left < kShortHeaderBytes) return mend_fragment();
    ElementHeader header = read_implicit(frame.mode, bytes_, at_);
    if (header.tag == tags::SequenceDelimitationItem) return end_sequence_at(header);
    if (header.tag != tags::Item) return mend_fragment();
    if (header.undefined_length())
      return fail(rules::kUndefined, Tag(frame.tag),
                  {ErrorCode::Malformed, at_, "a fragment of undefined length"});
    if (header.length > left - kShortHeaderBytes) return beyond(header, left - kShortHeaderBytes);
    if (tape_.size() >= options_.limits.elements_max)
      return fail(rules::kNesting, Tag(frame.tag),
                  {ErrorCode::LimitExceeded, at_, "more elements than the limit",
                   options_.limits.elements_max, tape_.size()});
    ++frame.items;
    push(header, frame.depth);
    at_ = header.end();
  }
}

// No item where the next fragment should begin: its length is one off, or the delimiter is missing.
bool Walk::mend_fragment() {
  const Frame& frame = top();
  const auto header_at = [&](std::uint64_t at) {
    if (at + kShortHeaderBytes > std::min<std::uint64_t>(frame.end, bytes_.size())) return false;
    const Tag tag = load_tag(frame.mode, &bytes_[at]);
    return tag == tags::Item || tag == tags::SequenceDelimitationItem;
  };
  dicom::Element& last = tape_.back();
  if (last.is_item() && last.length != 0) {
    if (!have(std::min(at_ + kShortHeaderBytes + 1, size_)))
      return need(at_ + kShortHeaderBytes + 1);
    if ((last.length & 1U) != 0 && header_at(at_ + 1)) {
      note(rules::kOdd, Severity::Warning, Tag(frame.tag), last.header_offset(),
           "fragment of odd length, with a pad byte not counted");
      ++at_;
      return true;
    }
    if (header_at(at_ - 1)) {
      note(rules::kBeyond, Severity::Warning, Tag(frame.tag), last.header_offset(),
           "fragment length is one too large");
      --last.length;
      --at_;
      return true;
    }
  }
  const Frame& outer = stack_[stack_.size() - 2];
  const bool zeros = stack_.size() == 2 && frame.items > 0 && rest_is_zero();
  if (out_.more_needed_bytes != 0) return false;
  if (frame.undefined() && frame.items > 0 &&
      (zeros || plausible_header(at_, frame.end, Tag(frame.tag), outer.mode))) {
    note(rules::kDelimiterMissing, zeros ? Severity::Warning : Severity::Error, Tag(frame.tag), at_,
         "sequence delimiter is missing after the last fragment");
    close(nullptr);
    return true;
  }
  if (out_.more_needed_bytes != 0) return false;
  if (frame.end - at_ < kShortHeaderBytes) return cut_header(Tag(frame.tag), frame.end - at_);
  return fail(rules::kDelimiterMissing, Tag(frame.tag),
              {ErrorCode::Malformed, at_, "neither a fragment nor a delimiter in pixel data"});
}

// The innermost container has no bytes left.
bool Walk::container_ends() {
  const Frame& frame = top();
  if (at_root()) {
    if (tape_.empty())
      return fail(rules::kBeyond, {}, {ErrorCode::Truncated, at_, "no element of a data set"});
    return false;
  }
  if (!frame.undefined() && !frame.clipped) {
    close(nullptr);
    return true;
  }
  if (frame.bounded) {
    if (frame.undefined())
      note(rules::kDelimiterMissing, Severity::Error, Tag(frame.tag), at_,
           frame.kind == Kind::Elements ? "item delimiter is missing"
                                        : "sequence delimiter is missing");
    close(nullptr);
    return true;
  }
  if (frame.kind == Kind::Fragments && frame.undefined() && stack_.size() == 2 && frame.items > 0) {
    note(rules::kDelimiterMissing, Severity::Warning, Tag(frame.tag), at_,
         "sequence delimiter is missing at the end of the file");
    close(nullptr);
    return true;
  }
  const std::uint64_t body = frame.header + kShortHeaderBytes;
  return fail(frame.clipped ? rules::kBeyond : rules::kDelimiterMissing, Tag(frame.tag),
              {ErrorCode::Truncated, frame.header,
               frame.kind == Kind::Elements ? "the data set ends inside an item"
                                            : "the data set ends inside a sequence",
               frame.clipped ? frame.length : 0, frame.clipped ? at_ - std::min(at_, body) : 0});
}

// Fewer bytes are left than a header has.
bool Walk::cut_header(Tag tag, std::uint64_t left) {
  const bool bounded = top().bounded;
  return fail(rules::kBeyond, tag,
              {bounded ? ErrorCode::Malformed : ErrorCode::Truncated, at_,
               bounded ? "an element header goes beyond its container"
                       : "the data set ends inside an element header",
               kShortHeaderBytes, left});
}

// A value goes beyond its container, which has `room` bytes for it.
bool Walk::beyond(const ElementHeader& header, std::uint64_t room) {
  const bool bounded = top().bounded;
  const Tag tag = header.tag.group() == 0xFFFE ? Tag(top().tag) : header.tag;
  return fail(rules::kBeyond, tag,
              {bounded ? ErrorCode::Malformed : ErrorCode::Truncated, header.offset,
               bounded ? "length goes beyond the container" : "the data set ends inside a value",
               header.length, room});
}

// Closes the innermost container: by its delimiter, or by an entry that has no bytes.
void Walk::close(const ElementHeader* delimiter) {
  const Frame& frame = top();
  const bool is_item = frame.kind == Kind::Elements;
  if (delimiter != nullptr) at_ = delimiter->value();
  tape_.push_back(dicom::Element::make(
      is_item ? tags::ItemDelimitationItem : tags::SequenceDelimitationItem, dicom::VR::None,
      delimiter != nullptr ? dicom::Header::Implicit : dicom::Header::Synthetic, at_, 0,
      is_item ? frame.depth - 1U : frame.depth));
  if (frame.kind == Kind::Sequence) --nesting_;
  stack_.pop_back();
}

bool Walk::rest_is_zero() {
  if (at_ < bytes_.size() && !all_zero(bytes_.subspan(at_))) return false;
  return bytes_.size() == size_ || need(2 * bytes_.size());
}

// Bytes at the end that are no element: padding, or something else behind complete pixel data.
// False: the walk is over. They stay where they are; data_set_end says where they begin.
bool Walk::trailing() {
  const std::uint64_t left = size_ - at_;
  const bool zeros = rest_is_zero();
  if (out_.more_needed_bytes != 0) return false;
  const bool pixels_done = pixel_form_ != PixelForm::None;
  if (zeros && (pixels_done || left < kZeroTailBytes)) {
    note(rules::kTrailing, Severity::Info, {}, at_, fmt::format("{} zero bytes at the end", left));
    return false;
  }
  if (zeros) {
    note(rules::kZeroTail, Severity::Warning, {}, at_,
         fmt::format("the last {} bytes are zeros: the rest may be lost", left));
    return false;
  }
  if (!pixels_done) {
    if (left < kShortHeaderBytes) return cut_header({}, left);
    return fail(rules::kBeyond, {}, {ErrorCode::Malformed, at_, "bytes that are no element"});
  }
  note(rules::kTrailing, Severity::Warning, {}, at_,
       fmt::format("{} bytes after the pixel data are no element", left));
  return false;
}

}  // namespace slipring::scan

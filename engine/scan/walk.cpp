#include "engine/scan/walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace slipring::scan {

using dicom::Element;
using dicom::Severity;
using dicom::Tag;
using dicom::VR;

namespace {

constexpr std::size_t kFramesReserved = 16;
// From here on the walk looks twice: pixel data, its offset tables, what follows them.
constexpr std::uint32_t kPixelGroup = 0x7FE00000;
constexpr std::uint64_t kHeadStep = 64 << 10;
constexpr std::uint32_t kFirstUsualTag = 0x00080000;

}  // namespace

bool all_zero(Bytes bytes) {
  return bytes.empty() ||
         (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

std::uint64_t useful_head(std::uint64_t bytes, std::uint64_t have, std::uint64_t size) {
  const std::uint64_t stepped = (bytes / kHeadStep + 1) * kHeadStep;
  return std::min(size, std::max(stepped, 2 * have));
}

Walk::Walk(const Input& input, const Options& options, dicom::Scanned& out)
    : bytes_(input.bytes),
      size_(std::max<std::uint64_t>(input.size_bytes, input.bytes.size())),
      at_(input.begin),
      options_(options),
      out_(out),
      tape_(out.tape),
      fragments_expected_(input.fragments_expected),
      big_endian_(input.mode == Mode::ExplicitBig) {
  stack_.reserve(kFramesReserved);
  stack_.push_back(Frame{.end = size_,
                         .header = input.begin,
                         .length = dicom::kUndefinedLength,
                         .tag = 0,
                         .items = 0,
                         .tag_max = 0,
                         .kind = Kind::Elements,
                         .mode = input.mode,
                         .depth = 0,
                         .bounded = false,
                         .clipped = false});
}

void Walk::run() {
  do {
    if (top().kind != Kind::Elements) continue;
    switch (top().mode) {
      case Mode::ExplicitLittle:
        usual_elements<Mode::ExplicitLittle>();
        break;
      case Mode::ImplicitLittle:
        usual_elements<Mode::ImplicitLittle>();
        break;
      case Mode::ExplicitBig:
        usual_elements<Mode::ExplicitBig>();
        break;
    }
  } while (step());
  finish();
}

bool Walk::step() {
  switch (top().kind) {
    case Kind::Elements:
      return element();
    case Kind::Sequence:
      return item();
    case Kind::Fragments:
      return fragment();
  }
  return false;
}

// Elements of the innermost item as long as nothing about them is unusual: ascending tags of
// ordinary groups, a VR with a plain value, an even length that fits. Whatever is not stays for
// element().
template <Mode M>
void Walk::usual_elements() {
  Frame& frame = top();
  const std::uint64_t end = frame.end;
  const std::uint64_t readable = std::min<std::uint64_t>(end, bytes_.size());
  if (readable < kLongHeaderBytes || tape_.size() >= options_.limits.elements_max) return;
  const std::uint64_t last = readable - kLongHeaderBytes;
  const std::uint8_t* const base = bytes_.data();
  const std::uint32_t stop = at_root() ? options_.stop_after.value : 0xFFFFFFFFU;
  const std::uint32_t bound = std::min(stop, kPixelGroup);
  const bool compare_vrs = M != Mode::ImplicitLittle && options_.compare_vrs;
  const auto run_of = [&](dicom::Header form) {
    return Element::make({}, VR::None, form, 0, 0, frame.depth);
  };
  const Element shorter =
      run_of(M == Mode::ImplicitLittle ? dicom::Header::Implicit : dicom::Header::ExplicitShort);
  const Element longer = run_of(dicom::Header::ExplicitLong);
  // Groups 0 to 7 and elements 0 (group lengths) are never usual.
  std::uint32_t newest = std::max(frame.tag_max, kFirstUsualTag - 1);
  std::uint64_t at = at_;
  for (std::uint64_t left = options_.limits.elements_max - tape_.size(); at <= last && left != 0;
       --left) {
    const std::uint8_t* const from = base + at;
    const std::uint32_t tag = load_tag<M>(from);
    if (tag <= newest || tag >= bound || (tag & 0xFFFFU) == 0) break;
    VR vr;
    std::uint32_t length;
    std::uint64_t value = at + kShortHeaderBytes;
    bool is_long = false;
    if constexpr (M == Mode::ImplicitLittle) {
      vr = dicom::implicit_vr(Tag(tag));
      length = load_le<std::uint32_t>(from + 4);
    } else {
      vr = dicom::vr_from(from[4], from[5]);
      length = load<M, std::uint16_t>(from + 6);
      if (shape(vr).header_bytes == kLongHeaderBytes) {
        if (length != 0) break;  // the reserved bytes
        length = load<M, std::uint32_t>(from + 8);
        value = at + kLongHeaderBytes;
        is_long = true;
      }
    }
    const std::uint64_t next = value + length;
    if (!shape(vr).usual(length) || next > end) break;
    if (compare_vrs && !dicom::vr_agrees(Tag(tag), vr)) break;
    tape_.push_back((is_long ? longer : shorter).with(Tag(tag), vr, value, length));
    newest = tag;
    at = next;
  }
  if (at != at_) frame.tag_max = newest;
  at_ = at;
}

void Walk::push(const ElementHeader& header, unsigned depth) {
  tape_.push_back(
      Element::make(header.tag, header.vr, header.form, header.value(), header.length, depth));
}

void Walk::finish() {
  out_.data_set_end = at_;
  while (!at_root()) close(nullptr);
  if (group_lengths_ && out_.more_needed_bytes == 0) check_group_lengths();
}

bool Walk::need(std::uint64_t bytes) {
  out_.more_needed_bytes = useful_head(std::min(bytes, size_), bytes_.size(), size_);
  return false;
}

std::string Walk::path_to(Tag tag) const {
  std::string path;
  for (const Frame& frame : stack_) {
    if (frame.kind == Kind::Elements) continue;
    path += dicom::to_string(Tag(frame.tag));
    if (frame.items > 0) path += fmt::format("[{}]", frame.items);
    path += '.';
  }
  // A finding about a container itself, or about an item or a delimiter, ends with the container.
  const Frame& innermost = stack_.back();
  const bool container = innermost.kind != Kind::Elements && innermost.tag == tag.value;
  if (!container && tag.group() != 0xFFFE) return path + dicom::to_string(tag);
  if (!path.empty()) path.pop_back();
  return path;
}

void Walk::note(dicom::RuleId rule, Severity severity, Tag tag, std::uint64_t offset,
                std::string_view message) {
  if (out_.findings.full(rule, severity))
    out_.findings.count_only(rule, severity);
  else
    out_.findings.add({rule, severity, tag, offset, path_to(tag), std::string(message)});
}

bool Walk::fail(dicom::RuleId rule, Tag tag, const Error& error) {
  note(rule, Severity::Error, tag, error.offset, error.what);
  out_.error = error;
  return false;
}

// PS3.5 7.2 (retired): the value counts the bytes from its own end to the end of the group.
void Walk::check_group_lengths() {
  constexpr std::size_t kStepsMax = std::size_t{1} << 24;  // over the tape, for all of them
  std::size_t steps = 0;
  for (std::size_t i = 0; i < tape_.size() && steps < kStepsMax; ++i) {
    const Element& length = tape_[i];
    if (!length.tag.is_group_length() || !length.is_attribute() || length.length != 4) continue;
    if (length.offset + 4 > bytes_.size()) continue;
    const bool big = big_endian_ && length.header() != dicom::Header::Implicit;
    const std::uint8_t* from = &bytes_[length.offset];
    const std::uint64_t declared =
        length.offset + 4 + (big ? load_be<std::uint32_t>(from) : load_le<std::uint32_t>(from));
    std::size_t next = i + 1;
    while (next < tape_.size() &&
           (tape_[next].depth > length.depth ||
            (tape_[next].depth == length.depth && tape_[next].tag.group() == length.tag.group())))
      ++next;
    steps += next - i;
    if (next == tape_.size() && (out_.error || out_.stopped_early)) continue;
    const std::uint64_t actual =
        next == tape_.size() ? out_.data_set_end : tape_[next].header_offset();
    if (declared == actual) continue;
    out_.findings.add({rules::kGroupLength, Severity::Warning, length.tag, length.header_offset(),
                       dicom::to_string(length.tag),
                       fmt::format("group length is {}, the group has {} bytes",
                                   declared - length.offset - 4, actual - length.offset - 4)});
  }
}

}  // namespace slipring::scan

#include "engine/scan/scan_in_series.h"

#include <algorithm>
#include <array>
#include <bit>

#include "engine/scan/header.h"
#include "engine/scan/meta.h"

namespace slipring::scan {

using dicom::Element;
using dicom::Header;
using dicom::Likeness;
using dicom::Precedent;
using dicom::Tag;
using dicom::Tape;
namespace tags = dicom::tags;

namespace {

constexpr std::uint32_t kPixelGroup = 0x7FE00000;  // from here on the walk looks twice

// The entry, so many bytes further on; `distance` wraps.
Element moved(const Element& entry, std::uint64_t distance) {
  auto words = std::bit_cast<std::array<std::uint64_t, 2>>(entry);
  words[1] += distance;  // the offset is below the other fields, and stays within its 48 bits
  return std::bit_cast<Element>(words);
}

// Goes along the bytes of two objects, the one before and this one, and over its tapes. Positions
// are those of the one before; `distance_` is how much further on the same stands in this one.
class Follower {
 public:
  Follower(Bytes bytes, std::uint64_t size, const Precedent::Kept& before, dicom::Scanned& out)
      : bytes_(bytes), size_(size), before_(before), out_(out) {}

  // False: it does not follow. `out` is then half written.
  bool run() {
    if (!can_be_followed()) return false;
    out_.likeness.meta.clear();
    out_.likeness.data_set.clear();
    if (!follow_meta() || !follow_data_set()) return false;
    describe();
    return true;
  }

 private:
  // Found faultless by a scan that used no more of the values than is looked at here, and wholly
  // within its file.
  [[nodiscard]] bool can_be_followed() const {
    const auto* syntax = before_.syntax;
    return before_.number != 0 && before_.faultless && before_.kind == dicom::FileKind::Part10 &&
           !syntax->encapsulated && !syntax->deflated && !before_.meta_tape.empty() &&
           compared_end() <= before_.bytes.size();
  }

  // Up to where bytes are compared: to the end, or to the last value where that is large.
  [[nodiscard]] std::uint64_t compared_end() const {
    const Element& last = before_.tape.back();
    return is_last_value(last) ? last.offset : before_.data_set_end;
  }
  [[nodiscard]] static bool is_last_value(const Element& last) {
    return last.depth == 0 && last.is_attribute() && !last.undefined_length();
  }

  bool follow_meta() {
    in_meta_ = true;
    if (!follow(before_.meta_tape, out_.meta_tape, out_.likeness.meta, before_.data_set_begin))
      return false;
    begin_ = before_.data_set_begin + distance_;
    if (begin_ + kLongHeaderBytes > bytes_.size()) return false;
    // The group length says where the data set begins (L1-03).
    const Element& first = out_.meta_tape.front();
    if (first.tag != tags::FileMetaInformationGroupLength || first.length != 4) return false;
    return first.offset + 4 + load_le<std::uint32_t>(&bytes_[first.offset]) == begin_;
  }

  bool follow_data_set() {
    in_meta_ = false;
    if (!follow(before_.tape, out_.tape, out_.likeness.data_set, compared_end())) return false;
    if (before_.data_set_end + distance_ != size_) return false;
    compare_last_value();
    return true;
  }

  // Where it is there, and the one before was kept.
  void compare_last_value() {
    const Element& last = before_.tape.back();
    const std::size_t index = before_.tape.size() - 1;
    auto& differing = out_.likeness.data_set;
    if (!is_last_value(last) || last.length == 0) return;
    if (!differing.empty() && differing.back().entry == index) return;
    const Element& now = out_.tape.back();
    const bool there = last.offset + last.length <= before_.bytes.size() &&
                       now.offset + now.length <= bytes_.size();
    if (there && std::equal(&bytes_[now.offset], &bytes_[now.offset] + now.length,
                            &before_.bytes[last.offset]))
      return;
    differing.push_back({static_cast<std::uint32_t>(index), last.length});
  }

  // Over one tape, whose bytes end at `end`.
  bool follow(const Tape& entries, Tape& out, std::vector<Likeness::Difference>& differing,
              std::uint64_t end) {
    out.resize(entries.size());
    std::size_t done = 0;  // entries whose places are known
    const auto move_up_to = [&](std::size_t stop) {
      for (; done < stop; ++done) out[done] = moved(entries[done], distance_);
    };
    while (at_ < end) {
      const std::uint64_t now = at_ + distance_;
      if (now > bytes_.size()) return false;
      at_ += dicom::count_same(bytes_.subspan(now), Bytes(before_.bytes).first(end).subspan(at_));
      if (at_ == end) break;
      const std::size_t behind = behind_place(entries, done, at_);
      if (behind == done) return false;  // between entries, or before the first
      move_up_to(behind);
      if (!take_difference(entries, behind - 1, out[behind - 1])) return false;
      differing.push_back({static_cast<std::uint32_t>(behind - 1), entries[behind - 1].length});
    }
    move_up_to(entries.size());
    return true;
  }

  // One past the entry, from `first` on, in whose header or value `at` is; `first` if there is
  // none.
  [[nodiscard]] static std::size_t behind_place(const Tape& entries, std::size_t first,
                                                std::uint64_t at) {
    constexpr std::size_t kStride = 8;
    std::size_t i = first;
    while (i + kStride < entries.size() && entries[i + kStride].offset <= at) i += kStride;
    while (i < entries.size() && entries[i].offset <= at) ++i;
    return i < entries.size() && entries[i].header_offset() <= at ? i + 1 : i;
  }

  // The entry in which the first byte stands that differs, at at_. Goes on behind it.
  bool take_difference(const Tape& entries, std::size_t index, Element& now) {
    const Element& before = entries[index];
    if (!before.is_attribute() || !may_differ(before.tag) || dicom::is_container(entries, index) ||
        before.undefined_length())
      return false;
    const std::uint64_t end = before.offset + before.length;
    if (at_ < before.offset ? !take_length(entries, index, now) : at_ >= end) return false;
    distance_ += std::uint64_t{now.length} - before.length;
    at_ = end;
    return true;
  }

  // In the meta group other values mean another scan, but for these two.
  [[nodiscard]] bool may_differ(Tag tag) const {
    if (in_meta_)
      return tag == tags::MediaStorageSOPInstanceUID || tag == tags::FileMetaInformationGroupLength;
    return !dicom::gives_meaning(tag);
  }

  // The header differs: in nothing but its length, and this one is as usual.
  bool take_length(const Tape& entries, std::size_t index, Element& now) {
    const Element& before = entries[index];
    if (index == 0 || before.tag.value >= kPixelGroup || !may_grow(entries, index)) return false;
    const std::uint64_t header = before.header_offset();
    const unsigned length_at = before.header() == Header::Implicit        ? 4
                               : before.header() == Header::ExplicitShort ? 6
                                                                          : 8;
    if (before.synthetic() || at_ < header + length_at) return false;
    if (header + distance_ + before.header_bytes() > bytes_.size()) return false;
    const std::uint8_t* const from = &bytes_[header + distance_ + length_at];
    const Mode mode = in_meta_ ? Mode::ExplicitLittle : mode_of(before_.syntax->encoding);
    const std::uint32_t length = length_at == 6 ? load<std::uint16_t>(mode, from)
                                 : before.header() == Header::Implicit
                                     ? load_le<std::uint32_t>(from)
                                     : load<std::uint32_t>(mode, from);
    if (!shape(before.vr()).usual(length)) return false;
    now = Element::make(before.tag, before.vr(), before.header(), now.offset, length, before.depth);
    return now.offset + length <= size_;
  }

  // Nothing around it has a length of its own.
  [[nodiscard]] static bool may_grow(const Tape& entries, std::size_t index) {
    unsigned depth = entries[index].depth;
    for (std::size_t i = index; depth > 0 && i-- > 0;) {
      if (entries[i].depth >= depth) continue;
      if (!entries[i].undefined_length()) return false;
      depth = entries[i].depth;
    }
    return true;
  }

  void describe() {
    out_.kind = before_.kind;
    out_.declared = out_.actual = before_.syntax;
    out_.file_bytes = out_.bytes = bytes_;
    out_.data_set_begin = begin_;
    out_.data_set_end = size_;
    out_.findings.clear();
    out_.error.reset();
    out_.stopped_early = false;
    out_.more_needed_bytes = 0;
    out_.inflated.clear();
    out_.transfer_syntax_uid = out_.meta().text(tags::TransferSyntaxUID);
    const bool alike = dicom::is_whole(out_.tape, bytes_.size()) == before_.whole;
    out_.likeness.number = 0;
    out_.likeness.before = alike ? before_.number : 0;
  }

  Bytes bytes_;
  std::uint64_t size_;
  const Precedent::Kept& before_;
  dicom::Scanned& out_;
  bool in_meta_ = true;
  std::uint64_t at_ = 0;        // bytes before it were compared
  std::uint64_t distance_ = 0;  // wraps
  std::uint64_t begin_ = 0;     // of this data set
};

}  // namespace

bool follow(Bytes bytes, std::uint64_t file_size_bytes, const Options& options,
            const Precedent& precedent, dicom::Scanned& scanned) {
  if (options.stop_after.value != 0xFFFFFFFFU) return false;
  const std::uint64_t size = std::max<std::uint64_t>(file_size_bytes, bytes.size());
  if (!Follower(bytes, size, precedent.kept(), scanned).run()) return false;
  // An empty one is found by the scan of the meta group, which is not made.
  if (!scanned.likeness.meta.empty() &&
      scanned.meta().text(tags::MediaStorageSOPInstanceUID).empty())
    return false;
  compare_meta_with_data_set(scanned);
  return true;
}

std::size_t scan_in_series(Bytes bytes, std::uint64_t file_size_bytes, const Options& options,
                           std::span<const Precedent* const> precedents, dicom::Scanned& scanned) {
  for (std::size_t i = 0; i < precedents.size(); ++i)
    if (follow(bytes, file_size_bytes, options, *precedents[i], scanned)) return i;
  scan(bytes, file_size_bytes, options, scanned);
  for (std::size_t i = 0; scanned.more_needed_bytes == 0 && i < precedents.size(); ++i) {
    precedents[i]->compare(scanned);
    if (scanned.likeness.before != 0) return i;
  }
  return precedents.size();
}

}  // namespace slipring::scan

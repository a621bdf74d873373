#include "engine/validate/recall/precedent.h"

#include <algorithm>
#include <array>
#include <bit>

namespace slipring::validate::recall {

namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::VR;
namespace tags = dicom::tags;

// All that an entry says but its offset and length; and of its length whether it is defined.
bool same_kind(const Element& one, const Element& other) {
  using Words = std::array<std::uint64_t, 2>;  // as Element::make() puts them together
  const auto a = std::bit_cast<Words>(one);
  const auto b = std::bit_cast<Words>(other);
  return (((a[0] ^ b[0]) & 0xFFFFFFFFU) | ((a[1] ^ b[1]) >> 48)) == 0 &&
         one.undefined_length() == other.undefined_length();
}

// How many bytes both begin with.
std::size_t count_same(Bytes one, Bytes other) {
  const std::size_t size = std::min(one.size(), other.size());
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    const std::uint64_t differ =
        load_le<std::uint64_t>(one.data() + at) ^ load_le<std::uint64_t>(other.data() + at);
    if (differ != 0) return at + static_cast<std::size_t>(std::countr_zero(differ)) / 8;
  }
  while (at < size && one[at] == other[at]) ++at;
  return at;
}

// What these say decides how the values of other elements are read.
bool gives_meaning(dicom::Tag tag) {
  return tag == tags::SpecificCharacterSet || tag == tags::SOPClassUID ||
         tag == tags::PixelRepresentation || tag.is_private_creator();
}

// What stands in a sequence or an item is on the tape itself. A fragment is a leaf.
bool is_container(std::span<const Element> tape, std::size_t index) {
  const VR vr = tape[index].vr();
  return (vr == VR::SQ || vr == VR::None) && index + 1 < tape.size() &&
         tape[index + 1].depth > tape[index].depth;
}

bool is_whole(const DataSet& data_set) {
  const Element& last = data_set.tape().back();
  return last.undefined_length() || last.offset + last.length <= data_set.bytes().size();
}

// Where the last value of the data set that is worth keeping ends: pixel data is not.
std::uint64_t end_of_head(const DataSet& data_set) {
  constexpr std::uint32_t kLastBytesMax = 1024;
  const auto tape = data_set.tape();
  std::size_t last = tape.size() - 1;
  while (last > 0 && tape[last].depth != 0) --last;
  const std::uint32_t length = tape[last].length;
  const std::uint64_t end = tape[last].offset + (length <= kLastBytesMax ? length : 0);
  return std::min<std::uint64_t>(end, data_set.bytes().size());
}

}  // namespace

// Values of equal lengths stand at a distance to each other that stays the same from one to the
// next. So the bytes are compared on and on, until they differ, and most values are the same by
// lying before that.
bool Precedent::same_value(Bytes bytes, const Element& now, const Element& then,
                           Compared& compared) const {
  const std::uint64_t distance = now.offset - then.offset;  // wraps
  const bool from_here =
      distance != compared.distance || now.offset < compared.begin || now.offset > compared.end;
  if (from_here) {
    const std::uint64_t kept = then.offset - begin_;
    if (kept > bytes_.size() || now.offset > bytes.size()) return false;
    const std::size_t same = count_same(bytes.subspan(now.offset), Bytes(bytes_).subspan(kept));
    compared = {distance, now.offset, now.offset + same};
  }
  return now.offset + now.length <= compared.end;
}

bool Precedent::is_like(const DataSet& data_set) {
  const auto tape = data_set.tape();
  if (tape_.empty() || tape.size() != tape_.size() || data_set.encoding() != encoding_ ||
      is_whole(data_set) != whole_)
    return false;
  differing_.clear();
  Compared compared;
  for (std::size_t i = 0; i < tape.size(); ++i) {
    if (!same_kind(tape[i], tape_[i])) return false;
    if (tape[i].length == tape_[i].length) {
      if (tape[i].length == 0 || tape[i].undefined_length() || is_container(tape_, i)) continue;
      if (same_value(data_set.bytes(), tape[i], tape_[i], compared)) continue;
    }
    if (gives_meaning(tape[i].tag)) return false;
    differing_.push_back(static_cast<std::uint32_t>(i));
  }
  return true;
}

void Precedent::keep(const DataSet& data_set) {
  const auto tape = data_set.tape();
  if (tape.empty() || tape.size() > kEntriesMax) return forget();
  tape_.assign(tape.begin(), tape.end());
  encoding_ = data_set.encoding();
  whole_ = is_whole(data_set);
  begin_ = tape.front().header_offset();
  const std::uint64_t end = end_of_head(data_set);
  const std::uint64_t length = end > begin_ ? std::min(end - begin_, kBytesMax) : 0;
  const Bytes head = data_set.bytes().subspan(std::min<std::uint64_t>(begin_, end), length);
  bytes_.assign(head.begin(), head.end());
}

}  // namespace slipring::validate::recall

#include "engine/validate/recall/precedent.h"

#include <algorithm>
#include <cstring>

namespace slipring::validate::recall {

namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::VR;
namespace tags = dicom::tags;

// All that an entry says but its offset and length; and of its length whether it is defined.
bool same_kind(const Element& one, const Element& other) {
  return one.tag == other.tag && one.vr_code == other.vr_code && one.depth == other.depth &&
         one.header_code == other.header_code && one.undefined_length() == other.undefined_length();
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

bool Precedent::same_value(const DataSet& data_set, std::size_t index) const {
  const Element& now = data_set.tape()[index];
  const Element& then = tape_[index];
  if (now.length != then.length) return false;
  if (now.length == 0 || now.undefined_length() || is_container(tape_, index)) return true;
  const std::uint64_t from = then.offset - begin_;
  if (from > bytes_.size() || then.length > bytes_.size() - from ||
      now.offset + now.length > data_set.bytes().size())
    return false;
  return std::memcmp(bytes_.data() + from, data_set.bytes().data() + now.offset, now.length) == 0;
}

bool Precedent::is_like(const DataSet& data_set) {
  const auto tape = data_set.tape();
  if (tape_.empty() || tape.size() != tape_.size() || data_set.encoding() != encoding_ ||
      is_whole(data_set) != whole_)
    return false;
  differing_.clear();
  for (std::size_t i = 0; i < tape.size(); ++i) {
    if (!same_kind(tape[i], tape_[i])) return false;
    if (same_value(data_set, i)) continue;
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

#include "engine/validate/image/attributes.h"

#include <charconv>

namespace slipring::validate::image {

namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;
using dicom::VR;

// Items of one sequence that are looked at: an icon or a LUT has a handful.
constexpr std::size_t kItemsMax = 64;

template <class T>
std::optional<std::uint64_t> load_at(Bytes value, std::size_t which, bool big_endian) {
  if ((which + 1) * sizeof(T) > value.size()) return std::nullopt;
  const std::uint8_t* from = value.data() + which * sizeof(T);
  return big_endian ? load_be<T>(from) : load_le<T>(from);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = dicom::trim_padding(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> text_number(std::string_view text, std::size_t which) {
  for (; which > 0; --which) {
    const std::size_t end = text.find('\\');
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  return parse_integer(text.substr(0, text.find('\\')));
}

}  // namespace

Attributes Attributes::of_data_set(const DataSet& data_set) {
  constexpr std::size_t kUsual = 32;
  Attributes attributes(data_set);
  attributes.indices_.reserve(kUsual);
  const auto tape = data_set.tape();
  for (std::size_t i = 0; i < tape.size(); ++i) {
    if (tape[i].depth != 0) continue;
    const unsigned group = tape[i].tag.group();
    if (group == 0x0028 || group == 0x0088 || (group & 0xFF00U) == 0x6000 || group == 0x7FE0)
      attributes.indices_.push_back(i);
  }
  return attributes;
}

Attributes Attributes::of_item(const DataSet& data_set, std::size_t item_index) {
  Attributes attributes(data_set);
  const auto tape = data_set.tape();
  const unsigned depth = tape[item_index].depth + 1U;
  for (std::size_t i = item_index + 1; i < tape.size() && tape[i].depth >= depth; ++i)
    if (tape[i].depth == depth && tape[i].is_attribute()) attributes.indices_.push_back(i);
  return attributes;
}

std::optional<std::size_t> Attributes::find(Tag tag) const {
  for (const std::size_t index : indices_)
    if (data_set_.tape()[index].tag == tag) return index;
  return std::nullopt;
}

std::optional<std::int64_t> Attributes::number(Tag tag, std::size_t which) const {
  const auto index = find(tag);
  if (!index) return std::nullopt;
  const Element& element = data_set_.tape()[*index];
  const Bytes value = data_set_.value(element);
  const bool big = data_set_.encoding().big_endian;
  switch (element.vr()) {
    case VR::US:
    case VR::UN:
    case VR::OW:
      if (const auto n = load_at<std::uint16_t>(value, which, big))
        return static_cast<std::int64_t>(*n);
      return std::nullopt;
    case VR::SS:
      if (const auto n = load_at<std::uint16_t>(value, which, big))
        return static_cast<std::int16_t>(static_cast<std::uint16_t>(*n));
      return std::nullopt;
    case VR::UL:
      if (const auto n = load_at<std::uint32_t>(value, which, big))
        return static_cast<std::int64_t>(*n);
      return std::nullopt;
    case VR::SL:
      if (const auto n = load_at<std::uint32_t>(value, which, big))
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(*n));
      return std::nullopt;
    default:
      return text_number(as_text(value), which);
  }
}

std::string_view Attributes::text(Tag tag) const {
  const auto index = find(tag);
  return index ? dicom::trim_padding(as_text(data_set_.value(data_set_.tape()[*index])))
               : std::string_view{};
}

std::uint64_t Attributes::length_bytes(Tag tag) const {
  const auto index = find(tag);
  return index ? data_set_.value(data_set_.tape()[*index]).size() : 0;
}

std::vector<std::size_t> Attributes::items(Tag sequence) const {
  std::vector<std::size_t> found;
  const auto index = find(sequence);
  if (!index) return found;
  const auto tape = data_set_.tape();
  const unsigned depth = tape[*index].depth;
  for (std::size_t i = *index + 1;
       i < tape.size() && tape[i].depth > depth && found.size() < kItemsMax; ++i)
    if (tape[i].depth == depth + 1 && tape[i].is_item()) found.push_back(i);
  return found;
}

}  // namespace slipring::validate::image

#include "engine/dicom/data_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace slipring::dicom {

const Element* DataSet::find(Tag tag) const {
  for (const Element& element : tape_)
    if (element.tag == tag && element.depth == 0) return &element;
  return nullptr;
}

void DataSet::find_each(std::span<const Tag> tags, std::span<const Element*> found) const {
  constexpr std::uint64_t kNoMore = ~std::uint64_t{0};  // above every tag
  const auto wanted_at = [&](std::size_t i) { return i < tags.size() ? tags[i].value : kNoMore; };
  std::ranges::fill(found, nullptr);
  std::size_t next = 0;
  std::uint64_t wanted = wanted_at(0);
  std::uint32_t newest = 0;
  bool all = true;
  for (const Element& element : tape_) {
    if (element.depth != 0) continue;
    const std::uint32_t tag = element.tag.value;
    if (tag < newest) {  // an earlier tag may still come: each for itself
      for (std::size_t i = 0; i < tags.size(); ++i) found[i] = find(tags[i]);
      return;
    }
    newest = tag;
    if (tag < wanted) continue;
    for (; wanted < tag; wanted = wanted_at(++next)) all = false;
    if (wanted != tag) continue;
    found[next] = &element;
    wanted = wanted_at(++next);
    if (wanted == kNoMore && all) return;
  }
}

std::string_view DataSet::text(Tag tag) const {
  const Element* element = find(tag);
  return element == nullptr ? std::string_view{} : trim_padding(as_text(value(*element)));
}

namespace {

std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = trim_padding(text.substr(0, text.find('\\')));
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <class T>
T load(const std::uint8_t* from, bool big_endian) {
  return big_endian ? load_be<T>(from) : load_le<T>(from);
}

}  // namespace

std::optional<std::int64_t> DataSet::number_is(Tag tag) const {
  const Element* element = find(tag);
  if (element == nullptr) return std::nullopt;
  const Bytes bytes = value(*element);
  const bool big = encoding_.big_endian && tag.group() != 2;
  switch (element->vr()) {
    case VR::US:
      if (bytes.size() >= 2) return load<std::uint16_t>(bytes.data(), big);
      break;
    case VR::SS:
      if (bytes.size() >= 2)
        return static_cast<std::int16_t>(load<std::uint16_t>(bytes.data(), big));
      break;
    case VR::UL:
      if (bytes.size() >= 4) return load<std::uint32_t>(bytes.data(), big);
      break;
    case VR::SL:
      if (bytes.size() >= 4)
        return static_cast<std::int32_t>(load<std::uint32_t>(bytes.data(), big));
      break;
    default:
      return parse_integer(as_text(bytes));
  }
  return std::nullopt;
}

std::optional<std::uint32_t> DataSet::number_us(Tag tag) const {
  const Element* element = find(tag);
  if (element != nullptr && element->vr() == VR::UN) {  // an unknown VR still has two bytes
    const Bytes bytes = value(*element);
    if (bytes.size() == 2) return load<std::uint16_t>(bytes.data(), encoding_.big_endian);
  }
  const auto number = number_is(tag);
  if (!number || *number < 0 || *number > 0xFFFFFFFFLL) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::size_t DataSet::next_sibling(std::size_t index) const {
  const unsigned depth = tape_[index].depth;
  std::size_t next = index + 1;
  while (next < tape_.size() && tape_[next].depth > depth) ++next;
  return next;
}

std::string DataSet::path_of(std::size_t index) const {
  const Element& leaf = tape_[index];
  if (leaf.depth == 0) return leaf.is_attribute() ? to_string(leaf.tag) : std::string();
  std::vector<std::string> parts;
  if (leaf.is_attribute()) parts.push_back(to_string(leaf.tag));
  // Back over the siblings of each level to the attribute that holds them, counting its items.
  unsigned depth = leaf.depth;
  std::size_t items = leaf.is_item() ? 1 : 0;
  for (std::size_t i = index; i-- > 0 && depth > 0;) {
    const Element& element = tape_[i];
    const bool holder = element.depth < depth;
    if (element.is_item() && (holder || (element.depth == depth && depth % 2 == 1))) {
      ++items;
      depth = element.depth;
    } else if (holder && element.is_attribute()) {
      parts.push_back(items > 0 ? fmt::format("{}[{}]", to_string(element.tag), items)
                                : to_string(element.tag));
      items = 0;
      depth = element.depth;
    }
  }
  std::string path;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (!path.empty()) path += '.';
    path += *part;
  }
  return path;
}

}  // namespace slipring::dicom

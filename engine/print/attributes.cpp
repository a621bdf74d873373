#include "engine/print/attributes.h"

#include <algorithm>
#include <charconv>

namespace slipring::print {

using dicom::Element;
using dicom::Tag;

namespace {

constexpr Tag kSharedFunctionalGroups{0x5200, 0x9229};
constexpr Tag kPerFrameFunctionalGroups{0x5200, 0x9230};
constexpr Tag kLutDescriptor{0x0028, 0x3002};
constexpr Tag kLutData{0x0028, 0x3006};
constexpr std::size_t kEntriesMax = 65536;

}  // namespace

std::uint16_t Lut::at(std::int64_t value) const {
  const std::int64_t last = static_cast<std::int64_t>(entries.size()) - 1;
  return entries[static_cast<std::size_t>(std::clamp<std::int64_t>(value - first, 0, last))];
}

Attributes::Attributes(const dicom::DataSet& data_set, std::size_t frame)
    : data_set_(data_set),
      own_(item_of(kPerFrameFunctionalGroups, frame)),
      shared_(item_of(kSharedFunctionalGroups, 0)) {}

Attributes::Range Attributes::item_of(Tag sequence, std::size_t index) const {
  const Element* const found = data_set_.find(sequence);
  if (found == nullptr) return {};
  const auto tape = data_set_.tape();
  const std::size_t begin = static_cast<std::size_t>(found - tape.data());
  const std::size_t end = data_set_.next_sibling(begin);
  std::size_t number = 0;
  for (std::size_t i = begin + 1; i < end; ++i)
    if (tape[i].depth == 1 && tape[i].is_item() && number++ == index)
      return {i + 1, data_set_.next_sibling(i)};
  return {};
}

const Element* Attributes::find_in(Range range, Tag tag) const {
  const auto tape = data_set_.tape();
  for (std::size_t i = range.begin; i < range.end; ++i)
    if (tape[i].tag == tag) return &tape[i];
  return nullptr;
}

const Element* Attributes::find(Tag tag) const {
  if (const Element* const top = data_set_.find(tag)) return top;
  if (const Element* const own = find_in(own_, tag)) return own;
  return find_in(shared_, tag);
}

std::string_view Attributes::text(Tag tag) const {
  const Element* const found = find(tag);
  return found == nullptr ? std::string_view()
                          : dicom::trim_padding(as_text(data_set_.value(*found)));
}

std::vector<double> Attributes::decimals(Tag tag) const {
  std::vector<double> values;
  std::string_view rest = text(tag);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\\'), rest.size());
    std::string_view one = dicom::trim_padding(rest.substr(0, end));
    if (one.starts_with('+')) one.remove_prefix(1);
    double value = 0;
    const auto [stop, error] = std::from_chars(one.data(), one.data() + one.size(), value);
    if (error != std::errc{} || stop != one.data() + one.size()) break;
    values.push_back(value);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return values;
}

std::uint16_t Attributes::number_at(Bytes value, std::size_t index) const {
  const std::uint8_t* const at = value.data() + 2 * index;
  return data_set_.encoding().big_endian ? load_be<std::uint16_t>(at) : load_le<std::uint16_t>(at);
}

std::optional<std::int64_t> Attributes::integer(Tag tag, bool is_signed) const {
  const Element* const found = find(tag);
  if (found == nullptr) return std::nullopt;
  const Bytes value = data_set_.value(*found);
  if (value.size() < 2) return std::nullopt;
  const std::uint16_t number = number_at(value, 0);
  return is_signed ? static_cast<std::int16_t>(number) : std::int64_t{number};
}

std::optional<Lut> Attributes::make_lut(const Element* descriptor, const Element* data,
                                        bool is_signed) const {
  if (descriptor == nullptr || data == nullptr) return std::nullopt;
  const Bytes described = data_set_.value(*descriptor);
  const Bytes value = data_set_.value(*data);
  if (described.size() < 6) return std::nullopt;
  const std::uint16_t count = number_at(described, 0);
  const std::uint16_t first = number_at(described, 1);
  Lut lut;
  lut.bits = std::clamp<unsigned>(number_at(described, 2), 8, 16);
  lut.first = is_signed ? static_cast<std::int16_t>(first) : std::int64_t{first};
  const std::size_t entries = count == 0 ? kEntriesMax : count;
  const bool is_narrow = value.size() < 2 * entries;  // two entries of 8 bits a word
  if (value.size() < entries) return std::nullopt;
  lut.entries.resize(entries);
  for (std::size_t i = 0; i < entries; ++i)
    lut.entries[i] = is_narrow ? value[i] : number_at(value, i);
  if (is_narrow) lut.bits = 8;
  return lut;
}

std::optional<Lut> Attributes::lut_in(Tag sequence, bool is_signed) const {
  const Element* const found = find(sequence);
  if (found == nullptr) return std::nullopt;
  const std::size_t begin = static_cast<std::size_t>(found - data_set_.tape().data());
  const Range range{begin + 1, data_set_.next_sibling(begin)};
  return make_lut(find_in(range, kLutDescriptor), find_in(range, kLutData), is_signed);
}

std::optional<Lut> Attributes::lut_of(Tag descriptor, Tag data) const {
  return make_lut(data_set_.find(descriptor), data_set_.find(data), false);
}

}  // namespace slipring::print

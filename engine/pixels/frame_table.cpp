// locate_frames: which bytes are which frame (PS3.5 A.4, PS3.3 C.7.6.3.1.8 and .9). An offset table
// is believed only when every offset is the start of an item.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/pixels/pixels.h"

namespace slipring::pixels {

namespace {

namespace tags = dicom::tags;
using dicom::DataSet;
using dicom::Element;
using dicom::Findings;
using dicom::RuleId;
using dicom::Severity;

constexpr RuleId kNativeLength{5, 2};
constexpr RuleId kBasicTable{5, 4};
constexpr RuleId kExtendedTable{5, 5};
constexpr RuleId kFragmentCount{5, 6};
constexpr RuleId kItem{5, 7};

void add(Findings& findings, RuleId rule, Severity severity, dicom::Tag tag, std::uint64_t offset,
         std::string message) {
  findings.add({rule, severity, tag, offset, {}, std::move(message)});
}

// The fragments as they lie, the Basic Offset Table apart.
struct Items {
  Bytes basic_table;
  std::uint64_t origin = 0;            // of the first item after the table: what offsets count from
  std::vector<Bytes> fragments;        // not empty
  std::vector<std::uint64_t> offsets;  // of each one's bytes, in the scanned bytes
  bool odd = false;
};

class ItemsBuilder {
 public:
  explicit ItemsBuilder(Items& items) : items_(items) {}
  void add(Bytes value, std::uint64_t offset) {
    if (count_++ == 0) {
      items_.basic_table = value;
      items_.origin = offset + value.size();
      return;
    }
    items_.odd = items_.odd || value.size() % 2 != 0;
    if (value.empty()) return;
    items_.fragments.push_back(value);
    items_.offsets.push_back(offset);
  }

 private:
  Items& items_;
  std::size_t count_ = 0;
};

void items_of_tape(const DataSet& data_set, std::size_t index, Items& items) {
  ItemsBuilder builder(items);
  const auto tape = data_set.tape();
  for (std::size_t i = index + 1; i < tape.size() && tape[i].depth > tape[index].depth; ++i)
    if (tape[i].is_item()) builder.add(data_set.value(tape[i]), tape[i].offset);
}

// Fragments inside a defined length: the items are in the value.
void items_of_value(const Element& element, Bytes value, Items& items) {
  ItemsBuilder builder(items);
  std::uint64_t at = 0;
  while (value.size() - at >= 8) {
    const dicom::Tag tag(load_le<std::uint16_t>(value.data() + at),
                         load_le<std::uint16_t>(value.data() + at + 2));
    const std::uint32_t length = load_le<std::uint32_t>(value.data() + at + 4);
    at += 8;
    if (tag != tags::Item || length > value.size() - at) return;
    builder.add(value.subspan(at, length), element.offset + at);
    at += length;
  }
}

// Where each frame's first fragment is, from the offsets of a table (relative to the first item's
// tag). nullopt unless they ascend and each is the start of an item.
std::optional<std::vector<std::size_t>> match(const Items& items,
                                              std::span<const std::uint64_t> offsets) {
  constexpr std::uint64_t kItemHeaderBytes = 8;
  std::vector<std::size_t> first;
  first.reserve(offsets.size() + 1);
  std::size_t at = 0;
  for (const std::uint64_t offset : offsets) {
    std::uint64_t wanted = 0;
    if (__builtin_add_overflow(offset, items.origin + kItemHeaderBytes, &wanted))
      return std::nullopt;
    while (at < items.offsets.size() && items.offsets[at] < wanted) ++at;
    if (at == items.offsets.size() || items.offsets[at] != wanted) return std::nullopt;
    if (!first.empty() && first.back() == at) return std::nullopt;
    first.push_back(at);
  }
  if (first.empty() || first.front() != 0) return std::nullopt;
  first.push_back(items.offsets.size());
  return first;
}

template <class T>
std::vector<std::uint64_t> numbers(Bytes table) {
  std::vector<std::uint64_t> all(table.size() / sizeof(T));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = load_le<T>(table.data() + i * sizeof(T));
  return all;
}

bool starts_codestream(Bytes fragment) {
  struct Start {
    std::array<std::uint8_t, 4> bytes;
    std::size_t length;
  };
  static constexpr std::array<Start, 4> kStarts = {{
      {{0xFF, 0xD8, 0xFF, 0x00}, 3},  // JPEG and JPEG-LS: SOI and a marker
      {{0xFF, 0x4F, 0xFF, 0x51}, 4},  // JPEG 2000: SOC, SIZ
      {{0x00, 0x00, 0x00, 0x0C}, 4},  // JP2 and JPEG XL boxes: the signature box's length
      {{0xFF, 0x0A, 0x00, 0x00}, 2},  // JPEG XL
  }};
  return std::ranges::any_of(kStarts, [&](const Start& start) {
    return fragment.size() >= start.length &&
           std::equal(fragment.begin(),
                      fragment.begin() + static_cast<std::ptrdiff_t>(start.length),
                      start.bytes.begin());
  });
}

std::vector<std::size_t> codestream_starts(const Items& items) {
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < items.fragments.size(); ++i)
    if (starts_codestream(items.fragments[i])) first.push_back(i);
  if (!first.empty() && first.front() == 0) first.push_back(items.fragments.size());
  return first;
}

// Tables that say nothing else than the fragments themselves are the common case; the order of
// belief is the extended table, the basic table, then the fragments.
class Splitter {
 public:
  Splitter(const DataSet& data_set, const Description& description, const Items& items,
           Findings& findings)
      : data_set_(data_set),
        description_(description),
        items_(items),
        findings_(findings),
        element_(data_set.tape()[description.tape_index]) {}

  Result<std::vector<std::size_t>> split() {
    if (auto first = by_extended_table()) return std::move(*first);
    if (auto first = by_basic_table()) return std::move(*first);
    return by_fragments();
  }

 private:
  using First = std::optional<std::vector<std::size_t>>;

  First by_extended_table() {
    const Element* table = data_set_.find(tags::ExtendedOffsetTable);
    if (table == nullptr) return std::nullopt;
    if (!items_.basic_table.empty())
      add(findings_, kExtendedTable, Severity::Error, table->tag, table->offset,
          "an extended offset table beside a basic one that is not empty");
    const auto offsets = numbers<std::uint64_t>(data_set_.value(*table));
    First first = offsets.size() == description_.frames ? match(items_, offsets) : std::nullopt;
    if (!first)
      add(findings_, kExtendedTable, Severity::Warning, table->tag, table->offset,
          fmt::format("the extended offset table ({} offsets) does not fit {} frames in {} "
                      "fragments; not used",
                      offsets.size(), description_.frames, items_.fragments.size()));
    return first;
  }

  First by_basic_table() {
    if (items_.basic_table.empty()) return std::nullopt;
    const auto offsets = numbers<std::uint32_t>(items_.basic_table);
    First first = items_.basic_table.size() % 4 == 0 && offsets.size() == description_.frames
                      ? match(items_, offsets)
                      : std::nullopt;
    if (!first)
      add(findings_, kBasicTable, Severity::Warning, element_.tag, element_.offset,
          fmt::format("the basic offset table ({} offsets) does not fit {} frames in {} fragments; "
                      "not used",
                      offsets.size(), description_.frames, items_.fragments.size()));
    return first;
  }

  Result<std::vector<std::size_t>> by_fragments() {
    const std::size_t count = items_.fragments.size();
    if (count == description_.frames) return one_each();
    std::vector<std::size_t> starts = codestream_starts(items_);
    if (description_.frames == 1 && starts.size() <= 2) return std::vector<std::size_t>{0, count};
    if (starts.size() == description_.frames + 1) {
      add(findings_, kFragmentCount, Severity::Warning, element_.tag, element_.offset,
          fmt::format(
              "{} fragments for {} frames and no offset table: split where codestreams start",
              count, description_.frames));
      return starts;
    }
    return cannot();
  }

  Result<std::vector<std::size_t>> cannot() {
    add(findings_, kFragmentCount, Severity::Error, element_.tag, element_.offset,
        fmt::format("{} fragments cannot be shared out to {} frames", items_.fragments.size(),
                    description_.frames));
    return fail(ErrorCode::Malformed, element_.offset,
                "the fragments cannot be shared out to the frames", description_.frames,
                items_.fragments.size());
  }

  [[nodiscard]] std::vector<std::size_t> one_each() const {
    std::vector<std::size_t> first(items_.fragments.size() + 1);
    for (std::size_t i = 0; i < first.size(); ++i) first[i] = i;
    return first;
  }

  const DataSet& data_set_;
  const Description& description_;
  const Items& items_;
  Findings& findings_;
  const Element& element_;
};

}  // namespace

std::span<const Bytes> FrameTable::fragments_of(std::size_t frame) const {
  if (first_.empty()) return {};
  return std::span(fragments_).subspan(first_[frame], first_[frame + 1] - first_[frame]);
}

std::uint64_t FrameTable::offset_of(std::size_t frame) const { return range_of(frame, 1).first; }

std::pair<std::uint64_t, std::uint64_t> FrameTable::range_of(std::size_t first_frame,
                                                             std::size_t count) const {
  if (first_.empty())
    return {native_offset_ + first_frame * frame_bits_ / 8,
            native_offset_ + std::min<std::uint64_t>(((first_frame + count) * frame_bits_ + 7) / 8,
                                                     native_.size())};
  const std::size_t last = first_[first_frame + count] - 1;
  return {offsets_[first_[first_frame]], offsets_[last] + fragments_[last].size()};
}

Result<FrameTable> locate_frames(const dicom::Scanned& scanned, const Description& description,
                                 Findings& findings) {
  const DataSet data_set = scanned.data_set();
  const Element& element = data_set.tape()[description.tape_index];
  FrameTable table;
  table.frames_ = description.frames;
  table.frame_bits_ = description.frame_bits();
  table.native_offset_ = element.offset;
  if (!description.encapsulated) {
    table.native_ = data_set.value(element);
    const std::uint64_t needed = description.native_bytes();
    if (table.native_.size() < needed)
      return fail(ErrorCode::Truncated, element.offset,
                  "pixel data is shorter than its frames need", needed, table.native_.size());
    const std::uint64_t padded = needed + needed % 2;
    if (table.native_.size() > padded)
      add(findings, kNativeLength, Severity::Warning, element.tag, element.offset,
          fmt::format("pixel data is {} bytes, its frames need {}", table.native_.size(), padded));
    return table;
  }
  Items items;
  if (data_set.tape().size() > description.tape_index + 1 &&
      data_set.tape()[description.tape_index + 1].depth > element.depth)
    items_of_tape(data_set, description.tape_index, items);
  else
    items_of_value(element, data_set.value(element), items);
  if (items.fragments.empty())
    return fail(ErrorCode::Truncated, element.offset, "encapsulated pixel data has no fragments",
                description.frames, 0);
  if (items.odd)
    add(findings, kItem, Severity::Warning, element.tag, element.offset,
        "a fragment of odd length");
  TRY_ASSIGN(table.first_, Splitter(data_set, description, items, findings).split());
  table.fragments_ = std::move(items.fragments);
  table.offsets_ = std::move(items.offsets);
  return table;
}

}  // namespace slipring::pixels

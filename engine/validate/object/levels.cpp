#include "engine/validate/object/levels.h"

#include <algorithm>

namespace slipring::validate::object {

using dicom::Element;
using dicom::Tag;
using standard::Row;

void Levels::open(unsigned level, std::size_t tape_index, unsigned depth) {
  const auto rows = standard::level(level);
  levels_.push_back({rows, level, found_end_, met_.size(), 0, tape_index, depth});
  found_end_ += rows.size();
  if (found_end_ > found_.size()) found_.resize(std::max(found_end_, 2 * found_.size()));
}

void Levels::close() {
  found_end_ = levels_.back().found_first;
  for (const std::uint32_t row : met()) found_[found_end_ + row] = 0;
  met_.resize(levels_.back().met_first);
  levels_.pop_back();
}

const Row* Levels::meet(Tag tag, std::size_t tape_index) {
  Level& level = levels_.back();
  if (tag.value < level.newest)  // out of order: the rows may be behind
    level.cursor = static_cast<std::size_t>(
        std::ranges::lower_bound(level.rows, tag.value, {}, &Row::tag) - level.rows.begin());
  level.newest = tag.value;
  constexpr std::size_t kStride = 4;
  const std::size_t end = level.rows.size();
  while (level.cursor + kStride < end && level.rows[level.cursor + kStride].tag < tag.value)
    level.cursor += kStride;
  while (level.cursor < end && level.rows[level.cursor].tag < tag.value) ++level.cursor;
  if (level.cursor == level.rows.size() || level.rows[level.cursor].tag != tag.value)
    return nullptr;
  std::uint32_t& found = found_[level.found_first + level.cursor];
  if (found == 0) {
    found = static_cast<std::uint32_t>(tape_index + 1);
    met_.push_back(static_cast<std::uint32_t>(level.cursor));
    seen_.add(tag);
  }
  return &level.rows[level.cursor];
}

const Element* Levels::find_in(const Level& level, Tag tag, bool& known) const {
  const auto row = std::ranges::lower_bound(level.rows, tag.value, {}, &Row::tag);
  known = row != level.rows.end() && row->tag == tag.value;
  if (!known) return nullptr;
  const auto index = static_cast<std::size_t>(row - level.rows.begin());
  const std::uint32_t found = found_[level.found_first + index];
  return found == 0 ? nullptr : &data_set_.tape()[found - 1];
}

const Element* Levels::find(Tag tag) const {
  if (!seen_.may_have(tag)) return nullptr;
  for (std::size_t i = levels_.size(); i-- > 0;) {
    bool known = false;
    const Element* element = find_in(levels_[i], tag, known);
    if (known && (element != nullptr || i + 1 == levels_.size())) return element;
  }
  return nullptr;
}

}  // namespace slipring::validate::object

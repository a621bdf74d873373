#include "engine/validate/object/levels.h"

#include <algorithm>

namespace slipring::validate::object {

using dicom::Element;
using dicom::Tag;
using standard::Row;

void Levels::open(unsigned level, std::size_t tape_index, unsigned depth) {
  const auto rows = standard::level(level);
  Level& opened = levels_.emplace_back();  // in its place: not copied there
  opened.rows = rows;
  opened.number = level;
  opened.first_word = is_met_.size();
  opened.met_first = met_end_;
  opened.tape_index = tape_index;
  opened.depth = depth;
  is_met_.resize(is_met_.size() + (rows.size() + 63) / 64);
}

void Levels::close() {
  is_met_.resize(levels_.back().first_word);
  met_end_ = levels_.back().met_first;
  levels_.pop_back();
}

const Row* Levels::meet(Tag tag, std::size_t tape_index) {
  Level& level = levels_.back();
  const Row* const rows = level.rows.data();
  if (tag.value < level.newest) {  // out of order: the rows may be behind
    level.cursor = static_cast<std::size_t>(
        std::ranges::lower_bound(level.rows, tag.value, {}, &Row::tag) - level.rows.begin());
    level.ascends = false;
  }
  level.newest = tag.value;
  constexpr std::size_t kStride = 4;
  const std::size_t end = level.rows.size();
  std::size_t row = level.cursor;
  while (row + kStride < end && rows[row + kStride].tag < tag.value) row += kStride;
  while (row < end && rows[row].tag < tag.value) ++row;
  level.cursor = row;
  if (row == end || rows[row].tag != tag.value) return nullptr;
  std::uint64_t& word = is_met_[level.first_word + row / 64];
  const std::uint64_t bit = std::uint64_t{1} << row % 64;
  if ((word & bit) == 0) {
    word |= bit;
    met_[met_end_++] = {static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(tape_index)};
    seen_.add(tag);
  }
  return &rows[row];
}

const Element* Levels::find_met(std::size_t level, std::size_t row) const {
  const std::size_t end = level + 1 < levels_.size() ? levels_[level + 1].met_first : met_end_;
  const std::span<const Met> met(met_.get() + levels_[level].met_first, met_.get() + end);
  const auto found = levels_[level].ascends ? std::ranges::lower_bound(met, row, {}, &Met::row)
                                            : std::ranges::find(met, row, &Met::row);
  return &data_set_.tape()[found->tape_index];
}

const Element* Levels::find_in(std::size_t level, Tag tag, bool& known) const {
  const auto rows = levels_[level].rows;
  const auto row = std::ranges::lower_bound(rows, tag.value, {}, &Row::tag);
  known = row != rows.end() && row->tag == tag.value;
  if (!known) return nullptr;
  const auto index = static_cast<std::size_t>(row - rows.begin());
  return is_met(levels_[level], index) ? find_met(level, index) : nullptr;
}

const Element* Levels::find(Tag tag) const {
  if (!seen_.may_have(tag)) return nullptr;
  for (std::size_t i = levels_.size(); i-- > 0;) {
    bool known = false;
    const Element* element = find_in(i, tag, known);
    if (known && (element != nullptr || i + 1 == levels_.size())) return element;
  }
  return nullptr;
}

}  // namespace slipring::validate::object

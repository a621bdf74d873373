// Levels: the data set and the items that are open while the tape is walked, each with the rows of
// its object definition and where on the tape each row's attribute was found. Also answers what a
// condition asks: is this attribute here, or in what holds this item?
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/dicom/data_set.h"
#include "engine/dicom/tag.h"
#include "engine/validate/standard/object_definition.h"

namespace slipring::validate::object {

class Levels {
 public:
  explicit Levels(const dicom::DataSet& data_set)
      : data_set_(data_set), met_(std::make_unique_for_overwrite<Met[]>(data_set.tape().size())) {}

  struct Level {
    std::span<const standard::Row> rows;
    unsigned number = 0;         // of the level among the definitions
    std::size_t first_word = 0;  // of its rows in `is_met_`
    std::size_t met_first = 0;   // of its rows in `met_`
    std::size_t cursor = 0;      // the next row to meet
    std::size_t tape_index = 0;  // of the Item; kRoot for the data set
    unsigned depth = 0;          // on the tape, of the attributes inside
    unsigned children = 0;       // of the attribute met last: its items' level
    std::uint32_t newest = 0;    // tag met last
    bool ascends = true;         // so far: the tags on the tape, and the rows met
  };
  static constexpr std::size_t kRoot = ~std::size_t{0};

  // The first row of a tag, and where on the tape it stands first.
  struct Met {
    std::uint32_t row;
    std::uint32_t tape_index;
  };

  void open(unsigned level, std::size_t tape_index, unsigned depth);
  void close();
  [[nodiscard]] bool empty() const { return levels_.empty(); }
  [[nodiscard]] Level& top() { return levels_.back(); }
  [[nodiscard]] const Level& top() const { return levels_.back(); }
  [[nodiscard]] const Level& root() const { return levels_.front(); }
  [[nodiscard]] std::size_t count() const { return levels_.size(); }

  // The first row of the top level with this tag, having noted where it stands; null where the
  // level has none.
  const standard::Row* meet(dicom::Tag tag, std::size_t tape_index);
  // Whether the row of the top level, the first of its tag, was met.
  [[nodiscard]] bool is_met(std::size_t row) const { return is_met(levels_.back(), row); }
  // Of each tag that the top level has, in the order of the tape.
  [[nodiscard]] std::span<const Met> met() const {
    return {met_.get() + levels_.back().met_first, met_.get() + met_end_};
  }

  // The attribute in the top level, or, where its definition does not know it, in the nearest level
  // around it that has it; null when there is none. An attribute that no open level knows is not
  // there: looking for it would cost a walk over the tape.
  [[nodiscard]] const dicom::Element* find(dicom::Tag tag) const;
  [[nodiscard]] const dicom::DataSet& data_set() const { return data_set_; }

 private:
  [[nodiscard]] bool is_met(const Level& level, std::size_t row) const {
    return ((is_met_[level.first_word + row / 64] >> row % 64) & 1U) != 0;
  }
  [[nodiscard]] const dicom::Element* find_in(std::size_t level, dicom::Tag tag, bool& known) const;
  [[nodiscard]] const dicom::Element* find_met(std::size_t level, std::size_t row) const;

  const dicom::DataSet& data_set_;
  std::vector<Level> levels_;
  // A bit for each row of all open levels: what a level might have costs little, for its item has
  // few of it.
  std::vector<std::uint64_t> is_met_;
  std::unique_ptr<Met[]> met_;  // by the levels that are open: no entry of the tape is met twice
  std::size_t met_end_ = 0;
  // Tags met in any level: most conditions ask for what is nowhere in the object, and learn it
  // here.
  dicom::TagBits<10> seen_;
};

}  // namespace slipring::validate::object

// Levels: the data set and the items that are open while the tape is walked, each with the rows of
// its object definition and where on the tape each row's attribute was found. Also answers what a
// condition asks: is this attribute here, or in what holds this item?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/dicom/data_set.h"
#include "engine/dicom/tag.h"
#include "engine/validate/standard/object_definition.h"

namespace slipring::validate::object {

class Levels {
 public:
  explicit Levels(const dicom::DataSet& data_set) : data_set_(data_set) {}

  struct Level {
    std::span<const standard::Row> rows;
    unsigned number;           // of the level among the definitions
    std::size_t found_first;   // of the rows' places in `found_`
    std::size_t met_first;     // of the rows met, in `met_`
    std::size_t cursor = 0;    // the next row to meet
    std::size_t tape_index;    // of the Item; kRoot for the data set
    unsigned depth;            // on the tape, of the attributes inside
    unsigned children = 0;     // of the attribute met last: its items' level
    std::uint32_t newest = 0;  // tag met last
  };
  static constexpr std::size_t kRoot = ~std::size_t{0};

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
  // Where the row of the top level was met, counted from the first; kRoot when it was not.
  [[nodiscard]] std::size_t place(std::size_t row) const {
    const std::uint32_t found = found_[levels_.back().found_first + row];
    return found == 0 ? kRoot : found - 1;
  }
  // The first rows of the tags that the top level has, in the order of the tape, once each.
  [[nodiscard]] std::span<const std::uint32_t> met() const {
    return std::span(met_).subspan(levels_.back().met_first);
  }

  // The attribute in the top level, or, where its definition does not know it, in the nearest level
  // around it that has it; null when there is none. An attribute that no open level knows is not
  // there: looking for it would cost a walk over the tape.
  [[nodiscard]] const dicom::Element* find(dicom::Tag tag) const;
  [[nodiscard]] const dicom::DataSet& data_set() const { return data_set_; }

 private:
  [[nodiscard]] const dicom::Element* find_in(const Level& level, dicom::Tag tag,
                                              bool& known) const;

  const dicom::DataSet& data_set_;
  std::vector<Level> levels_;
  // Tape index + 1, of the rows of all open levels; zeros behind them, so that a level that opens
  // costs what its item has, and not what it might have.
  std::vector<std::uint32_t> found_;
  std::size_t found_end_ = 0;
  std::vector<std::uint32_t> met_;  // row indices
  // Tags met in any level: most conditions ask for what is nowhere in the object, and learn it
  // here.
  dicom::TagBits<10> seen_;
};

}  // namespace slipring::validate::object

// Private elements (PS3.5 7.8): each belongs to a block that a creator reserved in the same data
// set or item. Follows a walk over a tape, element by element.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/dicom/data_set.h"
#include "engine/validate/catalogue/reporter.h"

namespace slipring::validate::dictionary {

class PrivateBlocks {
 public:
  // Creators remembered at a time: a hostile item has more than anybody can use.
  static constexpr std::size_t kCreatorsMax = 256;

  PrivateBlocks(const dicom::DataSet& data_set, catalogue::Reporter& reporter)
      : data_set_(data_set), reporter_(reporter) {}

  // An item begins, or what is deeper than `depth` has ended.
  void leave(unsigned depth) {
    while (!creators_.empty() && creators_.back().depth > depth) creators_.pop_back();
  }
  void take(std::size_t index, const dicom::Element& element);
  // Whether blocks are remembered of an item, which will end.
  [[nodiscard]] bool in_item() const { return !creators_.empty() && creators_.back().depth > 0; }

 private:
  struct Creator {
    unsigned depth;
    std::uint32_t block;  // group << 16 | block << 8
    std::string_view name;
    std::optional<unsigned> known;  // standard::find_creator, once an attribute asks
  };
  void creator(std::size_t index, const dicom::Element& element);
  void attribute(std::size_t index, const dicom::Element& element, Creator& owner);
  [[nodiscard]] Creator* owner_of(const dicom::Element& element);

  const dicom::DataSet& data_set_;
  catalogue::Reporter& reporter_;
  std::vector<Creator> creators_;
};

}  // namespace slipring::validate::dictionary

// Attributes: the elements of one data set or item that image rules ask for, found by tag without
// walking the tape again. A view.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/dicom/data_set.h"

namespace slipring::validate::image {

class Attributes {
 public:
  // The elements of groups 0028, 0088, 60xx and 7FE0 at depth 0.
  [[nodiscard]] static Attributes of_data_set(const dicom::DataSet& data_set);
  // All elements of the item whose Item entry stands at `item_index`.
  [[nodiscard]] static Attributes of_item(const dicom::DataSet& data_set, std::size_t item_index);

  [[nodiscard]] const dicom::DataSet& data_set() const { return data_set_; }
  // Index on the tape of the first element with the tag.
  [[nodiscard]] std::optional<std::size_t> find(dicom::Tag tag) const;
  [[nodiscard]] bool has(dicom::Tag tag) const { return find(tag).has_value(); }
  [[nodiscard]] std::span<const std::size_t> indices() const { return indices_; }

  // Value `which` (from 0) of a binary or IS attribute; nothing when it is absent or not a number.
  [[nodiscard]] std::optional<std::int64_t> number(dicom::Tag tag, std::size_t which = 0) const;
  [[nodiscard]] std::string_view text(dicom::Tag tag) const;       // trimmed; "" when absent
  [[nodiscard]] std::uint64_t length_bytes(dicom::Tag tag) const;  // 0 when absent or undefined

  // Index of the Item entries of a sequence, empty when it is absent.
  [[nodiscard]] std::vector<std::size_t> items(dicom::Tag sequence) const;

 private:
  explicit Attributes(const dicom::DataSet& data_set) : data_set_(data_set) {}

  dicom::DataSet data_set_;
  std::vector<std::size_t> indices_;
};

}  // namespace slipring::validate::image

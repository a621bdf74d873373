// The values of one attribute, as rules about meaning want them: counted, as text or as numbers.
// Takes an element of a tape; copies nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/dicom/data_set.h"
#include "engine/validate/standard/object_definition.h"

namespace slipring::validate::object {

class Values {
 public:
  Values(const dicom::DataSet& data_set, const dicom::Element& element);

  // Text: backslashes and one; binary: whole numbers; 0 when empty, a sequence or bulk bytes.
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] bool empty() const { return bytes_.size() < std::max<std::size_t>(unit_, 1); }
  // The same, and no more than anybody looks at one by one: finding the n-th takes n steps, and a
  // hostile attribute has millions.
  [[nodiscard]] std::size_t judged_count() const { return std::min(count(), kJudgedMax); }
  static constexpr std::size_t kJudgedMax = 256;
  // The n-th value of text, from 0, without padding; "" beyond the last and of binary values.
  [[nodiscard]] std::string_view text(std::size_t n) const;
  // The n-th value of US, SS, UL, SL, UV, SV, FL, FD, IS or DS; nothing where it is not a number.
  [[nodiscard]] std::optional<double> number(std::size_t n) const;
  // The n-th value of AT.
  [[nodiscard]] std::optional<dicom::Tag> tag(std::size_t n) const;
  // Whether the n-th value is of text, and none or nothing but spaces.
  [[nodiscard]] bool is_blank(std::size_t n) const { return unit_ == 0 && text(n).empty(); }
  // Whether the n-th value reads as one of the words: text as it is, numbers as numbers.
  [[nodiscard]] bool is_one_of(std::size_t n, std::span<const standard::Words> words) const;

 private:
  template <class T>
  [[nodiscard]] T load(std::size_t n) const;

  Bytes bytes_;
  dicom::VR vr_;
  bool big_endian_;
  std::size_t unit_;  // bytes of a binary value; 0: text
};

}  // namespace slipring::validate::object

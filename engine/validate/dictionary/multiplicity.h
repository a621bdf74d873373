// Value multiplicity: how many values an attribute has, and how many it may have (PS3.5 6.4).
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/dicom/data_set.h"

namespace slipring::validate::dictionary {

// "1", "1-3", "1-n", "2-2n" ... : `least` or more, in steps, `most` at most.
struct Multiplicity {
  std::uint32_t least = 1;
  std::uint32_t most = 0;  // 0: no limit
  std::uint32_t step = 1;
  [[nodiscard]] bool allows(std::uint64_t count) const {
    return count >= least && (most == 0 || count <= most) && (count - least) % step == 0;
  }
};

// A form that is not understood allows everything.
[[nodiscard]] Multiplicity parse_multiplicity(std::string_view vm);

// Values of an element that is not empty; 0 where values are not counted (sequences, bulk bytes).
[[nodiscard]] std::uint64_t count_values(const dicom::DataSet& data_set,
                                         const dicom::Element& element);
// As count_values() > 1, which costs less.
[[nodiscard]] bool has_several_values(const dicom::DataSet& data_set,
                                      const dicom::Element& element);

}  // namespace slipring::validate::dictionary

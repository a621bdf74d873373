// Attributes: what an object says of one of its frames, wherever it says it: at the top, in the
// frame's own functional groups, or in those all frames share (PS3.3 C.7.6.16). Views of the
// scanned object. Values a peer or a file may have wrong give nothing, never an error.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/dicom/data_set.h"

namespace slipring::print {

// A lookup table (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5): values below the first and beyond the
// last have the first's and the last's entry.
struct Lut {
  std::int64_t first = 0;              // the value that has entries[0]
  unsigned bits = 16;                  // of an entry, 8 to 16
  std::vector<std::uint16_t> entries;  // 1 to 65536

  [[nodiscard]] std::uint16_t at(std::int64_t value) const;
  [[nodiscard]] double largest() const { return static_cast<double>((1U << bits) - 1); }
};

class Attributes {
 public:
  // `frame` counts from 0.
  Attributes(const dicom::DataSet& data_set, std::size_t frame);

  // Null when it is nowhere.
  [[nodiscard]] const dicom::Element* find(dicom::Tag tag) const;
  // The values of a DS or IS; up to the first that is none. Empty when it is nowhere.
  [[nodiscard]] std::vector<double> decimals(dicom::Tag tag) const;
  [[nodiscard]] std::string_view text(dicom::Tag tag) const;
  [[nodiscard]] std::optional<std::int64_t> integer(dicom::Tag tag, bool is_signed) const;

  // Of the first item of a Modality LUT or VOI LUT Sequence. `is_signed`: the values it maps are.
  [[nodiscard]] std::optional<Lut> lut_in(dicom::Tag sequence, bool is_signed) const;
  // A palette's: descriptor and data at the top.
  [[nodiscard]] std::optional<Lut> lut_of(dicom::Tag descriptor, dicom::Tag data) const;

 private:
  struct Range {  // of the tape
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  [[nodiscard]] Range item_of(dicom::Tag sequence, std::size_t index) const;
  [[nodiscard]] const dicom::Element* find_in(Range range, dicom::Tag tag) const;
  [[nodiscard]] std::optional<Lut> make_lut(const dicom::Element* descriptor,
                                            const dicom::Element* data, bool is_signed) const;
  [[nodiscard]] std::uint16_t number_at(Bytes value, std::size_t index) const;

  dicom::DataSet data_set_;
  Range own_;     // the frame's functional groups
  Range shared_;  // those of all frames
};

}  // namespace slipring::print

// Derivation: what an object that is compressed with loss says of itself. Its pixels are others, so
// it is another SOP Instance (PS3.3 C.7.6.1.1.5), derived from one that stays as it is.
// Pure: data sets in, values out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codecs/base/buffer.h"
#include "engine/dicom/data_set.h"
#include "engine/pixels/pixels.h"
#include "engine/transcode/element_writer.h"
#include "engine/transcode/loss.h"

namespace slipring::transcode {

struct Derivation {
  std::string sop_instance;  // (0008,0018): of the old one and the loss, the same in every run
  std::string image_type;    // (0008,0008)
  std::string description;   // (0008,2111)
  std::string ratios;   // (0028,2112): room for the last one at its end, known when all is coded
  std::string methods;  // (0028,2114)
  Buffer code;          // (0008,9215), encoded; empty: the data set has one
  Buffer source_image;  // (0008,2112), encoded
};

// Why an object is not compressed with loss; "" when it may be.
[[nodiscard]] std::string_view why_not_derived(const dicom::DataSet& data_set,
                                               const pixels::Description& description);

[[nodiscard]] Derivation derive(const dicom::DataSet& data_set, const Loss& loss);

// Views of `derivation`. `ratios_at` gets the place of the ratios' value in the output.
void append_edits(const Derivation& derivation, std::uint64_t* ratios_at, std::vector<Edit>& edits);

// The last ratio, as wide as the room for it.
[[nodiscard]] std::string ratio_text(double ratio);
// From the beginning of the ratios' value.
[[nodiscard]] std::uint64_t last_ratio_offset(const Derivation& derivation);

// Attributes at depth 0 that differ between the two objects.
[[nodiscard]] bool differs_when_derived(dicom::Tag tag);

}  // namespace slipring::transcode

// Objects as a peer sends them: a data set without meta group, and what is announced of it.
#pragma once

#include <string>
#include <vector>

#include "engine/receive/meta_group.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring::test {

inline constexpr std::string_view kCtClass = "1.2.840.10008.5.1.4.1.1.2";

// A data set of a CT class in explicit VR little endian with `pixels` zeros as pixel data.
inline std::vector<std::uint8_t> sent_data_set(std::string_view instance,
                                               std::string_view patient = "A^B",
                                               std::uint16_t side = 16) {
  namespace tags = dicom::tags;
  using dicom::VR;
  ObjectBuilder builder;
  builder.text(tags::SOPClassUID, VR::UI, kCtClass).text(tags::SOPInstanceUID, VR::UI, instance);
  builder.text(tags::Modality, VR::CS, "CT").text(dicom::Tag{0x0010, 0x0010}, VR::PN, patient);
  builder.text(tags::StudyInstanceUID, VR::UI, "1.2.3.1");
  builder.text(tags::SeriesInstanceUID, VR::UI, "1.2.3.1.1");
  builder.header(dicom::Tag{0x0028, 0x0002}, VR::US, 2).u16(1);
  builder.text(dicom::Tag{0x0028, 0x0004}, VR::CS, "MONOCHROME2");
  builder.header(tags::Rows, VR::US, 2).u16(side);
  builder.header(dicom::Tag{0x0028, 0x0011}, VR::US, 2).u16(side);
  builder.header(dicom::Tag{0x0028, 0x0100}, VR::US, 2).u16(16);
  builder.header(dicom::Tag{0x0028, 0x0101}, VR::US, 2).u16(16);
  builder.header(dicom::Tag{0x0028, 0x0102}, VR::US, 2).u16(15);
  builder.header(dicom::Tag{0x0028, 0x0103}, VR::US, 2).u16(0);
  const std::uint32_t bytes = std::uint32_t{2} * side * side;
  builder.header(dicom::Tag{0x7FE0, 0x0010}, VR::OW, bytes).zeros(bytes);
  return builder.bytes();
}

inline receive::Announced announced(std::string instance) {
  return {std::string(kCtClass), std::move(instance), std::string(kExplicitLittleUid), "MODALITY",
          "127.0.0.1:1"};
}

}  // namespace slipring::test

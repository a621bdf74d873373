// Images to print: small objects whose pixels a test can count.
#pragma once

#include <string>
#include <vector>

#include "engine/print/image.h"
#include "engine/scan/scan.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring::test {

struct SmallImage {
  std::uint16_t rows = 1;
  std::uint16_t columns = 4;
  std::uint16_t samples = 1;
  std::uint16_t allocated = 16;
  std::uint16_t stored = 12;
  bool is_signed = false;
  bool planar = false;
  std::string photometric = "MONOCHROME2";
  std::vector<std::uint8_t> pixels;
  // Elements between (0028,0103) and pixel data, in order.
  ObjectBuilder more;

  [[nodiscard]] std::vector<std::uint8_t> bytes() const {
    namespace tags = dicom::tags;
    using dicom::VR;
    ObjectBuilder builder;
    builder.preamble().meta(kExplicitLittleUid);
    builder.text(tags::SOPInstanceUID, VR::UI, "1.2.3.4");
    builder.us(tags::SamplesPerPixel, samples);
    builder.text(tags::PhotometricInterpretation, VR::CS, photometric);
    if (samples > 1) builder.us(tags::PlanarConfiguration, planar ? 1 : 0);
    builder.us(tags::Rows, rows).us(tags::Columns, columns);
    builder.us(tags::BitsAllocated, allocated).us(tags::BitsStored, stored);
    builder.us(tags::HighBit, static_cast<std::uint16_t>(stored - 1));
    builder.us(tags::PixelRepresentation, is_signed ? 1 : 0);
    builder.raw(more.bytes());
    builder.header(tags::PixelData, VR::OW, static_cast<std::uint32_t>(pixels.size()));
    return builder.raw(pixels).take();
  }
};

inline std::vector<std::uint8_t> words(std::initializer_list<int> values) {
  std::vector<std::uint8_t> bytes;
  for (const int value : values) {
    bytes.push_back(static_cast<std::uint8_t>(value));
    bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  return bytes;
}

// What is made of the first frame of an object.
inline Result<print::Printable> prepared(const std::vector<std::uint8_t>& bytes,
                                         const print::Wanted& wanted, std::size_t frame = 0) {
  dicom::Scanned scanned;
  scan::scan(bytes, bytes.size(), {}, scanned);
  if (scanned.error) return std::unexpected(*scanned.error);
  TRY_ASSIGN(const auto object, pixels::open_object(scanned));
  if (!object) return fail(ErrorCode::Unsupported, kNoOffset, "no pixels");
  return print::prepare(*object, frame, wanted);
}

inline std::vector<int> values_of(const print::Printable& printable) {
  std::vector<int> values;
  const Bytes bytes = printable.pixels.bytes();
  const std::size_t width = printable.bits == 8 ? 1 : 2;
  const std::size_t count =
      std::size_t{printable.rows} * printable.columns * (printable.colour ? 3 : 1);
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(width == 1 ? bytes[i] : load_le<std::uint16_t>(bytes.data() + 2 * i));
  return values;
}

}  // namespace slipring::test

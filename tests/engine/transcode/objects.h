// Objects: small images in any native encoding, from one set of canonical pixels.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/pixel/layout.h"
#include "engine/dicom/digest.h"
#include "engine/dicom/tag.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring::test {

namespace tags = dicom::tags;
using dicom::Tag;
using dicom::VR;

struct Image {
  std::string name;
  std::uint16_t rows = 7;
  std::uint16_t columns = 9;
  std::uint16_t samples = 1;
  std::uint16_t bits_allocated = 8;
  std::uint16_t bits_stored = 8;
  bool is_signed = false;
  unsigned frames = 1;
  std::string photometric = "MONOCHROME2";

  [[nodiscard]] std::uint64_t frame_bits() const {
    return std::uint64_t{rows} * columns * samples * bits_allocated;
  }
  [[nodiscard]] std::size_t total_bytes() const {
    return static_cast<std::size_t>((frame_bits() * frames + 7) / 8);
  }

  // All frames joined: little endian, interleaved, samples within Bits Stored (sign extended).
  [[nodiscard]] std::vector<std::uint8_t> pixels() const {
    std::vector<std::uint8_t> bytes(total_bytes());
    std::uint64_t state = 0x9E3779B97F4A7C15ULL + rows + bits_stored;
    const auto next = [&] {
      return state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    };
    if (bits_allocated == 1) {
      const std::uint64_t bits = frame_bits() * frames;
      for (std::uint64_t i = 0; i < bits; ++i)
        if ((next() >> 61) < 3)
          bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | (1U << (i % 8)));
      return bytes;
    }
    const std::size_t width = bits_allocated / 8U;
    for (std::size_t at = 0; at < bytes.size(); at += width) {
      std::int64_t value = static_cast<std::int64_t>(next() >> (64 - bits_stored));
      if (is_signed && (value >> (bits_stored - 1)) != 0) value -= std::int64_t{1} << bits_stored;
      for (std::size_t k = 0; k < width; ++k)
        bytes[at + k] = static_cast<std::uint8_t>(value >> (8 * k));
    }
    return bytes;
  }
  [[nodiscard]] std::string digest() const { return dicom::to_hex(dicom::sha256(pixels()).bytes); }
};

inline std::vector<std::uint8_t> swapped_words(std::vector<std::uint8_t> bytes) {
  if (bytes.size() % 2 != 0) bytes.push_back(0);
  for (std::size_t i = 0; i < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
  return bytes;
}

// Interleaved -> one plane after the other, frame by frame.
inline std::vector<std::uint8_t> planes_of(const Image& image,
                                           const std::vector<std::uint8_t>& pixels) {
  std::vector<std::uint8_t> planes;
  const std::size_t width = image.bits_allocated / 8U;
  const std::size_t count = std::size_t{image.rows} * image.columns;
  for (unsigned frame = 0; frame < image.frames; ++frame)
    for (std::size_t sample = 0; sample < image.samples; ++sample)
      for (std::size_t i = 0; i < count; ++i)
        for (std::size_t k = 0; k < width; ++k)
          planes.push_back(pixels[((frame * count + i) * image.samples + sample) * width + k]);
  return planes;
}

// The attributes before Pixel Data.
inline ObjectBuilder& describe(ObjectBuilder& to, const Image& image, int planar = 0) {
  to.text(tags::SOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.7");
  to.text(tags::SOPInstanceUID, VR::UI, "1.2.3.4");
  to.text(tags::Modality, VR::CS, "OT");
  to.us(tags::SamplesPerPixel, image.samples);
  to.text(tags::PhotometricInterpretation, VR::CS, image.photometric);
  if (image.samples > 1 && planar >= 0)
    to.us(tags::PlanarConfiguration, static_cast<std::uint16_t>(planar));
  if (image.frames != 1) to.text(tags::NumberOfFrames, VR::IS, std::to_string(image.frames));
  to.us(tags::Rows, image.rows).us(tags::Columns, image.columns);
  to.us(tags::BitsAllocated, image.bits_allocated).us(tags::BitsStored, image.bits_stored);
  to.us(tags::HighBit, static_cast<std::uint16_t>(image.bits_stored - 1));
  to.us(tags::PixelRepresentation, image.is_signed ? 1 : 0);
  return to;
}

inline ObjectBuilder& pixel_data(ObjectBuilder& to, VR vr, std::vector<std::uint8_t> value) {
  if (value.size() % 2 != 0) value.push_back(0);
  return to.header(tags::PixelData, vr, static_cast<std::uint32_t>(value.size())).raw(value);
}

// A whole Part 10 object with native pixels in one of the three encodings.
inline std::vector<std::uint8_t> native_object(const Image& image,
                                               std::string_view uid = kExplicitLittleUid,
                                               int planar = 0) {
  ObjectBuilder object;
  object.preamble().meta(uid);
  describe(object, image, planar);
  auto pixels = planar == 1 ? planes_of(image, image.pixels()) : image.pixels();
  const bool wide = image.bits_allocated > 8;
  if (uid == kExplicitBigUid && wide) pixels = swapped_words(std::move(pixels));
  return pixel_data(object, wide ? VR::OW : VR::OB, std::move(pixels)).take();
}

// Images of every kind the first set of codecs meets.
inline std::vector<Image> images() {
  return {
      {.name = "8-bit grey"},
      {.name = "8-bit grey, 5 frames of odd size", .frames = 5},
      {.name = "16-bit", .bits_allocated = 16, .bits_stored = 16, .frames = 3},
      {.name = "12 in 16 bits, signed", .bits_allocated = 16, .bits_stored = 12, .is_signed = true},
      {.name = "32-bit", .bits_allocated = 32, .bits_stored = 32, .frames = 2},
      {.name = "1-bit, frames of odd bits", .bits_allocated = 1, .bits_stored = 1, .frames = 5},
      {.name = "1-bit, frames of whole bytes",
       .rows = 8,
       .columns = 16,
       .bits_allocated = 1,
       .bits_stored = 1,
       .frames = 3},
      {.name = "RGB", .samples = 3, .frames = 2, .photometric = "RGB"},
      {.name = "16-bit RGB",
       .samples = 3,
       .bits_allocated = 16,
       .bits_stored = 16,
       .photometric = "RGB"},
      {.name = "YBR_FULL", .samples = 3, .photometric = "YBR_FULL"},
      {.name = "palette", .photometric = "PALETTE COLOR"},
      {.name = "one pixel", .rows = 1, .columns = 1},
  };
}

}  // namespace slipring::test

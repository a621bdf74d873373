#include "engine/print/rgb.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/print/grey.h"

namespace slipring::print {

using dicom::Tag;

namespace {

using Planes = std::vector<std::uint8_t>;
using Pixel = std::array<std::uint8_t, 3>;

std::uint8_t clamped(double value) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
}

// PS3.3 C.7.6.3.1.2: YBR_FULL of ITU-R BT.601, all of 0 to 255 used.
Pixel of_ybr(double y, double cb, double cr) {
  cb -= 128;
  cr -= 128;
  return {clamped(y + 1.402 * cr), clamped(y - 0.344136 * cb - 0.714136 * cr),
          clamped(y + 1.772 * cb)};
}

void put(Planes& planes, std::size_t at, const Pixel& pixel) {
  const std::size_t plane = planes.size() / 3;
  for (std::size_t i = 0; i < 3; ++i) planes[plane * i + at] = pixel[i];
}

// 8 bits of a sample of more or fewer.
std::uint8_t narrowed(Bytes frame, const pixel::Layout& layout, std::size_t index) {
  pixel::Layout plain = layout;
  plain.is_signed = false;
  const std::int64_t value = stored_value(frame, plain, index);
  const int excess = layout.bits_stored - 8;
  return static_cast<std::uint8_t>(excess >= 0 ? value >> excess : value << -excess);
}

Planes of_three_samples(Bytes frame, const pixel::Layout& layout, bool is_ybr) {
  const std::size_t pixels = std::size_t{layout.rows} * layout.columns;
  Planes planes(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    const Pixel pixel = {narrowed(frame, layout, 3 * i), narrowed(frame, layout, 3 * i + 1),
                         narrowed(frame, layout, 3 * i + 2)};
    put(planes, i, is_ybr ? of_ybr(pixel[0], pixel[1], pixel[2]) : pixel);
  }
  return planes;
}

// Y1 Y2 Cb Cr for two pixels.
Planes of_422(Bytes frame, const pixel::Layout& layout) {
  const std::size_t pixels = std::size_t{layout.rows} * layout.columns;
  Planes planes(3 * pixels);
  for (std::size_t i = 0; i + 1 < pixels; i += 2) {
    const std::uint8_t* const four = frame.data() + 2 * i;
    put(planes, i, of_ybr(four[0], four[2], four[3]));
    put(planes, i + 1, of_ybr(four[1], four[2], four[3]));
  }
  return planes;
}

Result<Planes> of_palette(Bytes frame, const pixel::Layout& layout, const Attributes& attributes) {
  std::array<Lut, 3> palettes;
  for (std::uint16_t i = 0; i < 3; ++i) {
    auto lut = attributes.lut_of(Tag(0x0028, static_cast<std::uint16_t>(0x1101 + i)),
                                 Tag(0x0028, static_cast<std::uint16_t>(0x1201 + i)));
    if (!lut)
      return fail(ErrorCode::Unsupported, kNoOffset,
                  "a palette without its tables, or with segmented ones");
    palettes[i] = std::move(*lut);
  }
  const std::size_t pixels = std::size_t{layout.rows} * layout.columns;
  Planes planes(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    const std::int64_t value = stored_value(frame, layout, i);
    Pixel pixel;
    for (std::size_t colour = 0; colour < 3; ++colour)
      pixel[colour] =
          static_cast<std::uint8_t>(palettes[colour].at(value) >> (palettes[colour].bits - 8));
    put(planes, i, pixel);
  }
  return planes;
}

}  // namespace

Result<std::vector<std::uint8_t>> rgb_planes(Bytes frame, const pixels::Description& description,
                                             const Attributes& attributes) {
  const pixel::Layout& layout = description.layout;
  const std::string& photometric = description.photometric;
  if (photometric == "PALETTE COLOR" && layout.samples_per_pixel == 1)
    return of_palette(frame, layout, attributes);
  if (photometric == "YBR_FULL_422" && description.subsampled_422) {
    if (layout.columns % 2 != 0)
      return fail(ErrorCode::Malformed, kNoOffset, "YBR_FULL_422 of an odd number of columns");
    return of_422(frame, layout);
  }
  if (layout.samples_per_pixel == 3 && layout.bits_allocated != 1) {
    // The pixel floor has undone RCT and ICT (pixels.h).
    if (photometric == "RGB" || photometric == "YBR_RCT" || photometric == "YBR_ICT")
      return of_three_samples(frame, layout, false);
    if (photometric == "YBR_FULL" || photometric == "YBR_FULL_422")
      return of_three_samples(frame, layout, true);
  }
  return fail(ErrorCode::Unsupported, kNoOffset,
              "no colours are known of pixels of this photometric interpretation");
}

}  // namespace slipring::print

#include "engine/print/image.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "engine/print/rgb.h"

namespace slipring::print {

using dicom::Tag;

namespace {

constexpr Tag kPixelAspectRatio{0x0028, 0x0034};
constexpr std::uint32_t kSideMax = 65535;                     // Rows and Columns are US
constexpr std::uint64_t kPixelsMax = std::uint64_t{1} << 28;  // three bytes each

bool is_grey(const pixels::Description& description) {
  return description.layout.samples_per_pixel == 1 &&
         (description.photometric == "MONOCHROME1" || description.photometric == "MONOCHROME2");
}

// vertical\horizontal in lowest terms, of an aspect or a spacing; "" for square ones and nonsense.
std::string aspect_of(const Attributes& attributes) {
  auto ratio = attributes.decimals(kPixelAspectRatio);
  if (ratio.size() < 2) ratio = attributes.decimals(dicom::tags::PixelSpacing);
  if (ratio.size() < 2) return {};
  constexpr double kLargest = 1e6;
  for (const double side : ratio)
    if (!std::isfinite(side) || side <= 0 || side > kLargest) return {};
  const auto vertical = std::llround(ratio[0] * 1000);
  const auto horizontal = std::llround(ratio[1] * 1000);
  if (vertical == horizontal || vertical == 0 || horizontal == 0) return {};
  const auto shared = std::gcd(vertical, horizontal);
  return std::to_string(vertical / shared) + "\\" + std::to_string(horizontal / shared);
}

void pad(Buffer& pixels) {
  if (pixels.size() % 2 != 0) pixels.append(std::uint8_t{0});
}

Buffer packed(const std::vector<std::uint16_t>& values, unsigned bits) {
  Buffer pixels;
  pixels.resize(bits == 8 ? values.size() : 2 * values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (bits == 8)
      pixels.data()[i] = static_cast<std::uint8_t>(values[i]);
    else
      store_le(pixels.data() + 2 * i, values[i]);
  }
  return pixels;
}

void take_grey(Bytes frame, const pixels::Description& description, const Attributes& attributes,
               const Wanted& wanted, Printable& printable) {
  const pixel::Layout& layout = description.layout;
  printable.bits = wanted.bits != 0 ? wanted.bits : layout.bits_stored > 8 ? 12 : 8;
  if (wanted.colour) printable.bits = 8;
  const GreyScale scale(attributes, layout, frame, wanted.window);
  const auto values = grey_values(frame, layout, scale, printable.bits);
  printable.photometric = description.photometric;
  printable.pixels = packed(values, printable.bits);
  if (!wanted.colour) return;
  // Three planes of the same, white where MONOCHROME1 is black.
  Buffer planes;
  const std::uint8_t inverted = description.photometric == "MONOCHROME1" ? 255 : 0;
  for (std::uint8_t& value : printable.pixels.mutable_bytes()) value ^= inverted;
  for (int plane = 0; plane < 3; ++plane) planes.append(printable.pixels.bytes());
  printable.pixels = std::move(planes);
  printable.photometric = "RGB";
}

// For a film without colours: what the eye makes of them (ITU-R BT.601).
Buffer luminance(Bytes planes, unsigned bits) {
  const std::size_t pixels = planes.size() / 3;
  std::vector<std::uint16_t> values(pixels);
  const double largest = static_cast<double>((1U << bits) - 1);
  for (std::size_t i = 0; i < pixels; ++i) {
    const double light =
        0.299 * planes[i] + 0.587 * planes[pixels + i] + 0.114 * planes[2 * pixels + i];
    values[i] = static_cast<std::uint16_t>(std::lround(std::min(light / 255, 1.0) * largest));
  }
  return packed(values, bits);
}

Result<void> take_colours(Bytes frame, const pixels::Description& description,
                          const Attributes& attributes, const Wanted& wanted,
                          Printable& printable) {
  TRY_ASSIGN(const std::vector<std::uint8_t> planes, rgb_planes(frame, description, attributes));
  if (wanted.colour) {
    printable.photometric = "RGB";
    printable.pixels.append(planes);
    return {};
  }
  printable.bits = wanted.bits == 12 ? 12 : 8;
  printable.photometric = "MONOCHROME2";
  printable.pixels = luminance(planes, printable.bits);
  return {};
}

}  // namespace

Result<Printable> prepare(const pixels::Object& object, std::size_t frame, const Wanted& wanted) {
  const pixels::Description& description = object.description;
  const pixel::Layout& layout = description.layout;
  if (layout.rows > kSideMax || layout.columns > kSideMax || layout.bits_allocated > 32)
    return fail(ErrorCode::Unsupported, kNoOffset,
                "no printer takes an image of this size or depth", kSideMax,
                std::max(layout.rows, layout.columns));
  if (std::uint64_t{layout.rows} * layout.columns > kPixelsMax)
    return fail(ErrorCode::LimitExceeded, kNoOffset, "more pixels than any film holds", kPixelsMax,
                std::uint64_t{layout.rows} * layout.columns);
  TRY_ASSIGN(const std::uint64_t bytes, layout.frame_bytes());
  TRY(pixels::check_expansion(object, frame));
  Buffer decoded;
  decoded.resize(bytes);
  Scratch scratch;
  codecs::Quirks quirks;
  TRY(pixels::decode_frame(object, frame, decoded.mutable_bytes(), scratch, quirks));
  const Attributes attributes(object.scanned->data_set(), frame);
  Printable printable;
  printable.rows = layout.rows;
  printable.columns = layout.columns;
  printable.colour = wanted.colour;
  printable.aspect = aspect_of(attributes);
  if (is_grey(description))
    take_grey(decoded.bytes(), description, attributes, wanted, printable);
  else
    TRY(take_colours(decoded.bytes(), description, attributes, wanted, printable));
  pad(printable.pixels);
  return printable;
}

}  // namespace slipring::print

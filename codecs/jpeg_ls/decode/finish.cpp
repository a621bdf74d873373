#include "codecs/jpeg_ls/decode/finish.h"

namespace slipring::codecs::jpeg_ls {

namespace {

std::uint64_t load_sample(const std::uint8_t* from, std::uint32_t bytes) {
  std::uint64_t value = 0;
  for (std::uint32_t i = bytes; i-- > 0;) value = value << 8 | from[i];
  return value;
}

void store_sample(std::uint8_t* to, std::uint32_t bytes, std::uint64_t value) {
  for (std::uint32_t i = 0; i < bytes; ++i, value >>= 8) to[i] = static_cast<std::uint8_t>(value);
}

struct Colour {
  std::uint32_t r, g, b;
};

// Modulo 2^precision, which the stores do. `half` is half of that range.
Colour undo(ColourTransform transform, const Colour& v, std::uint32_t half) {
  const std::uint32_t mask = 2 * half - 1;
  switch (transform) {
    case ColourTransform::Hp1:
      return {v.r + v.g - half, v.g, v.b + v.g - half};
    case ColourTransform::Hp2: {
      const std::uint32_t red = (v.r + v.g - half) & mask;
      return {red, v.g, v.b + ((red + v.g) >> 1) - half};
    }
    case ColourTransform::Hp3: {
      const std::uint32_t green = (v.r - ((v.b + v.g) >> 2) + half / 2) & mask;
      return {v.b + green - half, green, v.g + green - half};
    }
    case ColourTransform::None:
      break;
  }
  return v;
}

}  // namespace

Result<void> map_samples(const MappingTable& table, const Image& image, std::size_t component) {
  const bool palette = table.width > 2;  // a sample for each byte of an entry
  if (!palette && table.width > image.sample_bytes)
    return fail(ErrorCode::OutOfRange, 0, "the entries of a mapping table are wider than a sample",
                image.sample_bytes, table.width);
  const std::size_t stride = std::size_t{image.frame_components} * image.sample_bytes;
  const std::uint64_t entries = table.entries.size() / table.width;
  for (std::size_t at = component * image.sample_bytes; at < image.pixels.size(); at += stride) {
    std::uint8_t* sample = &image.pixels[at];
    const std::uint64_t number = load_sample(sample, image.sample_bytes);
    if (number >= entries)
      return fail(ErrorCode::Malformed, 0, "a sample is beyond its mapping table", entries, number);
    const std::uint8_t* entry = &table.entries[number * table.width];
    if (palette) {
      for (std::uint32_t i = 0; i < table.width; ++i)
        store_sample(sample + std::size_t{i} * image.sample_bytes, image.sample_bytes, entry[i]);
    } else {
      const unsigned value = table.width == 1 ? entry[0] : load_be<std::uint16_t>(entry);
      store_sample(sample, image.sample_bytes, value);
    }
  }
  return {};
}

Result<void> undo_colour_transform(ColourTransform transform, const Image& image) {
  const std::uint32_t precision = image.header->jpeg.precision_bits;
  if (precision != 8 && precision != 16)
    return fail(ErrorCode::Unsupported, 0, "a colour transform of other than 8 or 16 bits", 8,
                precision);
  const std::uint32_t half = 1U << (precision - 1);
  const std::uint32_t mask = 2 * half - 1;
  const std::uint32_t sample_bytes = image.sample_bytes;
  const std::size_t bytes = sample_bytes;
  const auto load = [&](std::size_t at) {
    return static_cast<std::uint32_t>(load_sample(&image.pixels[at], sample_bytes));
  };
  for (std::size_t at = 0; at + 3 * bytes <= image.pixels.size(); at += 3 * bytes) {
    const Colour colour = undo(transform, {load(at), load(at + bytes), load(at + 2 * bytes)}, half);
    store_sample(&image.pixels[at], sample_bytes, colour.r & mask);
    store_sample(&image.pixels[at + bytes], sample_bytes, colour.g & mask);
    store_sample(&image.pixels[at + 2 * bytes], sample_bytes, colour.b & mask);
  }
  return {};
}

}  // namespace slipring::codecs::jpeg_ls

#include "codecs/base/contract.h"
#include "codecs/jpeg_lossless/lines/store.h"

namespace slipring::codecs::jpeg_lossless {

namespace {

template <class Sample>
void store_as(const std::uint16_t* plane, std::size_t count, const SampleForm& form,
              std::uint8_t* to, std::size_t stride) {
  for (std::size_t x = 0; x < count; ++x, to += stride)
    store_le(to, static_cast<Sample>(static_cast<std::int64_t>(form.apply(plane[x]))));
}

}  // namespace

void store_plane(const std::uint16_t* plane, const StoredLine& line, std::uint8_t* to,
                 std::size_t stride) {
  switch (line.sample_bytes) {
    case 1:
      return store_as<std::uint8_t>(plane, line.count, line.form, to, stride);
    case 2:
      return store_as<std::uint16_t>(plane, line.count, line.form, to, stride);
    case 4:
      return store_as<std::uint32_t>(plane, line.count, line.form, to, stride);
    case 8:
      return store_as<std::uint64_t>(plane, line.count, line.form, to, stride);
    default:
      EXPECTS(false);
  }
}

void store_line_scalar(const StoredLine& line, std::uint8_t* to) {
  const std::size_t planes = line.planes.size();
  for (std::size_t k = 0; k < planes; ++k)
    store_plane(line.planes[k], line, to + k * line.sample_bytes, planes * line.sample_bytes);
}

bool line_is_scalar(const StoredLine& line, const std::uint8_t* expected) {
  for (std::size_t x = 0; x < line.count; ++x) {
    const auto sample = static_cast<std::uint32_t>(line.form.apply(line.planes[0][x]));
    for (std::uint32_t b = 0; b < line.sample_bytes; ++b)
      if (*expected++ != static_cast<std::uint8_t>(sample >> 8 * b)) return false;
  }
  return true;
}

}  // namespace slipring::codecs::jpeg_lossless

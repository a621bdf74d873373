// The state of a block as words of bits, a word a group (fast_tables.h), with a frame of words
// around.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "codecs/base/buffer.h"
#include "codecs/jpeg2000/block/fast_tables.h"

namespace slipring::codecs::jpeg2000 {

inline constexpr std::uint64_t kAllOwn = own_bits(kGroupColumns, kGroupRows);

struct BlockWords {
  std::size_t groups = 0;
  std::size_t stripes = 0;
  std::size_t pitch = 0;           // words from one stripe to the next
  std::uint64_t last_columns = 0;  // which bits of a stripe's last group are samples
  std::uint64_t last_rows = 0;     // which bits of the last stripe's groups are
  std::uint64_t* significant = nullptr;
  std::uint64_t* negative = nullptr;
  std::uint64_t* refined = nullptr;
  std::uint64_t* visited = nullptr;
  std::uint64_t* planes = nullptr;  // without frame: plane 0 is the lowest that was coded

  [[nodiscard]] std::size_t first(std::size_t stripe) const { return (stripe + 1) * pitch + 1; }
  [[nodiscard]] std::size_t plane_words() const { return groups * stripes; }
  [[nodiscard]] std::uint64_t* plane(std::size_t i) const { return planes + i * plane_words(); }
};

// All zero, in the scratch's bytes.
inline BlockWords take_words(Buffer& bytes, std::uint32_t width, std::uint32_t height,
                             std::size_t planes) {
  BlockWords words;
  words.groups = (width + kGroupColumns - 1) / kGroupColumns;
  words.stripes = (height + kGroupRows - 1) / kGroupRows;
  words.pitch = words.groups + 2;
  words.last_columns =
      own_bits(width - kGroupColumns * (static_cast<unsigned>(words.groups) - 1), kGroupRows);
  words.last_rows =
      own_bits(kGroupColumns, height - kGroupRows * (static_cast<unsigned>(words.stripes) - 1));
  const std::size_t framed = words.pitch * (words.stripes + 2);
  const std::size_t total = 4 * framed + planes * words.plane_words();
  bytes.clear();
  bytes.resize(total * sizeof(std::uint64_t));
  std::memset(bytes.data(), 0, bytes.size());
  auto* at = reinterpret_cast<std::uint64_t*>(bytes.data());
  words.significant = at;
  words.negative = at + framed;
  words.refined = at + 2 * framed;
  words.visited = at + 3 * framed;
  words.planes = at + 4 * framed;
  return words;
}

}  // namespace slipring::codecs::jpeg2000

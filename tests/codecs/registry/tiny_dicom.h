// TinyDicom: just enough of an explicit little endian reader to hand real encapsulated frames to
// the codecs without the engine. Trusts nothing, but reports damage only as an empty answer.
#pragma once

#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "codecs/base/bytes.h"
#include "codecs/pixel/layout.h"

namespace slipring::test {

inline std::vector<std::uint8_t> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class TinyDicom {
 public:
  explicit TinyDicom(Bytes file) : bytes_(file) {
    std::size_t at = file.size() > 132 && as_text(file.subspan(128, 4)) == "DICM" ? 132 : 0;
    while (at + 8 <= file.size() && at < file.size()) {
      const std::size_t next = element(at, true);
      if (next <= at) break;
      at = next;
    }
  }

  [[nodiscard]] std::string text(std::uint32_t tag) const {
    const auto found = values_.find(tag);
    if (found == values_.end()) return {};
    std::string value(as_text(found->second));
    while (!value.empty() && (value.back() == ' ' || value.back() == '\0')) value.pop_back();
    return value;
  }

  [[nodiscard]] std::uint16_t number(std::uint32_t tag, std::uint16_t absent) const {
    const auto found = values_.find(tag);
    if (found == values_.end() || found->second.size() < 2) return absent;
    return load_le<std::uint16_t>(found->second.data());
  }

  [[nodiscard]] pixel::Layout layout() const {
    pixel::Layout layout;
    layout.rows = number(0x00280010, 0);
    layout.columns = number(0x00280011, 0);
    layout.samples_per_pixel = number(0x00280002, 1);
    layout.bits_allocated = number(0x00280100, 8);
    layout.bits_stored = number(0x00280101, 8);
    layout.high_bit = number(0x00280102, 7);
    layout.is_signed = number(0x00280103, 0) == 1;
    return layout;
  }

  // The fragments of each frame: one each, or all of one, or split where codestreams start.
  [[nodiscard]] std::vector<std::vector<Bytes>> frames() const {
    std::size_t count = 1;
    const std::string given = text(0x00280008);
    std::from_chars(given.data(), given.data() + given.size(), count);
    std::vector<std::vector<Bytes>> frames;
    for (const Bytes fragment : fragments_) {
      const bool starts =
          fragments_.size() == count || (fragment.size() >= 2 && fragment[0] == 0xFF &&
                                         (fragment[1] == 0xD8 || fragment[1] == 0x4F));
      if (frames.empty() || (count > 1 && starts)) frames.emplace_back();
      frames.back().push_back(fragment);
    }
    if (frames.size() != count) frames.clear();
    return frames;
  }

 private:
  static constexpr std::uint32_t kUndefined = 0xFFFFFFFF;

  // Reads the element at `at`, gives the offset behind it, 0 when that is not possible.
  std::size_t element(std::size_t at, bool top) {
    if (bytes_.size() - at < 8) return 0;
    const std::uint32_t tag = tag_at(at);
    const std::string_view vr = as_text(bytes_.subspan(at + 4, 2));
    std::size_t head = 8;
    std::uint32_t length = load_le<std::uint16_t>(&bytes_[at + 6]);
    for (const std::string_view wide :
         {"OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UN", "UR", "UT", "SV", "UV"}) {
      if (vr != wide) continue;
      if (bytes_.size() - at < 12) return 0;
      head = 12;
      length = load_le<std::uint32_t>(&bytes_[at + 8]);
    }
    const std::size_t value = at + head;
    if (length == kUndefined) return items(value, top && tag == 0x7FE00010);
    if (length > bytes_.size() - value) return 0;
    if (top) values_[tag] = bytes_.subspan(value, length);
    return value + length;
  }

  std::size_t items(std::size_t at, bool pixel_data) {
    for (bool table = pixel_data;; table = false) {
      if (at > bytes_.size() || bytes_.size() - at < 8) return 0;
      const std::uint32_t tag = tag_at(at);
      const std::uint32_t length = load_le<std::uint32_t>(&bytes_[at + 4]);
      at += 8;
      if (tag == 0xFFFEE0DD) return at;
      if (tag != 0xFFFEE000) return 0;
      if (length != kUndefined) {
        if (length > bytes_.size() - at) return 0;
        if (pixel_data && !table) fragments_.push_back(bytes_.subspan(at, length));
        at += length;
        continue;
      }
      while (bytes_.size() - at >= 8 && tag_at(at) != 0xFFFEE00D) {
        const std::size_t next = element(at, false);
        if (next <= at) return 0;
        at = next;
      }
      at += 8;
    }
  }

  [[nodiscard]] std::uint32_t tag_at(std::size_t at) const {
    return std::uint32_t{load_le<std::uint16_t>(&bytes_[at])} << 16 |
           load_le<std::uint16_t>(&bytes_[at + 2]);
  }

  Bytes bytes_;
  std::map<std::uint32_t, Bytes> values_;
  std::vector<Bytes> fragments_;
};

}  // namespace slipring::test

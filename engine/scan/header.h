// One element header, read from bytes in one of the encodings a data set or an item can have.
// Takes a pointer with enough bytes behind it (callers check); knows nothing of containers.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "codecs/base/bytes.h"
#include "engine/dicom/dictionary.h"
#include "engine/dicom/tape.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/dicom/vr.h"

namespace slipring::scan {

// Implicit VR is always little endian (PS3.5 A.1); so is a UN of undefined length (PS3.5 6.2.2 note
// 2).
enum class Mode : std::uint8_t { ExplicitLittle, ImplicitLittle, ExplicitBig };

[[nodiscard]] constexpr Mode mode_of(dicom::Encoding encoding) {
  if (!encoding.explicit_vr) return Mode::ImplicitLittle;
  return encoding.big_endian ? Mode::ExplicitBig : Mode::ExplicitLittle;
}

inline constexpr unsigned kShortHeaderBytes = 8;
inline constexpr unsigned kLongHeaderBytes = 12;  // PS3.5 Table 7.1-1

template <Mode M, std::unsigned_integral T>
[[nodiscard]] inline T load(const std::uint8_t* from) {
  return M == Mode::ExplicitBig ? load_be<T>(from) : load_le<T>(from);
}

// Group in the upper half, whatever the byte order.
template <Mode M>
[[nodiscard]] inline std::uint32_t load_tag(const std::uint8_t* from) {
  if constexpr (M == Mode::ExplicitBig) return load_be<std::uint32_t>(from);
  return std::rotl(load_le<std::uint32_t>(from), 16);
}

template <std::unsigned_integral T>
[[nodiscard]] inline T load(Mode mode, const std::uint8_t* from) {
  return mode == Mode::ExplicitBig ? load_be<T>(from) : load_le<T>(from);
}

[[nodiscard]] inline dicom::Tag load_tag(Mode mode, const std::uint8_t* from) {
  return dicom::Tag(mode == Mode::ExplicitBig ? load_tag<Mode::ExplicitBig>(from)
                                              : load_tag<Mode::ImplicitLittle>(from));
}

// What the walk needs of a VR, in 4 bytes.
struct VRShape {
  std::uint8_t header_bytes = kShortHeaderBytes;
  std::uint8_t length_mask =
      1;              // a length with one of these bits is odd, or no multiple of the unit
  bool leaf = false;  // a plain value: no items inside, two letters every edition knows
  std::uint8_t unusual_mask = kNotLeaf;  // length_mask, and kNotLeaf where it is none
  static constexpr std::uint8_t kNotLeaf = 0x80;

  // A plain value whose length is one its VR may have.
  [[nodiscard]] constexpr bool usual(std::uint32_t length) const {
    return ((length | kNotLeaf) & unusual_mask) == 0;
  }
};

namespace detail {
constexpr std::array<VRShape, dicom::kVRCount> make_shapes() {
  std::array<VRShape, dicom::kVRCount> shapes{};
  for (int i = 0; i < dicom::kVRCount; ++i) {
    const auto vr = static_cast<dicom::VR>(i);
    const dicom::VRFacts& facts = dicom::facts(vr);
    const unsigned unit =
        vr == dicom::VR::AT ? 4 : facts.unit_bytes;  // a tag is two 16-bit numbers
    VRShape& shape = shapes[static_cast<std::size_t>(i)];
    shape.header_bytes = facts.long_header ? kLongHeaderBytes : kShortHeaderBytes;
    shape.length_mask = static_cast<std::uint8_t>((unit < 2 ? 2 : unit) - 1);
    shape.leaf = vr != dicom::VR::None && vr != dicom::VR::Unknown && vr != dicom::VR::SQ;
    shape.unusual_mask =
        static_cast<std::uint8_t>(shape.length_mask | (shape.leaf ? 0 : VRShape::kNotLeaf));
  }
  return shapes;
}
inline constexpr auto kShapes = make_shapes();
}  // namespace detail

[[nodiscard]] constexpr const VRShape& shape(dicom::VR vr) {
  return detail::kShapes[static_cast<std::size_t>(vr)];
}

struct ElementHeader {
  dicom::Tag tag;
  dicom::VR vr = dicom::VR::None;
  dicom::Header form = dicom::Header::Implicit;
  std::uint32_t length = 0;
  std::uint64_t offset = 0;  // of the header
  [[nodiscard]] unsigned bytes() const {
    return form == dicom::Header::ExplicitLong ? kLongHeaderBytes : kShortHeaderBytes;
  }
  [[nodiscard]] std::uint64_t value() const { return offset + bytes(); }
  [[nodiscard]] std::uint64_t end() const { return value() + length; }
  [[nodiscard]] bool undefined_length() const { return length == dicom::kUndefinedLength; }
};

// Items, delimiters, and every element in implicit VR: tag and a 32-bit length.
[[nodiscard]] inline ElementHeader read_implicit(Mode mode, Bytes bytes, std::uint64_t at) {
  ElementHeader header;
  header.offset = at;
  header.tag = load_tag(mode, &bytes[at]);
  header.length = load<std::uint32_t>(mode, &bytes[at + 4]);
  return header;
}

}  // namespace slipring::scan

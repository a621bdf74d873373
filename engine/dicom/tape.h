// Tape: the flat record of a data set, 16 bytes an element, in the order of the bytes. Offsets
// point into the bytes that were scanned; nothing is copied. The scan writes it; everybody else
// reads it.
//
// What stands on it, in order of occurrence:
//   an element                    its tag, its VR, its value's offset and length
//   a sequence (SQ, or UN read as one): the element, then for each item an Item entry one deeper,
//   the
//     item's elements one deeper still, then an ItemDelimitationItem at the Item's depth, and last
//     a SequenceDelimitationItem at the Item's depth. Every Item and every sequence is closed on
//     the tape; a closing entry that has no bytes of its own (defined length, or missing) is
//     `synthetic`.
//   encapsulated pixel data:      the element (undefined length), an Item entry per fragment one
//   deeper
//     (`fragment`, value = its bytes; the first is the Basic Offset Table), a
//     SequenceDelimitationItem.
// What the scan mended or stepped over: pixel data that wrongly has a declared length around its
// fragments stands here all the same; a fragment whose length was one too large has the right one;
// delimiters that delimit nothing are not on the tape (their bytes lie behind the entry before
// them). Elements with Implicit headers are little endian, in a big endian data set too: they stand
// in a UN of undefined length (PS3.5 6.2.2), or were written wrongly. So the elements of the data
// set are at depth 0, and those of an item of a depth-0 sequence at depth 2. An element's bytes end
// where the next entry that is not inside it begins.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "engine/dicom/tag.h"
#include "engine/dicom/vr.h"

namespace slipring::dicom {

inline constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFFU;

// What stands in the file before an element's value.
enum class Header : std::uint8_t {
  Synthetic,      // nothing: a closing entry the file does not have
  ExplicitShort,  // 8 bytes: tag, VR, 16-bit length
  ExplicitLong,   // 12 bytes: tag, VR, 2 reserved, 32-bit length
  Implicit,       // 8 bytes: tag, 32-bit length; items and delimiters too
};

struct Element {
  Tag tag;
  std::uint32_t length = 0;       // as declared; kUndefinedLength where the file says so
  std::uint64_t offset : 48 = 0;  // of the value, bytes from the start of the scanned bytes
  std::uint64_t vr_code : 6 = 0;  // what the file says; in implicit VR, what the dictionary says
  std::uint64_t depth : 8 = 0;
  std::uint64_t header_code : 2 = 0;  // see Header

  // As two whole words: field by field, each store would wait for the one before it.
  [[nodiscard]] static Element make(Tag tag, VR vr, Header header, std::uint64_t offset,
                                    std::uint32_t length, unsigned depth) {
    const std::array<std::uint64_t, 2> words = {
        (std::uint64_t{length} << 32) | tag.value,
        (offset & 0xFFFFFFFFFFFFU) | (std::uint64_t{static_cast<std::uint8_t>(vr) & 0x3FU} << 48) |
            (std::uint64_t{depth & 0xFFU} << 54) |
            (std::uint64_t{static_cast<std::uint8_t>(header) & 3U} << 62)};
    return std::bit_cast<Element>(words);
  }

  // This one, made without tag, VR, offset and length, with them: what a run of elements shares is
  // put together once. The offset has 48 bits at most.
  [[nodiscard]] Element with(Tag of_tag, VR of_vr, std::uint64_t at, std::uint32_t bytes) const {
    auto words = std::bit_cast<std::array<std::uint64_t, 2>>(*this);
    words[0] |= (std::uint64_t{bytes} << 32) | of_tag.value;
    words[1] |= (std::uint64_t{static_cast<std::uint8_t>(of_vr)} << 48) | at;
    return std::bit_cast<Element>(words);
  }

  [[nodiscard]] VR vr() const { return static_cast<VR>(vr_code); }
  [[nodiscard]] Header header() const { return static_cast<Header>(header_code); }
  [[nodiscard]] unsigned header_bytes() const {
    return header() == Header::Synthetic ? 0 : header() == Header::ExplicitLong ? 12 : 8;
  }
  [[nodiscard]] std::uint64_t header_offset() const { return offset - header_bytes(); }
  [[nodiscard]] bool undefined_length() const { return length == kUndefinedLength; }
  [[nodiscard]] bool synthetic() const { return header() == Header::Synthetic; }
  [[nodiscard]] bool is_item() const { return tag == tags::Item; }
  [[nodiscard]] bool is_delimiter() const {
    return tag == tags::ItemDelimitationItem || tag == tags::SequenceDelimitationItem;
  }
  // Neither item nor delimiter: an attribute.
  [[nodiscard]] bool is_attribute() const { return tag.group() != 0xFFFE; }
};
static_assert(sizeof(Element) == 16);

using Tape = std::vector<Element>;  // cleared and reused by a worker: no allocation per element

}  // namespace slipring::dicom

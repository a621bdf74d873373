// Encode: elements as bytes in any encoding of the standard (PS3.5 7.1, 7.3, 7.5, A.1 to A.3).
// Takes tags, VRs and values in little endian; appends to a Buffer. The inverse of what the scan
// reads; it must not know files, sinks or which elements are worth writing.
#pragma once

#include <cstdint>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"
#include "engine/dicom/tag.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/dicom/vr.h"

namespace slipring::dicom {

// The longest value of a VR with a 16-bit length: even, as every value must be
// (PS3.5 7.1.2, 6.2.2).
inline constexpr std::uint64_t kShortValueBytesMax = 65534;

// Whether an explicit header of this VR can say this length.
[[nodiscard]] constexpr bool holds(VR vr, std::uint64_t length_bytes) {
  return facts(vr).long_header || length_bytes <= kShortValueBytesMax;
}

// The VR an explicit header gets: UN for no VR, for two letters no edition defines, and where the
// value is too long for a 16-bit length (PS3.5 6.2.2).
[[nodiscard]] constexpr VR storable_vr(VR vr, std::uint64_t length_bytes) {
  if (vr == VR::None || vr == VR::Unknown || !holds(vr, length_bytes)) return VR::UN;
  return vr;
}

// Bytes before the value: 8, or 12 for the explicit VRs with a 32-bit length.
[[nodiscard]] constexpr unsigned header_bytes(VR vr, Encoding encoding) {
  return encoding.explicit_vr && facts(vr).long_header ? 12 : 8;
}

// Tag, VR and length; length may be kUndefinedLength where the VR allows it. Requires holds(vr,
// length).
void append_header(Buffer& out, Tag tag, VR vr, std::uint32_t length, Encoding encoding);

// An item or a delimiter: tag and 32-bit length, no VR in any encoding (PS3.5 7.5).
void append_item(Buffer& out, Tag tag, std::uint32_t length, Encoding encoding);

// The value with the bytes of each `unit_bytes` word reversed; a tail shorter than a word stays.
void append_swapped(Buffer& out, Bytes value, unsigned unit_bytes);

// A whole element from a little endian value, padded to even length: NUL for UI and binary, space
// for other text (PS3.5 6.2). Requires holds(vr, value.size()).
void append_element(Buffer& out, Tag tag, VR vr, Bytes value, Encoding encoding);

}  // namespace slipring::dicom

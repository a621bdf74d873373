#include "engine/dicom/encode.h"

#include <algorithm>

#include "codecs/base/contract.h"
#include "engine/dicom/tape.h"

namespace slipring::dicom {

namespace {

template <class T>
void store(std::uint8_t* to, T value, bool big_endian) {
  if (big_endian)
    store_be(to, value);
  else
    store_le(to, value);
}

}  // namespace

void append_header(Buffer& out, Tag tag, VR vr, std::uint32_t length, Encoding encoding) {
  const std::size_t at = out.size();
  const unsigned header = header_bytes(vr, encoding);
  out.resize(at + header);
  std::uint8_t* to = out.data() + at;
  const bool big = encoding.big_endian;
  store(to, tag.group(), big);
  store(to + 2, tag.element(), big);
  if (!encoding.explicit_vr) {
    store(to + 4, length, big);
    return;
  }
  to[4] = static_cast<std::uint8_t>(facts(vr).name[0]);
  to[5] = static_cast<std::uint8_t>(facts(vr).name[1]);
  if (header == 12) {
    to[6] = to[7] = 0;
    store(to + 8, length, big);
  } else {
    EXPECTS(length <= 0xFFFF);
    store(to + 6, static_cast<std::uint16_t>(length), big);
  }
}

void append_item(Buffer& out, Tag tag, std::uint32_t length, Encoding encoding) {
  append_header(out, tag, VR::None, length, Encoding{false, encoding.big_endian});
}

void append_swapped(Buffer& out, Bytes value, unsigned unit_bytes) {
  const std::size_t at = out.size();
  out.append(value);
  if (unit_bytes <= 1) return;
  std::uint8_t* bytes = out.data() + at;
  const std::size_t whole = value.size() - value.size() % unit_bytes;
  for (std::size_t i = 0; i < whole; i += unit_bytes) {
    switch (unit_bytes) {
      case 2:
        store_be(bytes + i, load_le<std::uint16_t>(bytes + i));
        break;
      case 4:
        store_be(bytes + i, load_le<std::uint32_t>(bytes + i));
        break;
      default:
        store_be(bytes + i, load_le<std::uint64_t>(bytes + i));
        break;
    }
  }
}

void append_element(Buffer& out, Tag tag, VR vr, Bytes value, Encoding encoding) {
  EXPECTS(holds(vr, value.size()) && value.size() < kUndefinedLength);
  const bool odd = value.size() % 2 != 0;
  append_header(out, tag, vr, static_cast<std::uint32_t>(value.size() + (odd ? 1 : 0)), encoding);
  append_swapped(out, value, encoding.big_endian ? facts(vr).unit_bytes : 1U);
  if (odd) out.append(facts(vr).text && vr != VR::UI ? std::uint8_t{' '} : std::uint8_t{0});
}

}  // namespace slipring::dicom

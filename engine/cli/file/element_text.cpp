#include "engine/cli/file/element_text.h"

#include <fmt/format.h>

#include <bit>

namespace slipring::cli {

using dicom::VR;

namespace {

template <class Unsigned, class Shown>
std::string numbers(Bytes bytes, bool big_endian) {
  std::string text;
  for (std::size_t at = 0; at + sizeof(Unsigned) <= bytes.size() && text.size() < kValueShown;
       at += sizeof(Unsigned)) {
    const Unsigned raw =
        big_endian ? load_be<Unsigned>(bytes.data() + at) : load_le<Unsigned>(bytes.data() + at);
    text += fmt::format("{}{}", at == 0 ? "" : "\\", std::bit_cast<Shown>(raw));
  }
  return text;
}

std::string tags_text(Bytes bytes, bool big_endian) {
  std::string text;
  for (std::size_t at = 0; at + 4 <= bytes.size() && text.size() < kValueShown; at += 4) {
    const auto load = [&](std::size_t from) {
      return big_endian ? load_be<std::uint16_t>(bytes.data() + from)
                        : load_le<std::uint16_t>(bytes.data() + from);
    };
    text += (at == 0 ? "" : "\\") + dicom::to_string(dicom::Tag(load(at), load(at + 2)));
  }
  return text;
}

std::string binary(Bytes bytes) {
  constexpr std::size_t kBytesShown = 16;
  std::string text;
  for (std::size_t i = 0; i < bytes.size() && i < kBytesShown; ++i)
    text += fmt::format("{}{:02x}", i == 0 ? "" : "\\", bytes[i]);
  return bytes.size() > kBytesShown ? text + "..." : text;
}

std::string raw_text(const dicom::DataSet& data_set, const dicom::Element& element) {
  const Bytes bytes = data_set.value(element);
  const bool big = data_set.encoding().big_endian;
  if (dicom::facts(element.vr()).text)
    return "[" + std::string(dicom::trim_padding(as_text(bytes))) + "]";
  switch (element.vr()) {
    case VR::US:
      return numbers<std::uint16_t, std::uint16_t>(bytes, big);
    case VR::SS:
      return numbers<std::uint16_t, std::int16_t>(bytes, big);
    case VR::UL:
      return numbers<std::uint32_t, std::uint32_t>(bytes, big);
    case VR::SL:
      return numbers<std::uint32_t, std::int32_t>(bytes, big);
    case VR::UV:
      return numbers<std::uint64_t, std::uint64_t>(bytes, big);
    case VR::SV:
      return numbers<std::uint64_t, std::int64_t>(bytes, big);
    case VR::FL:
      return numbers<std::uint32_t, float>(bytes, big);
    case VR::FD:
      return numbers<std::uint64_t, double>(bytes, big);
    case VR::AT:
      return tags_text(bytes, big);
    default:
      return binary(bytes);
  }
}

}  // namespace

std::string value_text(const dicom::DataSet& data_set, const dicom::Element& element, bool phi) {
  if (element.is_delimiter() || element.is_item()) return {};
  if (element.vr() == VR::SQ || element.undefined_length()) return {};
  if (element.length == 0) return "(no value)";
  if (!phi && (element.vr() == VR::PN || element.tag.group() == 0x0010))
    return "(hidden; --phi shows it)";
  std::string text = raw_text(data_set, element);
  if (text.size() > kValueShown) text = text.substr(0, kValueShown) + "...";
  return text;
}

}  // namespace slipring::cli

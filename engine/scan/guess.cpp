#include "engine/scan/guess.h"

#include <algorithm>

namespace slipring::scan {

using dicom::Tag;
using dicom::VR;

namespace {

constexpr Mode kModes[] = {Mode::ExplicitLittle, Mode::ImplicitLittle, Mode::ExplicitBig};
constexpr std::uint32_t kShownMax = 64;  // bytes of a text value looked at
// Data sets begin with one of the low groups; read in the wrong byte order these are 0x0200 and
// more.
constexpr std::uint16_t kFirstGroupMax = 0x00FF;

bool legal_group(dicom::Tag tag) {
  const unsigned group = tag.group();
  return group != 0 && group < 0xFFFC && ((group & 1U) == 0 || group > 7);
}

bool known_letters(Bytes bytes, std::uint64_t at) {
  const VR vr = dicom::vr_from(bytes[at + 4], bytes[at + 5]);
  return vr != VR::None && vr != VR::Unknown;
}

// One header in one mode; nothing when it makes no sense or is not within the bytes.
std::optional<ElementHeader> header_at(Mode mode, Bytes bytes, std::uint64_t at,
                                       std::uint64_t size) {
  if (at + kShortHeaderBytes > std::min<std::uint64_t>(size, bytes.size())) return std::nullopt;
  ElementHeader header = read_implicit(mode, bytes, at);
  if (header.tag.group() == 0xFFFE) return std::nullopt;
  if (mode == Mode::ImplicitLittle) {
    header.vr = dicom::implicit_vr(header.tag);
  } else {
    if (!known_letters(bytes, at)) return std::nullopt;
    header.vr = dicom::vr_from(bytes[at + 4], bytes[at + 5]);
    if (shape(header.vr).header_bytes == kLongHeaderBytes) {
      if (at + kLongHeaderBytes > std::min<std::uint64_t>(size, bytes.size())) return std::nullopt;
      header.form = dicom::Header::ExplicitLong;
      header.length = load<std::uint32_t>(mode, &bytes[at + 8]);
    } else {
      header.form = dicom::Header::ExplicitShort;
      header.length = load<std::uint16_t>(mode, &bytes[at + 6]);
    }
  }
  if (header.undefined_length())
    return header.vr == VR::SQ || header.vr == VR::UN || header.tag == dicom::tags::PixelData
               ? std::optional(header)
               : std::nullopt;
  if (header.end() > size) return std::nullopt;
  return header;
}

bool first_of_bare(Mode mode, Bytes bytes, std::uint64_t size) {
  const auto first = header_at(mode, bytes, 0, size);
  return first && first->tag.group() <= kFirstGroupMax && legal_group(first->tag) &&
         !first->tag.is_private();
}

// Text holds no control characters but those of PS3.5 6.1.3, except NUL as padding.
bool text_shows(const ElementHeader& header, Bytes bytes) {
  if (!dicom::facts(header.vr).text || header.value() >= bytes.size()) return true;
  const Bytes value = bytes.subspan(
      header.value(),
      std::min<std::uint64_t>({header.length, kShownMax, bytes.size() - header.value()}));
  return std::ranges::all_of(value, [](std::uint8_t byte) {
    return byte >= 0x20 || byte == 0 || byte == '\t' || byte == '\n' || byte == '\f' ||
           byte == '\r' || byte == 0x1B;
  });
}

}  // namespace

Plausibility plausibility(Mode mode, Bytes bytes, std::uint64_t at, std::uint64_t size_bytes,
                          bool strict) {
  Plausibility seen;
  Tag newest;
  const bool in_order = strict || mode == Mode::ImplicitLittle;
  while (seen.elements < kElementsGuessed) {
    if (at == size_bytes) break;
    // Where the head ends nothing speaks against what came before.
    if (at + kLongHeaderBytes > bytes.size() && bytes.size() < size_bytes) break;
    const auto header = header_at(mode, bytes, at, size_bytes);
    if (!header || !text_shows(*header, bytes)) return seen;
    if (in_order && header->tag <= newest) return seen;
    if (strict && !legal_group(header->tag)) return seen;
    ++seen.elements;
    const bool known =
        header->tag.is_group_length() || (dicom::find_in_dictionary(header->tag) != nullptr &&
                                          dicom::vr_agrees(header->tag, header->vr));
    if (known) ++seen.known;
    if (header->undefined_length()) break;
    newest = header->tag;
    at = header->end();
  }
  seen.to_the_end = true;
  seen.whole = at == size_bytes || seen.elements == kElementsGuessed;
  return seen;
}

bool first_fits(Mode mode, Bytes bytes, std::uint64_t at, std::uint64_t size_bytes) {
  const auto header = header_at(mode, bytes, at, size_bytes);
  if (!header || header->tag.group() > kFirstGroupMax || !legal_group(header->tag)) return false;
  return mode != Mode::ImplicitLittle || !known_letters(bytes, at);
}

std::optional<Mode> likely_mode(std::optional<Mode> declared, Bytes bytes, std::uint64_t at,
                                std::uint64_t size_bytes) {
  bytes = bytes.first(std::min<std::uint64_t>(bytes.size(), at + kBytesGuessed));
  std::optional<Mode> best;
  unsigned best_score = 0;
  for (const Mode mode : kModes) {
    const Plausibility seen = plausibility(mode, bytes, at, size_bytes, false);
    const unsigned score = 4 * seen.elements + 4 * seen.known + 2 * (seen.to_the_end ? 1 : 0) +
                           (declared == mode ? 1 : 0);
    if (declared == mode && seen.elements > 0 && seen.whole) return declared;
    if (seen.elements == 0 || score <= best_score) continue;
    best = mode;
    best_score = score;
  }
  return best;
}

bool may_begin_data_set(Bytes bytes, std::uint64_t size_bytes) {
  return std::ranges::any_of(kModes,
                             [&](Mode mode) { return first_of_bare(mode, bytes, size_bytes); });
}

std::optional<Mode> bare_data_set(Bytes bytes, std::uint64_t size_bytes) {
  constexpr unsigned kKnownMin = 3;
  bytes = bytes.first(std::min<std::uint64_t>(bytes.size(), kBytesGuessed));
  for (const Mode mode : kModes) {
    if (!first_of_bare(mode, bytes, size_bytes)) continue;
    const Plausibility seen = plausibility(mode, bytes, 0, size_bytes, true);
    const bool short_and_whole = seen.to_the_end && seen.known >= 2 && mode != Mode::ImplicitLittle;
    if (seen.known < kKnownMin && !short_and_whole) continue;
    // A wrong turn after a few elements is the walk's to report, but most must be known ones.
    if (seen.known * 2 > seen.elements) return mode;
  }
  return std::nullopt;
}

}  // namespace slipring::scan

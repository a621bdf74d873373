#include "codecs/codestream/read_headers.h"

#include <algorithm>
#include <bit>

namespace slipring::codecs::codestream {

namespace {

using namespace jpeg2000_marker;
using namespace marker;

std::unexpected<Error> too_short(const Jpeg2000Segment& segment, std::size_t expected) {
  return fail(ErrorCode::Malformed, segment.offset, "a marker segment is too short", expected,
              segment.payload.size());
}

std::size_t index_bytes(const Siz& siz) { return siz.components.size() < 257 ? 1 : 2; }

// Which component a COC, QCC (or POC) speaks of.
std::uint16_t read_index(const std::uint8_t* at, std::size_t bytes) {
  return bytes == 1 ? *at : load_be<std::uint16_t>(at);
}

Result<std::uint16_t> component_of(const Jpeg2000Segment& segment, const Siz& siz) {
  const std::size_t bytes = index_bytes(siz);
  if (segment.payload.size() < bytes) return too_short(segment, bytes);
  const std::uint16_t c = read_index(segment.payload.data(), bytes);
  if (c >= siz.components.size())
    return fail(ErrorCode::Malformed, segment.offset,
                "a marker segment of a component that is not there", siz.components.size(), c);
  return c;
}

// T.800 Table A.20; T.801 has more wavelets.
Result<void> check_wavelet(const Jpeg2000Segment& segment, std::uint8_t wavelet) {
  if (wavelet <= 1) return {};
  return fail(ErrorCode::Unsupported, segment.offset, "JPEG 2000 with a wavelet of its own (T.801)",
              1, wavelet);
}

// T.800 A.6.1
Result<void> read_cod_segment(const Jpeg2000Segment& segment, Coding& coding) {
  TRY_ASSIGN(const Jpeg2000Cod cod, read_cod(segment));
  const std::uint8_t style = segment.payload[0];
  const std::uint8_t transform = segment.payload[4];
  if (style > 7 || transform > 1)
    return fail(ErrorCode::Unsupported, segment.offset,
                "JPEG 2000 with a coding style or component transform of T.801");
  TRY(check_wavelet(segment, segment.payload[9]));
  if (cod.progression > 4)
    return fail(ErrorCode::Malformed, segment.offset, "a progression order that does not exist", 4,
                cod.progression);
  if (cod.layers == 0)
    return fail(ErrorCode::Malformed, segment.offset, "the codestream has no layers");
  coding.order = static_cast<Progression>(cod.progression);
  coding.layers = cod.layers;
  coding.colour_transform = cod.colour_transform && coding.components.size() >= 3;
  coding.sop = (style & 2U) != 0;
  coding.eph = (style & 4U) != 0;
  for (ComponentCoding& component : coding.components)
    if (!component.own_style) component.style = cod.style;
  return {};
}

// T.800 A.6.2
Result<void> read_coc_segment(const Jpeg2000Segment& segment, const Siz& siz, Coding& coding) {
  TRY_ASSIGN(const std::uint16_t c, component_of(segment, siz));
  const auto components = static_cast<std::uint16_t>(siz.components.size());
  TRY_ASSIGN(const Jpeg2000CodingStyle style, read_coc(segment, components));
  TRY(check_wavelet(segment, segment.payload[index_bytes(siz) + 5]));
  coding.components[c].style = style;
  coding.components[c].own_style = true;
  return {};
}

// T.800 A.6.4: from Sqcd on.
Result<Quantization> read_quantization(const Jpeg2000Segment& segment, Bytes p) {
  if (p.empty()) return too_short(segment, 4);
  Quantization q;
  q.guard_bits = p[0] >> 5U;
  const unsigned style = p[0] & 31U;
  if (style > 2)
    return fail(ErrorCode::Unsupported, segment.offset,
                "JPEG 2000 with a quantization of T.801 or none that exists", 2, style);
  q.style = static_cast<QuantizationStyle>(style);
  p = p.subspan(1);
  const std::size_t each = q.style == QuantizationStyle::None ? 1 : 2;
  std::size_t bands = std::min<std::size_t>(p.size() / each, kBandsMax);
  if (q.style == QuantizationStyle::Derived) bands = std::min<std::size_t>(bands, 1);
  if (bands == 0) return too_short(segment, 4);
  q.bands = static_cast<std::uint8_t>(bands);
  for (std::size_t b = 0; b < bands; ++b) {
    if (each == 1) {
      q.exponent[b] = p[b] >> 3U;
    } else {
      const std::uint16_t step = load_be<std::uint16_t>(&p[2 * b]);
      q.exponent[b] = static_cast<std::uint8_t>(step >> 11U);
      q.mantissa[b] = step & 0x7FFU;
    }
  }
  return q;
}

Result<void> read_qcd_segment(const Jpeg2000Segment& segment, Coding& coding) {
  TRY_ASSIGN(const Quantization q, read_quantization(segment, segment.payload));
  for (ComponentCoding& component : coding.components)
    if (!component.own_quantization) component.quantization = q;
  return {};
}

// T.800 A.6.5
Result<void> read_qcc_segment(const Jpeg2000Segment& segment, const Siz& siz, Coding& coding) {
  TRY_ASSIGN(const std::uint16_t c, component_of(segment, siz));
  TRY_ASSIGN(const Quantization q,
             read_quantization(segment, segment.payload.subspan(index_bytes(siz))));
  coding.components[c].quantization = q;
  coding.components[c].own_quantization = true;
  return {};
}

// T.800 A.6.6. Component indices are one byte up to 256 components, and 0 then means 256.
Result<void> read_poc_segment(const Jpeg2000Segment& segment, const Siz& siz, Coding& coding) {
  const std::size_t index = index_bytes(siz);
  const std::size_t entry = 5 + 2 * index;
  const Bytes p = segment.payload;
  if (p.empty() || p.size() % entry != 0) return too_short(segment, entry);
  for (std::size_t at = 0; at < p.size(); at += entry) {
    const std::uint8_t* e = &p[at];
    ProgressionVolume volume;
    volume.resolution_begin = e[0];
    volume.component_begin = read_index(e + 1, index);
    volume.layer_end = load_be<std::uint16_t>(e + 1 + index);
    volume.resolution_end = e[3 + index];
    volume.component_end = read_index(e + 4 + index, index);
    if (volume.component_end == 0) volume.component_end = index == 1 ? 256 : kComponentsMax;
    const std::uint8_t order = e[4 + 2 * index];
    if (order > 4 || volume.resolution_begin >= volume.resolution_end ||
        volume.component_begin >= volume.component_end || volume.layer_end == 0)
      return fail(ErrorCode::Malformed, segment.offset,
                  "a progression change (POC) contradicts itself");
    volume.order = static_cast<Progression>(order);
    coding.volumes.push_back(volume);
  }
  return {};
}

// T.800 A.6.3: a shift of 0 is no region.
Result<void> refuse_region(const Jpeg2000Segment& segment, const Siz& siz) {
  TRY(component_of(segment, siz));
  const std::size_t shift_at = index_bytes(siz) + 1;
  if (segment.payload.size() <= shift_at) return too_short(segment, shift_at + 1);
  if (segment.payload[shift_at] == 0) return {};
  return fail(ErrorCode::Unsupported, segment.offset, "JPEG 2000 with a region of interest (RGN)",
              0, segment.payload[shift_at]);
}

}  // namespace

// T.800 A.5.1
Result<void> read_siz(const Jpeg2000Segment& segment, const Limits& limits, Siz& siz) {
  const Bytes p = segment.payload;
  if (p.size() < 39) return too_short(segment, 39);
  const auto word = [&](std::size_t at) { return load_be<std::uint32_t>(&p[at]); };
  siz.capabilities = load_be<std::uint16_t>(p.data());
  siz.image = {word(10), word(14), word(2), word(6)};
  siz.tile_width = word(18);
  siz.tile_height = word(22);
  siz.tile_x0 = word(26);
  siz.tile_y0 = word(30);
  const Rect& image = siz.image;
  if (image.empty() || siz.tile_width == 0 || siz.tile_height == 0 || siz.tile_x0 > image.x0 ||
      siz.tile_y0 > image.y0 || std::uint64_t{siz.tile_x0} + siz.tile_width <= image.x0 ||
      std::uint64_t{siz.tile_y0} + siz.tile_height <= image.y0)
    return fail(ErrorCode::Malformed, segment.offset,
                "the image size segment (SIZ) contradicts itself");
  const std::uint32_t components = load_be<std::uint16_t>(&p[34]);
  if (components == 0 || components > kComponentsMax || p.size() < 36 + std::size_t{3} * components)
    return too_short(segment, 36 + std::size_t{3} * components);
  if (components > limits.components_max)
    return fail(ErrorCode::LimitExceeded, segment.offset, "more components than the limit",
                limits.components_max, components);
  if (std::max(image.width(), image.height()) > limits.dimension_max)
    return fail(ErrorCode::LimitExceeded, segment.offset, "the image is larger than the limit",
                limits.dimension_max, std::max(image.width(), image.height()));
  siz.components.clear();
  for (std::size_t c = 0; c < components; ++c) {
    const std::uint8_t* at = &p[36 + 3 * c];
    const auto bits = static_cast<std::uint8_t>((at[0] & 0x7FU) + 1);
    if (bits > kPrecisionMax || at[1] == 0 || at[2] == 0)
      return fail(ErrorCode::Malformed, segment.offset,
                  "a component has an impossible precision or subsampling", kPrecisionMax, bits);
    siz.components.push_back({bits, (at[0] & 0x80U) != 0, at[1], at[2]});
  }
  if (siz.tiles() > limits.tiles_max)
    return fail(ErrorCode::LimitExceeded, segment.offset, "more tiles than the limit",
                limits.tiles_max, siz.tiles());
  return {};
}

// T.800 A.5.2 and T.814 A.3: Pcap says which 16-bit words follow, in order.
Result<void> read_cap(const Jpeg2000Segment& segment, HtCapabilities& ht) {
  const Bytes p = segment.payload;
  if (p.size() < 4) return too_short(segment, 4);
  const std::uint32_t parts = load_be<std::uint32_t>(p.data());
  const auto words = static_cast<std::size_t>(std::popcount(parts));
  if (p.size() < 4 + 2 * words) return too_short(segment, 4 + 2 * words);
  if ((parts & kPcapHt) == 0) return {};
  const auto before = static_cast<std::size_t>(std::popcount(parts & ~(2 * kPcapHt - 1)));
  const std::uint16_t word = load_be<std::uint16_t>(&p[4 + 2 * before]);
  ht.present = true;
  ht.ht_only = word >> 14U == 0;
  ht.declared_sets = word >> 14U == 2;
  ht.multiple_sets = (word & 1U << 13U) != 0;
  ht.region_of_interest = (word & 1U << 12U) != 0;
  ht.heterogeneous = (word & 1U << 11U) != 0;
  ht.irreversible = (word & 1U << 5U) != 0;
  ht.magnitude_bits = static_cast<std::uint8_t>(magnitude_bits_of(word & 31U));
  return {};
}

Result<bool> read_coding(const Jpeg2000Segment& segment, const Siz& siz, Coding& coding) {
  switch (segment.marker) {
    case kCod:
      TRY(read_cod_segment(segment, coding));
      return true;
    case kCoc:
      TRY(read_coc_segment(segment, siz, coding));
      return true;
    case kQcd:
      TRY(read_qcd_segment(segment, coding));
      return true;
    case kQcc:
      TRY(read_qcc_segment(segment, siz, coding));
      return true;
    case kPoc:
      TRY(read_poc_segment(segment, siz, coding));
      return true;
    case kRgn:
      TRY(refuse_region(segment, siz));
      return true;
    default:
      return false;
  }
}

Result<void> check_coding(const Siz& siz, const Coding& coding, std::uint64_t offset) {
  for (const ComponentCoding& component : coding.components) {
    const Jpeg2000CodingStyle& style = component.style;
    if ((style.block_style & kHtMixed) != 0)
      return fail(ErrorCode::Unsupported, offset,
                  "JPEG 2000 with both HT and other code-blocks in one component");
    const Quantization& q = component.quantization;
    if (q.style == QuantizationStyle::Derived) continue;
    const std::uint64_t bands = 3U * style.levels + 1U;
    if (q.bands < bands)
      return fail(ErrorCode::Malformed, offset, "a band has no quantization (QCD, QCC)", bands,
                  q.bands);
  }
  if (!coding.colour_transform) return {};
  for (std::size_t c = 1; c < 3; ++c)
    if (coding.components[c].style.reversible != coding.components[0].style.reversible ||
        siz.components[c].dx != siz.components[0].dx ||
        siz.components[c].dy != siz.components[0].dy)
      return fail(ErrorCode::Malformed, offset,
                  "a colour transform of components with different sizes or wavelets");
  return {};
}

Result<void> check_marker(const Jpeg2000Segment& segment) {
  if (segment.marker >= 0xFF70 && segment.marker <= 0xFF7F)
    return fail(ErrorCode::Unsupported, segment.offset, "JPEG 2000 with an extension of T.801", 0,
                segment.marker);
  // T.800 Table A.2: delimiting markers have their places, and none is within a header.
  if (segment.marker == kSoc || (segment.marker >= kSot && segment.marker <= kSod) ||
      segment.marker == kEoc)
    return fail(ErrorCode::Malformed, segment.offset, "a marker that has no place in a header", 0,
                segment.marker);
  return {};
}

bool is_sound_tlm(Bytes payload) {
  if (payload.size() < 2) return false;
  const unsigned index = payload[1] >> 4U & 3U;
  const unsigned length = (payload[1] >> 6U & 1U) != 0 ? 4 : 2;
  return index != 3 && (payload.size() - 2) % (index + length) == 0;
}

}  // namespace slipring::codecs::codestream

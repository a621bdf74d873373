#include "codecs/codestream/write_headers.h"

#include <algorithm>

#include "codecs/base/contract.h"
#include "codecs/codestream/read_headers.h"
#include "codecs/jpeg2000_markers.h"

namespace slipring::codecs::codestream {

namespace {

using namespace jpeg2000_marker;
using namespace marker;

constexpr std::size_t kCommentBytesMax = 65531;
constexpr unsigned kRcomLatin = 1;  // T.800 Table A.41

// A marker segment whose length is written when it is complete.
class Segment16 {
 public:
  Segment16(Buffer& out, std::uint16_t marker) : out_(out) {
    append_u16(out, marker);
    at_ = out.size();
    append_u16(out, 0);
  }
  Segment16(const Segment16&) = delete;
  Segment16& operator=(const Segment16&) = delete;
  ~Segment16() { store_be(out_.data() + at_, static_cast<std::uint16_t>(out_.size() - at_)); }

 private:
  Buffer& out_;
  std::size_t at_ = 0;
};

void append_u8(Buffer& out, unsigned value) { out.append(static_cast<std::uint8_t>(value)); }

// T.800 Table A.15, from the levels on.
void append_style(const Jpeg2000CodingStyle& style, Buffer& out) {
  append_u8(out, style.levels);
  append_u8(out, style.block_width_exponent - 2U);
  append_u8(out, style.block_height_exponent - 2U);
  append_u8(out, style.block_style);
  append_u8(out, style.reversible ? 1 : 0);
  if (!style.own_precincts) return;
  out.append(Bytes{style.precinct.data(), style.levels + std::size_t{1}});
}

void append_quantization(const Quantization& q, unsigned levels, Buffer& out) {
  append_u8(out, static_cast<unsigned>(q.guard_bits) << 5U | static_cast<unsigned>(q.style));
  const unsigned bands = q.style == QuantizationStyle::Derived ? 1 : 3 * levels + 1;
  EXPECTS(q.bands >= bands);
  for (unsigned b = 0; b < bands; ++b) {
    if (q.style == QuantizationStyle::None)
      append_u8(out, static_cast<unsigned>(q.exponent[b]) << 3U);
    else
      append_u16(out, static_cast<unsigned>(q.exponent[b]) << 11U | q.mantissa[b]);
  }
}

void append_index(std::size_t component, std::size_t components, Buffer& out) {
  if (components < 257)
    append_u8(out, static_cast<unsigned>(component));
  else
    append_u16(out, static_cast<std::uint32_t>(component));
}

bool same_style(const Jpeg2000CodingStyle& a, const Jpeg2000CodingStyle& b) {
  return a.levels == b.levels && a.block_width_exponent == b.block_width_exponent &&
         a.block_height_exponent == b.block_height_exponent && a.block_style == b.block_style &&
         a.reversible == b.reversible && a.own_precincts == b.own_precincts &&
         std::equal(a.precinct.begin(), a.precinct.begin() + a.levels + 1, b.precinct.begin());
}

bool same_quantization(const Quantization& a, const Quantization& b) {
  return a.style == b.style && a.guard_bits == b.guard_bits && a.bands == b.bands &&
         a.exponent == b.exponent && a.mantissa == b.mantissa;
}

}  // namespace

void append_u16(Buffer& out, std::uint32_t value) {
  out.resize(out.size() + 2);
  store_be(out.data() + out.size() - 2, static_cast<std::uint16_t>(value));
}

void append_u32(Buffer& out, std::uint32_t value) {
  out.resize(out.size() + 4);
  store_be(out.data() + out.size() - 4, value);
}

// T.800 A.5.1
void write_siz(const Parameters& parameters, Buffer& out) {
  const Siz& siz = parameters.siz;
  const Segment16 segment(out, kSiz);
  append_u16(out, siz.capabilities | (parameters.high_throughput() ? kRsizHt : 0U));
  for (const std::uint32_t value : {siz.image.x1, siz.image.y1, siz.image.x0, siz.image.y0,
                                    siz.tile_width, siz.tile_height, siz.tile_x0, siz.tile_y0})
    append_u32(out, value);
  append_u16(out, static_cast<std::uint32_t>(siz.components.size()));
  for (const ComponentSize& c : siz.components) {
    append_u8(out, (c.precision_bits - 1U) | (c.is_signed ? 0x80U : 0U));
    append_u8(out, c.dx);
    append_u8(out, c.dy);
  }
}

void write_cap(const Coding& coding, Buffer& out) {
  const bool irreversible = std::ranges::any_of(
      coding.components, [](const ComponentCoding& c) { return !c.style.reversible; });
  const Segment16 segment(out, kCap);
  append_u32(out, kPcapHt);
  append_u16(out, (irreversible ? 1U << 5U : 0U) | magb_bits(magnitude_bits(coding)));
}

void write_coding(const Coding& coding, Buffer& out) {
  const ComponentCoding& first = coding.components[0];
  {
    const Segment16 segment(out, kCod);
    append_u8(out, first.style.own_precincts ? 1 : 0);
    append_u8(out, static_cast<unsigned>(coding.order));
    append_u16(out, coding.layers);
    append_u8(out, coding.colour_transform ? 1 : 0);
    append_style(first.style, out);
  }
  {
    const Segment16 segment(out, kQcd);
    append_quantization(first.quantization, first.style.levels, out);
  }
  const std::size_t components = coding.components.size();
  for (std::size_t c = 1; c < components; ++c) {
    const ComponentCoding& other = coding.components[c];
    const bool other_style = !same_style(first.style, other.style);
    if (other_style) {
      const Segment16 segment(out, kCoc);
      append_index(c, components, out);
      append_u8(out, other.style.own_precincts ? 1 : 0);
      append_style(other.style, out);
    }
    if (other_style || !same_quantization(first.quantization, other.quantization)) {
      const Segment16 segment(out, kQcc);
      append_index(c, components, out);
      append_quantization(other.quantization, other.style.levels, out);
    }
  }
}

void write_comment(std::string_view text, Buffer& out) {
  if (text.empty()) return;
  const Segment16 segment(out, kCom);
  append_u16(out, kRcomLatin);
  out.append(as_bytes(text.substr(0, kCommentBytesMax)));
}

}  // namespace slipring::codecs::codestream

#include "tests/codecs/codestream/plain_encoder.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "codecs/codestream/progression.h"
#include "codecs/codestream/write_headers.h"

namespace slipring::codecs::codestream::test {

namespace {

class Bits {
 public:
  void put(unsigned bit) { bits_.push_back(bit != 0); }
  void put(std::uint64_t value, unsigned count) {
    for (unsigned i = count; i-- > 0;) put(static_cast<unsigned>(value >> i & 1U));
  }
  // T.800 B.10.1
  [[nodiscard]] std::vector<std::uint8_t> stuffed() const {
    std::vector<std::uint8_t> bytes;
    std::size_t at = 0;
    while (at < bits_.size() || (!bytes.empty() && bytes.back() == 0xFF)) {
      const unsigned room = !bytes.empty() && bytes.back() == 0xFF ? 7 : 8;
      unsigned byte = 0;
      for (unsigned i = 0; i < room; ++i, ++at)
        byte = byte << 1U | (at < bits_.size() && bits_[at] ? 1U : 0U);
      bytes.push_back(static_cast<std::uint8_t>(byte));
    }
    return bytes;
  }

 private:
  std::vector<bool> bits_;
};

// T.800 B.10.2, with a node for each (level, x, y).
class TagTree {
 public:
  TagTree(std::uint32_t wide, std::uint32_t high, const std::vector<unsigned>& leaves) {
    std::vector<unsigned> values = leaves;
    for (unsigned level = 0;; ++level) {
      for (std::uint32_t y = 0; y < high; ++y)
        for (std::uint32_t x = 0; x < wide; ++x)
          nodes_[{level, x, y}] = {values[y * wide + x], 0, false};
      levels_ = level + 1;
      if (wide == 1 && high == 1) return;
      const std::uint32_t up_wide = (wide + 1) / 2;
      const std::uint32_t up_high = (high + 1) / 2;
      std::vector<unsigned> up(std::size_t{up_wide} * up_high, ~0U);
      for (std::uint32_t y = 0; y < high; ++y)
        for (std::uint32_t x = 0; x < wide; ++x) {
          unsigned& value = up[y / 2 * up_wide + x / 2];
          value = std::min(value, values[y * wide + x]);
        }
      values = up;
      wide = up_wide;
      high = up_high;
    }
  }
  // Says whether the leaf's value is below `threshold`, as far as it was not said before.
  void say(std::uint32_t x, std::uint32_t y, unsigned threshold, Bits& bits) {
    unsigned low = 0;
    for (unsigned level = levels_; level-- > 0;) {
      Node& node = nodes_[{level, x >> level, y >> level}];
      node.low = std::max(node.low, low);
      while (node.low < threshold && !node.said) {
        if (node.low < node.value) {
          bits.put(0);
          ++node.low;
        } else {
          bits.put(1);
          node.said = true;
        }
      }
      low = node.low;
    }
  }

 private:
  struct Node {
    unsigned value = 0;
    unsigned low = 0;
    bool said = false;
  };
  std::map<std::tuple<unsigned, std::uint32_t, std::uint32_t>, Node> nodes_;
  unsigned levels_ = 0;
};

void put_passes(unsigned passes, Bits& bits) {  // T.800 Table B.4
  if (passes == 1) bits.put(0, 1);
  if (passes == 2) bits.put(2, 2);
  if (passes >= 3 && passes <= 5) bits.put(12 + passes - 3, 4);
  if (passes >= 6 && passes <= 36) bits.put(0x1E0 + passes - 6, 9);
  if (passes >= 37) bits.put(0xFF80 + passes - 37, 16);
}

unsigned log2_floor(unsigned value) {
  unsigned log = 0;
  while (value >>= 1U) ++log;
  return log;
}

// The state of a precinct's band between its layers.
struct BandState {
  BlockRange range;
  TagTree inclusion;
  TagTree planes;
  std::vector<bool> included;
  std::vector<unsigned> lblock;
};

class Encoder {
 public:
  Encoder(const Siz& siz, const Tile& tile, const std::vector<PlainBlock>& blocks)
      : siz_(siz), tile_(tile), blocks_(blocks) {}

  std::vector<PlainPacket> run() {
    std::vector<ProgressionVolume> volumes = tile_.coding->volumes;
    if (volumes.empty()) volumes.push_back(whole_volume(*tile_.coding));
    for (const ProgressionVolume& volume : volumes) walk(volume);
    return packets_;
  }

 private:
  using Visit = std::function<void(unsigned, unsigned, std::uint32_t, std::uint32_t)>;

  // T.800 B.12.1.3: the precinct of (r, c) whose turn is at (x, y), or none.
  bool turn(unsigned r, unsigned c, std::uint64_t x, std::uint64_t y, std::uint32_t& k) const {
    const TileComponent& component = tile_.components[c];
    if (r > component.levels) return false;
    const Resolution& res = tile_.resolutions[component.first_resolution + r];
    if (res.precincts_wide * res.precincts_high == 0) return false;
    const unsigned down = component.levels - r;
    const auto at = [&](std::uint64_t v, std::uint64_t sub, unsigned pp, std::uint64_t first,
                        std::uint64_t begin) {
      return v % (sub << (pp + down)) == 0 ||
             (v == first && (begin << down) % (std::uint64_t{1} << (pp + down)) != 0);
    };
    const std::uint64_t dx = siz_.components[c].dx;
    const std::uint64_t dy = siz_.components[c].dy;
    const unsigned ppx = res.precinct_width_exponent;
    const unsigned ppy = res.precinct_height_exponent;
    if (!at(y, dy, ppy, tile_.rect.y0, res.rect.y0)) return false;
    if (!at(x, dx, ppx, tile_.rect.x0, res.rect.x0)) return false;
    const auto cell = [&](std::uint64_t v, std::uint64_t sub, unsigned pp, std::uint64_t begin) {
      const std::uint64_t step = sub << down;
      return ((v + step - 1) / step >> pp) - (begin >> pp);
    };
    k = static_cast<std::uint32_t>(cell(x, dx, ppx, res.rect.x0) +
                                   res.precincts_wide * cell(y, dy, ppy, res.rect.y0));
    return true;
  }

  void walk(const ProgressionVolume& v) {
    const unsigned r1 = std::min<unsigned>(v.resolution_end, kLevelsMax + 1);
    const auto c1 =
        static_cast<unsigned>(std::min<std::size_t>(v.component_end, tile_.components.size()));
    const auto layers = [&](unsigned r, unsigned c, std::uint32_t k) {
      for (unsigned l = 0; l < v.layer_end; ++l) packet(r, c, k, l);
    };
    const auto all_k = [&](unsigned r, unsigned c, unsigned l) {
      if (r > tile_.components[c].levels) return;
      const Resolution& res = tile_.resolutions[tile_.components[c].first_resolution + r];
      for (std::uint32_t k = 0; k < res.precincts_wide * res.precincts_high; ++k)
        packet(r, c, k, l);
    };
    const auto positions = [&](const std::function<void(std::uint32_t, std::uint32_t)>& visit) {
      for (std::uint32_t y = tile_.rect.y0; y < tile_.rect.y1; ++y)
        for (std::uint32_t x = tile_.rect.x0; x < tile_.rect.x1; ++x) visit(x, y);
    };
    std::uint32_t k = 0;
    switch (v.order) {
      case Progression::Lrcp:
        for (unsigned l = 0; l < v.layer_end; ++l)
          for (unsigned r = v.resolution_begin; r < r1; ++r)
            for (unsigned c = v.component_begin; c < c1; ++c) all_k(r, c, l);
        break;
      case Progression::Rlcp:
        for (unsigned r = v.resolution_begin; r < r1; ++r)
          for (unsigned l = 0; l < v.layer_end; ++l)
            for (unsigned c = v.component_begin; c < c1; ++c) all_k(r, c, l);
        break;
      case Progression::Rpcl:
        for (unsigned r = v.resolution_begin; r < r1; ++r)
          positions([&](std::uint32_t x, std::uint32_t y) {
            for (unsigned c = v.component_begin; c < c1; ++c)
              if (turn(r, c, x, y, k)) layers(r, c, k);
          });
        break;
      case Progression::Pcrl:
        positions([&](std::uint32_t x, std::uint32_t y) {
          for (unsigned c = v.component_begin; c < c1; ++c)
            for (unsigned r = v.resolution_begin; r < r1; ++r)
              if (turn(r, c, x, y, k)) layers(r, c, k);
        });
        break;
      case Progression::Cprl:
        for (unsigned c = v.component_begin; c < c1; ++c)
          positions([&](std::uint32_t x, std::uint32_t y) {
            for (unsigned r = v.resolution_begin; r < r1; ++r)
              if (turn(r, c, x, y, k)) layers(r, c, k);
          });
        break;
    }
  }

  std::vector<BandState>& states(unsigned r, unsigned c, std::uint32_t k) {
    auto& found = states_[{r, c, k}];
    if (!found.empty()) return found;
    const Resolution& res = tile_.resolutions[tile_.components[c].first_resolution + r];
    for (const Band& band : tile_.bands_of(res)) {
      const BlockRange range = blocks_of_precinct(res, band, k);
      std::vector<unsigned> first;
      std::vector<unsigned> planes;
      for (std::uint32_t y = 0; y < range.high; ++y)
        for (std::uint32_t x = 0; x < range.wide; ++x) {
          const PlainBlock& b = block(band, range, x, y);
          unsigned l = 0;
          while (l < b.layers.size() && b.layers[l].passes == 0) ++l;
          first.push_back(l);
          planes.push_back(b.zero_bit_planes);
        }
      if (first.empty()) first = planes = {0};
      const std::uint32_t wide = std::max(range.wide, 1U);
      const std::uint32_t high = std::max(range.high, 1U);
      found.push_back({range,
                       {wide, high, first},
                       {wide, high, planes},
                       std::vector<bool>(first.size(), false),
                       std::vector<unsigned>(first.size(), 3)});
    }
    return found;
  }

  const PlainBlock& block(const Band& band, const BlockRange& range, std::uint32_t x,
                          std::uint32_t y) const {
    return blocks_[band.first_block + (range.y0 + y) * band.blocks_wide + range.x0 + x];
  }

  void packet(unsigned r, unsigned c, std::uint32_t k, unsigned layer) {
    if (!done_.insert({r, c, k, layer}).second) return;  // in an earlier progression volume
    PlainPacket packet;
    packet.resolution = r;
    packet.component = c;
    packet.position = k;
    packet.layer = layer;
    const Resolution& res = tile_.resolutions[tile_.components[c].first_resolution + r];
    Bits bits;
    bits.put(1, 1);
    bool anything = false;
    auto& bands = states(r, c, k);
    for (std::size_t b = 0; b < bands.size(); ++b) {
      BandState& state = bands[b];
      const Band& band = tile_.bands[res.first_band + b];
      for (std::uint32_t y = 0; y < state.range.high; ++y)
        for (std::uint32_t x = 0; x < state.range.wide; ++x) {
          const Share& share = block(band, state.range, x, y).layers[layer];
          anything = anything || share.passes != 0;
          put_block(block(band, state.range, x, y), share, state, x, y, layer, bits);
          packet.body.insert(packet.body.end(), share.bytes.begin(), share.bytes.end());
        }
    }
    packet.header = bits.stuffed();
    if (!anything && layer == 0) packet.header = {0};  // the trees keep what they then did not say
    if (!anything && layer == 0) states_.erase({r, c, k});
    packets_.push_back(packet);
  }

  void put_block(const PlainBlock& block, const Share& share, BandState& state, std::uint32_t x,
                 std::uint32_t y, unsigned layer, Bits& bits) {
    const std::size_t i = std::size_t{y} * state.range.wide + x;
    if (state.included[i]) {
      bits.put(share.passes != 0 ? 1 : 0);
    } else {
      state.inclusion.say(x, y, layer + 1, bits);
    }
    if (share.passes == 0) return;
    if (!state.included[i]) state.planes.say(x, y, block.zero_bit_planes + 1, bits);
    state.included[i] = true;
    put_passes(share.passes, bits);
    unsigned need = state.lblock[i];
    for (const LengthField& field : share.lengths)
      while (field.length >> (need + log2_floor(field.passes)) != 0) ++need;
    for (; state.lblock[i] < need; ++state.lblock[i]) bits.put(1);
    bits.put(0);
    for (const LengthField& field : share.lengths)
      bits.put(field.length, need + log2_floor(field.passes));
  }

  const Siz& siz_;
  const Tile& tile_;
  const std::vector<PlainBlock>& blocks_;
  std::map<std::tuple<unsigned, unsigned, std::uint32_t>, std::vector<BandState>> states_;
  std::set<std::tuple<unsigned, unsigned, std::uint32_t, unsigned>> done_;
  std::vector<PlainPacket> packets_;
};

void append(std::vector<std::uint8_t>& to, const std::vector<std::uint8_t>& from) {
  to.insert(to.end(), from.begin(), from.end());
}
void append_number(std::vector<std::uint8_t>& to, std::uint64_t value, unsigned bytes) {
  for (unsigned i = bytes; i-- > 0;) to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

}  // namespace

std::vector<PlainPacket> plain_packets(const Siz& siz, const Tile& tile,
                                       const std::vector<PlainBlock>& blocks) {
  return Encoder(siz, tile, blocks).run();
}

namespace {

std::vector<std::uint8_t> main_header(const Parameters& parameters) {
  Buffer out;
  append_u16(out, 0xFF4F);
  write_siz(parameters, out);
  if (parameters.high_throughput()) write_cap(parameters.coding, out);
  const std::size_t cod = out.size();
  write_coding(parameters.coding, out);
  if (parameters.coding.sop) out.data()[cod + 4] |= 2;
  if (parameters.coding.eph) out.data()[cod + 4] |= 4;
  return {out.data(), out.data() + out.size()};
}

void append_poc(const Coding& coding, std::vector<std::uint8_t>& out) {
  if (coding.volumes.empty()) return;
  append_number(out, 0xFF5F, 2);
  append_number(out, 2 + 7 * coding.volumes.size(), 2);
  for (const ProgressionVolume& v : coding.volumes) {
    append_number(out, v.resolution_begin, 1);
    append_number(out, v.component_begin, 1);
    append_number(out, v.layer_end, 2);
    append_number(out, v.resolution_end, 1);
    append_number(out, v.component_end, 1);
    append_number(out, static_cast<unsigned>(v.order), 1);
  }
}

// Packed headers in marker segments of 100 bytes, so that there are several.
void append_packed(std::uint16_t marker, const std::vector<std::uint8_t>& bytes,
                   std::vector<std::uint8_t>& out) {
  for (std::size_t at = 0, index = 0; at < bytes.size(); at += 100, ++index) {
    const std::size_t count = std::min<std::size_t>(100, bytes.size() - at);
    append_number(out, marker, 2);
    append_number(out, 3 + count, 2);
    append_number(out, index, 1);
    out.insert(out.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
               bytes.begin() + static_cast<std::ptrdiff_t>(at + count));
  }
}

}  // namespace

std::vector<std::uint8_t> plain_codestream(const Parameters& parameters,
                                           const std::vector<PlainPacket>& packets,
                                           const PlainOptions& options) {
  struct Part {
    std::vector<std::uint8_t> headers;
    std::vector<std::uint8_t> body;
  };
  std::vector<Part> parts(1);
  for (std::size_t p = 0; p < packets.size(); ++p) {
    if (p != 0 && p % options.packets_a_part == 0) parts.emplace_back();
    Part& part = parts.back();
    const bool packed = options.headers != HeadersIn::Packets;
    if (parameters.coding.sop) append_number(part.body, 0xFF910004ULL << 16U | (p & 0xFFFFU), 6);
    append(packed ? part.headers : part.body, packets[p].header);
    if (parameters.coding.eph) append_number(packed ? part.headers : part.body, 0xFF92, 2);
    append(part.body, packets[p].body);
  }
  std::vector<std::uint8_t> out = main_header(parameters);
  append_poc(parameters.coding, out);
  if (options.headers == HeadersIn::Ppm) {
    std::vector<std::uint8_t> packed;
    for (const Part& part : parts) {
      append_number(packed, part.headers.size(), 4);
      append(packed, part.headers);
    }
    append_packed(0xFF60, packed, out);
  }
  for (std::size_t p = 0; p < parts.size(); ++p) {
    std::vector<std::uint8_t> segments;
    if (options.headers == HeadersIn::Ppt) {
      append_packed(0xFF61, parts[p].headers, segments);
      // Zppt counts on from part to part.
      std::size_t index = 0;
      for (std::size_t before = 0; before < p; ++before)
        index += (parts[before].headers.size() + 99) / 100;
      for (std::size_t at = 4; at < segments.size(); at += 105, ++index)
        segments[at] = static_cast<std::uint8_t>(index);
    }
    const bool zero = p + 1 == parts.size() && !options.length_of_last_part;
    append_number(out, 0xFF90000A, 4);
    append_number(out, 0, 2);
    append_number(out, zero ? 0 : 14 + segments.size() + parts[p].body.size(), 4);
    append_number(out, p, 1);
    append_number(out, parts.size() < 256 ? parts.size() : 0, 1);
    append(out, segments);
    append_number(out, 0xFF93, 2);
    append(out, parts[p].body);
  }
  append_number(out, 0xFFD9, 2);
  return out;
}

}  // namespace slipring::codecs::codestream::test

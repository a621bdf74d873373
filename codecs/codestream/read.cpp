#include "codecs/codestream/read.h"

#include <algorithm>

#include "codecs/codestream/read_headers.h"

namespace slipring::codecs::codestream {

namespace {

using namespace jpeg2000_marker;
using namespace marker;

constexpr std::uint64_t kCodestreamBytesMax = ~std::uint32_t{0};  // lengths of blocks are 32 bits
constexpr std::uint64_t kPartBytesMin = 14;                       // SOT and SOD, T.800 A.4.2
constexpr std::size_t kSotPayload = 8;

std::uint16_t marker_at(Bytes bytes, std::uint64_t at) {
  return at + 2 <= bytes.size() ? load_be<std::uint16_t>(&bytes[at]) : 0;
}

// T.800 Table A.1: markers without a length, which say nothing; passed over.
std::uint16_t marker_behind_bare(Bytes bytes, std::size_t& at) {
  std::uint16_t marker = marker_at(bytes, at);
  for (; marker >= 0xFF30 && marker <= 0xFF3F; marker = marker_at(bytes, at)) at += 2;
  return marker;
}

}  // namespace

Result<void> Reader::open(Bytes codestream, const Limits& limits) {
  codestream_ = codestream;
  limits_ = limits;
  remarks_ = {};
  at_ = 0;
  segments_seen_ = 0;
  parts_.clear();
  tiles_.clear();
  packed_segments_.clear();
  packed_.clear();
  if (codestream.size() > kCodestreamBytesMax)
    return fail(ErrorCode::LimitExceeded, 0, "a codestream of 4 GiB or more", kCodestreamBytesMax,
                codestream.size());
  TRY(read_main_header());
  TRY(check_tiles());
  tiles_.assign(static_cast<std::size_t>(parameters_.siz.tiles()), {});
  TRY(read_parts());
  TRY(unpack_main());
  return check_parts();
}

Result<void> Reader::check_parts() {
  for (std::uint32_t t = 0; t < tiles_.size(); ++t) {
    const TileEntry& tile = tiles_[t];
    if (tile.parts_seen == 0 && holds_samples(parameters_.siz, t))
      return fail(remarks_.missing_end ? ErrorCode::Truncated : ErrorCode::Malformed, at_,
                  "a tile of the image is missing", t, 0);
    if (tile.parts_said != 0 && tile.parts_said != tile.parts_seen)
      remarks_.inconsistent_lengths = true;
  }
  return {};
}

Result<Jpeg2000Segment> Reader::next_segment(Bytes bytes, std::size_t& at) {
  if (++segments_seen_ > limits_.segments_max)
    return fail(ErrorCode::LimitExceeded, at, "more marker segments than the limit",
                limits_.segments_max, segments_seen_);
  TRY_ASSIGN(const Jpeg2000Segment segment, read_jpeg2000_segment(bytes, at));
  TRY(check_marker(segment));
  return segment;
}

Result<void> Reader::read_main_header() {
  if (marker_at(codestream_, 0) != kSoc)
    return fail(codestream_.size() < 2 ? ErrorCode::Truncated : ErrorCode::Malformed, 0,
                "no JPEG 2000 start (SOC)");
  at_ = 2;
  TRY_ASSIGN(const Jpeg2000Segment siz, next_segment(codestream_, at_));
  if (siz.marker != kSiz)
    return fail(ErrorCode::Malformed, siz.offset,
                "the image size segment (SIZ) does not come first", kSiz, siz.marker);
  TRY(read_siz(siz, limits_, parameters_.siz));
  parameters_.ht = {};
  Coding& coding = parameters_.coding;
  coding.volumes.clear();
  coding.components.assign(parameters_.siz.components.size(), {});
  bool has_cod = false;
  bool has_qcd = false;
  for (;;) {
    const std::uint16_t marker = marker_behind_bare(codestream_, at_);
    if (marker == kSot) break;
    if (marker == kEoc)
      return fail(ErrorCode::Malformed, at_, "the codestream ends before its first tile");
    TRY_ASSIGN(const Jpeg2000Segment segment, next_segment(codestream_, at_));
    TRY(read_main_segment(segment, has_cod, has_qcd));
  }
  if (!has_cod || !has_qcd)
    return fail(ErrorCode::Malformed, at_,
                "the main header has no coding style (COD) or no quantization (QCD)");
  return check_coding(parameters_.siz, coding, at_);
}

Result<void> Reader::read_main_segment(const Jpeg2000Segment& segment, bool& has_cod,
                                       bool& has_qcd) {
  bool* once = segment.marker == kCod ? &has_cod : segment.marker == kQcd ? &has_qcd : nullptr;
  if (segment.marker == kSiz || (once != nullptr && *once))
    return fail(ErrorCode::Malformed, segment.offset,
                "a second segment of a kind that stands once in a header", 0, segment.marker);
  if (once != nullptr) *once = true;
  if (segment.marker == kCap) return read_cap(segment, parameters_.ht);
  if (segment.marker == kPpm) return collect(segment);
  if (segment.marker == kTlm && !is_sound_tlm(segment.payload))
    remarks_.inconsistent_lengths = true;
  TRY(read_coding(segment, parameters_.siz, parameters_.coding));
  TRY(check_layers(parameters_.coding, segment));
  if (segment.marker == kCod && segment.payload[4] != 0 && !parameters_.coding.colour_transform)
    remarks_.transform_ignored = true;
  return {};
}

Result<void> Reader::check_layers(const Coding& coding, const Jpeg2000Segment& segment) const {
  if (coding.layers <= limits_.layers_max) return {};
  return fail(ErrorCode::LimitExceeded, segment.offset, "more layers than the limit",
              limits_.layers_max, coding.layers);
}

Result<void> Reader::check_tiles() const {
  const std::uint64_t tiles = parameters_.siz.tiles();
  const std::uint64_t tile_components = tiles * parameters_.siz.components.size();
  if (tile_components > limits_.tile_components_max)
    return fail(ErrorCode::LimitExceeded, 0, "more components of tiles than the limit",
                limits_.tile_components_max, tile_components);
  const std::uint64_t present = codestream_.size() - at_;
  if (present < tiles * kPartBytesMin)
    return fail(ErrorCode::Truncated, at_, "fewer bytes than the image's tiles need",
                tiles * kPartBytesMin, present);
  return {};
}

Result<void> Reader::read_parts() {
  for (bool more = true; more;) {
    TRY_ASSIGN(more, read_part());
  }
  return {};
}

// The codestream ends here, with EOC or without.
void Reader::end_at(std::uint64_t offset) {
  remarks_.missing_end = marker_at(codestream_, offset) != kEoc;
  remarks_.trailing_bytes = codestream_.size() - offset - (remarks_.missing_end ? 0 : 2);
}

// One tile-part; false when there are no more.
Result<bool> Reader::read_part() {
  const std::uint16_t marker = marker_at(codestream_, at_);
  if (marker != kSot) {
    end_at(at_);
    // A length that leads to no marker: perhaps it is wrong, and the part goes on. Its packets
    // tell.
    if (marker != kEoc && codestream_.size() - at_ >= 2) parts_.back().end = codestream_.size();
    return false;
  }
  if (parts_.size() >= limits_.tile_parts_max)
    return fail(ErrorCode::LimitExceeded, at_, "more tile-parts than the limit",
                limits_.tile_parts_max, parts_.size() + 1);
  TilePart part;
  part.start = at_;
  TRY_ASSIGN(const Jpeg2000Segment sot, read_jpeg2000_segment(codestream_, at_));
  if (sot.payload.size() != kSotPayload)
    return fail(ErrorCode::Malformed, sot.offset, "a tile-part header (SOT) has a wrong length",
                kSotPayload, sot.payload.size());
  const std::uint32_t length = load_be<std::uint32_t>(&sot.payload[2]);
  if (length != 0 && length < kPartBytesMin)
    return fail(ErrorCode::Malformed, sot.offset, "a tile-part is shorter than its header",
                kPartBytesMin, length);
  part.header = at_;
  part.declared_end = length == 0 ? 0 : part.start + length;
  const bool last = length == 0 || part.declared_end > codestream_.size();
  part.end = last ? codestream_.size() : part.declared_end;
  TRY(read_part_header(part));
  TRY(count_part(sot, part));
  at_ = part.end;
  if (!last) return true;
  end_at(at_);
  return false;
}

// To SOD, looking only at what kinds of segments there are.
Result<void> Reader::read_part_header(TilePart& part) {
  const Bytes bytes = codestream_.first(part.end);
  std::size_t at = part.header;
  while (marker_behind_bare(bytes, at) != kSod) {
    TRY_ASSIGN(const Jpeg2000Segment segment, next_segment(bytes, at));
    if (segment.marker == kPpm || segment.marker == kSiz || segment.marker == kTlm)
      return fail(ErrorCode::Malformed, segment.offset,
                  "a segment of the main header in a tile-part", 0, segment.marker);
    switch (segment.marker) {
      case kCod:
      case kCoc:
      case kQcd:
      case kQcc:
      case kRgn:
      case kPoc:
      case kPpt:
        part.own_segments = true;
        break;
      default:
        break;
    }
  }
  part.body = at + 2;
  return {};
}

// The parts of a tile come in order (T.800 A.4.2), and all that say how many there are say the
// same.
Result<void> Reader::count_part(const Jpeg2000Segment& sot, const TilePart& part) {
  const std::uint16_t index = load_be<std::uint16_t>(sot.payload.data());
  const std::uint8_t number = sot.payload[6];
  const std::uint8_t said = sot.payload[7];
  if (index >= tiles_.size())
    return fail(ErrorCode::Malformed, sot.offset, "a tile-part of a tile that is not there",
                tiles_.size(), index);
  TileEntry& tile = tiles_[index];
  if (number != (tile.parts_seen & 0xFFU))
    return fail(ErrorCode::Malformed, sot.offset, "a tile's parts are out of order",
                tile.parts_seen, number);
  // Kakadu 4 wrote one too few: the last part's number is then how many there are said to be.
  if (said != 0 && (number > said || (tile.parts_said != 0 && tile.parts_said != said)))
    return fail(ErrorCode::Malformed, sot.offset, "a tile's numbers of parts contradict each other",
                tile.parts_said, said);
  parts_.push_back(part);
  const auto here = static_cast<std::uint32_t>(parts_.size());
  (tile.last_part == 0 ? tile.first_part : parts_[tile.last_part - 1].next) = here;
  tile.last_part = here;
  ++tile.parts_seen;
  if (said != 0) tile.parts_said = said;
  tile.own_segments = tile.own_segments || part.own_segments;
  return {};
}

// PPM, PPT: T.800 A.7.4, A.7.5.
Result<void> Reader::collect(const Jpeg2000Segment& segment) {
  if (segment.payload.empty())
    return fail(ErrorCode::Malformed, segment.offset, "a segment of packet headers is empty");
  packed_segments_.push_back({segment.payload[0], segment.payload.subspan(1)});
  return {};
}

// Their bytes in the order of their numbers.
Result<void> Reader::join_segments(Buffer& out) {
  out.clear();
  std::ranges::sort(packed_segments_, {}, &PackedSegment::index);
  for (std::size_t i = 0; i < packed_segments_.size(); ++i) {
    if (packed_segments_[i].index != i)
      return fail(ErrorCode::Malformed, at_, "segments of packet headers are missing or doubled", i,
                  packed_segments_[i].index);
    out.append(packed_segments_[i].bytes);
  }
  return {};
}

// PPM: for each tile-part, in the order of the codestream, a length and so many bytes.
Result<void> Reader::unpack_main() {
  if (packed_segments_.empty()) return {};
  TRY(join_segments(packed_));
  std::uint64_t at = 0;
  for (TilePart& part : parts_) {
    if (packed_.size() - at < 4)
      return fail(ErrorCode::Malformed, part.start, "a tile-part has no packet headers (PPM)");
    const std::uint32_t length = load_be<std::uint32_t>(packed_.data() + at);
    at += 4;
    if (length > packed_.size() - at)
      return fail(ErrorCode::Malformed, part.start, "packet headers (PPM) are cut off", length,
                  packed_.size() - at);
    part.packed_at = at;
    part.packed_bytes = length;
    at += length;
  }
  return {};
}

Result<void> Reader::read_tile_segment(const Jpeg2000Segment& segment, bool first, bool& has_cod,
                                       bool& has_qcd, bool& has_poc) {
  if (segment.marker == kPpt) return collect(segment);
  bool* once = segment.marker == kCod ? &has_cod : segment.marker == kQcd ? &has_qcd : nullptr;
  const bool coding = once != nullptr || segment.marker == kCoc || segment.marker == kQcc;
  if ((coding && !first) || (once != nullptr && *once))
    return fail(ErrorCode::Malformed, segment.offset,
                "a coding style or quantization where a tile cannot have one", 0, segment.marker);
  if (once != nullptr) *once = true;
  if (segment.marker == kPoc && !has_poc) {  // a tile's own take the place of the main header's
    tile_coding_.volumes.clear();
    has_poc = true;
  }
  TRY(read_coding(segment, parameters_.siz, tile_coding_));
  return check_layers(tile_coding_, segment);
}

// What the headers of a tile's parts change. A tile's COC goes before its COD, that before the main
// header's COC (T.800 A.6.1).
Result<void> Reader::read_own_segments(const TileEntry& entry) {
  tile_coding_ = parameters_.coding;
  for (ComponentCoding& component : tile_coding_.components) {
    component.own_style = false;
    component.own_quantization = false;
  }
  packed_segments_.clear();
  segments_seen_ = 0;
  bool has_cod = false;
  bool has_qcd = false;
  bool has_poc = false;
  for (std::uint32_t p = entry.first_part; p != 0; p = parts_[p - 1].next) {
    const TilePart& part = parts_[p - 1];
    const Bytes bytes = codestream_.first(part.body - 2);
    for (std::size_t at = part.header;;) {
      marker_behind_bare(bytes, at);
      if (at >= bytes.size()) break;
      TRY_ASSIGN(const Jpeg2000Segment segment, next_segment(bytes, at));
      TRY(read_tile_segment(segment, p == entry.first_part, has_cod, has_qcd, has_poc));
    }
  }
  TRY(check_coding(parameters_.siz, tile_coding_, parts_[entry.first_part - 1].start));
  return join_segments(tile_packed_);
}

Result<void> Reader::read_tile(std::uint32_t index, unsigned discard_levels, Tile& tile) {
  EXPECTS(index < tiles_.size());
  const TileEntry& entry = tiles_[index];
  if (entry.own_segments) TRY(read_own_segments(entry));
  const Coding& coding = entry.own_segments ? tile_coding_ : parameters_.coding;
  for (const ComponentCoding& component : coding.components)
    if (component.style.levels < discard_levels)
      return fail(ErrorCode::OutOfRange, kNoOffset, "fewer decomposition levels than are discarded",
                  discard_levels, component.style.levels);
  const bool by_tile = entry.own_segments && !tile_packed_.empty();
  if (by_tile && !packed_.empty())
    return fail(ErrorCode::Malformed, parts_[entry.first_part - 1].start,
                "packet headers in the main header (PPM) and in a tile-part (PPT)");
  part_bytes_.clear();
  std::uint64_t present = by_tile ? tile_packed_.size() : 0;
  for (std::uint32_t p = entry.first_part; p != 0; p = parts_[p - 1].next) {
    const TilePart& part = parts_[p - 1];
    const Bytes body = codestream_.subspan(part.body, part.end - part.body);
    part_bytes_.push_back(
        {body, packed_.bytes().subspan(part.packed_at, part.packed_bytes), part.body});
    present += body.size() + part.packed_bytes;
  }
  TRY(lay_out(parameters_.siz, coding, index, present, limits_, tile));
  if (part_bytes_.empty()) return {};
  PacketSource source{part_bytes_, PackedHeaders::None};
  if (!packed_.empty()) source.packed = PackedHeaders::ByPart;
  if (by_tile) {
    source.packed = PackedHeaders::ByTile;
    part_bytes_[0].headers = tile_packed_.bytes();
  }
  TRY_ASSIGN(const PacketsEnd end,
             packets_.read(parameters_.siz, source, discard_levels, limits_, tile));
  if (end.all_read) remark(entry, end);
  return {};
}

// All packets were there; were the lengths right, and is there an end?
void Reader::remark(const TileEntry& entry, const PacketsEnd& end) {
  const TilePart& last = parts_[entry.last_part - 1];
  const std::uint64_t stop = std::max(end.offset, last.body);
  if (last.end == last.declared_end) {
    if (end.left_bytes == 0) return;
    remarks_.inconsistent_lengths = true;
    // A length that counts EOC in.
    if (remarks_.missing_end && marker_at(codestream_, stop) == kEoc) end_at(stop);
    return;
  }
  if (last.declared_end != 0 && last.declared_end != stop) remarks_.inconsistent_lengths = true;
  end_at(stop);
}

}  // namespace slipring::codecs::codestream

#include "codecs/jpeg2000/openjpeg/survey.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace slipring::codecs::jpeg2000 {

namespace {

using namespace jpeg2000_marker;

constexpr std::uint32_t kTilePartBytesMin = 14;  // SOT segment and SOD, T.800 A.4.2
constexpr std::uint8_t kPrecisionMax = 31;       // what OpenJPEG's 32-bit samples hold

constexpr std::uint8_t kHtBlocks = 0x40;  // T.814 A.4
constexpr std::uint8_t kMixedBlocks = 0x80;
constexpr unsigned kShiftMax = 31;  // of OpenJPEG 2.5.0's packet iterator (its issue 1447)

std::uint64_t ceil_shift(std::uint64_t value, unsigned bits) {
  if (bits > 32) bits = 32;
  return (value + (std::uint64_t{1} << bits) - 1) >> bits;
}

// T.800 B.6: precincts of one tile-component; one more a side where tiles do not start at a
// multiple.
std::uint64_t precincts(const Jpeg2000CodingStyle& style, std::uint64_t width,
                        std::uint64_t height) {
  std::uint64_t total = 0;
  for (unsigned r = 0; r <= style.levels; ++r) {
    const unsigned scale = style.levels - r;
    const unsigned exponent_x = style.precinct[r] & 15U;
    const unsigned exponent_y = style.precinct[r] >> 4;
    const std::uint64_t across = ceil_shift(ceil_shift(width, scale), exponent_x) + 1;
    const std::uint64_t down = ceil_shift(ceil_shift(height, scale), exponent_y) + 1;
    total += across * down;
  }
  return total;
}

// T.800 A.4.2: what the tile-parts of one tile have said so far.
struct Tile {
  std::uint32_t parts_seen = 0;
  std::uint8_t parts_said = 0;  // TNsot; 0: not said
};

class Walk {
 public:
  Walk(Bytes codestream, const SurveyLimits& limits) : codestream_(codestream), limits_(limits) {}

  Result<Survey> run() {
    TRY_ASSIGN(seen_.header, read_jpeg2000_header(codestream_));
    TRY(supported(seen_.header));
    TRY(tiles_fit());
    tiles_.assign(seen_.header.tiles, {});
    TRY(main_header());
    std::size_t at = seen_.header.end;
    for (bool more = true; more;) {
      TRY_ASSIGN(more, tile_part(at));
    }
    if (tiles_seen_ != seen_.header.tiles)
      return fail(seen_.ends ? ErrorCode::Malformed : ErrorCode::Truncated, at,
                  "tiles of the image are missing", seen_.header.tiles, tiles_seen_);
    return seen_;
  }

 private:
  Result<void> tiles_fit() {
    const std::uint64_t tiles = seen_.header.tiles;
    if (tiles > limits_.tiles_max)
      return fail(ErrorCode::LimitExceeded, 0, "more tiles than the limit", limits_.tiles_max,
                  tiles);
    const std::uint64_t present = codestream_.size() - seen_.header.end;
    if (present < tiles * kTilePartBytesMin)
      return fail(ErrorCode::Truncated, seen_.header.end, "fewer bytes than the image's tiles need",
                  tiles * kTilePartBytesMin, present);
    return {};
  }

  Result<void> main_header() {
    std::size_t at = 2;
    while (at < seen_.header.end) {
      TRY_ASSIGN(const Jpeg2000Segment segment, read_jpeg2000_segment(codestream_, at));
      TRY(check(segment));
    }
    return {};
  }

  Result<void> check(const Jpeg2000Segment& segment) {
    if (++segments_ > limits_.segments_max)
      return fail(ErrorCode::LimitExceeded, segment.offset, "more marker segments than the limit",
                  limits_.segments_max, segments_);
    if (segment.marker == kPpm)
      return fail(ErrorCode::Unsupported, segment.offset,
                  "JPEG 2000 with packed packet headers (PPM)");
    if (segment.marker >= kMct && segment.marker <= kCbd)
      return fail(ErrorCode::Unsupported, segment.offset,
                  "JPEG 2000 with a multiple component transformation (T.801)");
    if (segment.marker == kCod) {
      TRY_ASSIGN(const Jpeg2000Cod cod, read_cod(segment));
      if (cod.layers == 0)
        return fail(ErrorCode::Malformed, segment.offset, "the codestream has no layers");
      layers_ = std::max(layers_, cod.layers);
      TRY(check_style(segment, cod.style));
    }
    if (segment.marker == kCoc) {
      TRY_ASSIGN(const Jpeg2000CodingStyle style, read_coc(segment, seen_.header.components));
      TRY(check_style(segment, style));
    }
    return {};
  }

  Result<void> check_style(const Jpeg2000Segment& segment, const Jpeg2000CodingStyle& style) {
    TRY(check_blocks(segment, style));
    // T.800 A.6.1: an exponent of 0 only at the lowest resolution.
    for (unsigned r = 1; r <= style.levels; ++r)
      if ((style.precinct[r] & 15) == 0 || (style.precinct[r] >> 4) == 0)
        return fail(ErrorCode::Malformed, segment.offset, "a precinct has no code-blocks");
    const std::uint64_t width = std::min(seen_.header.tile_width, seen_.header.width);
    const std::uint64_t height = std::min(seen_.header.tile_height, seen_.header.height);
    const std::uint64_t count = precincts(style, width, height);
    const std::uint64_t count_max =
        std::max(limits_.precincts_free, width * height / limits_.precinct_samples_min);
    if (count > count_max)
      return fail(ErrorCode::LimitExceeded, segment.offset, "more precincts than the limit",
                  count_max, count);
    precincts_ = std::max(precincts_, count);
    const std::uint64_t packets = precincts_ * layers_ * seen_.header.components;
    const std::uint64_t packets_max =
        std::max(limits_.packets_free, codestream_.size() * limits_.packets_per_byte_max);
    if (packets > packets_max)
      return fail(ErrorCode::LimitExceeded, segment.offset, "more packets than the limit",
                  packets_max, packets);
    return {};
  }

  Result<void> check_blocks(const Jpeg2000Segment& segment, const Jpeg2000CodingStyle& style) {
    const bool high_throughput = (style.block_style & kHtBlocks) != 0;
    if ((style.block_style & kMixedBlocks) != 0 ||
        high_throughput_.value_or(high_throughput) != high_throughput)
      return fail(ErrorCode::Unsupported, segment.offset,
                  "JPEG 2000 with both HT and other code-blocks");
    high_throughput_ = high_throughput;
    for (unsigned r = 0; r <= style.levels; ++r) {
      const unsigned exponent =
          std::max<unsigned>(style.precinct[r] & 15U, style.precinct[r] >> 4U);
      if (exponent + style.levels - r >= kShiftMax)
        return fail(ErrorCode::Unsupported, segment.offset,
                    "JPEG 2000 with more decomposition levels than OpenJPEG can follow", kShiftMax,
                    exponent + style.levels - r);
    }
    return {};
  }

  // The parts of a tile come in order, and all that say how many there are say the same.
  Result<void> count_part(const Jpeg2000Segment& sot, Tile& tile) {
    const std::uint8_t index = sot.payload[6];
    const std::uint8_t said = sot.payload[7];
    if (index != tile.parts_seen)
      return fail(ErrorCode::Malformed, sot.offset, "a tile's parts are out of order",
                  tile.parts_seen, index);
    // Kakadu 4 counts one too few: TPsot == TNsot for the last part is let pass.
    if (said != 0 && (index > said || (tile.parts_said != 0 && tile.parts_said != said)))
      return fail(ErrorCode::Malformed, sot.offset,
                  "a tile's numbers of parts contradict each other", tile.parts_said, said);
    if (tile.parts_seen == 0) ++tiles_seen_;
    ++tile.parts_seen;
    if (said != 0) tile.parts_said = said;
    return {};
  }

  // One tile-part, or what follows the last one; false then.
  Result<bool> tile_part(std::size_t& at) {
    if (codestream_.size() - at < 2) return finish(at, false);
    const std::uint16_t marker = load_be<std::uint16_t>(&codestream_[at]);
    if (marker == kEoc) return finish(at + 2, true);
    if (marker != kSot)
      return fail(ErrorCode::Malformed, at, "neither a tile-part (SOT) nor the end (EOC)", kSot,
                  marker);
    if (++tile_parts_ > limits_.tile_parts_max)
      return fail(ErrorCode::LimitExceeded, at, "more tile-parts than the limit",
                  limits_.tile_parts_max, tile_parts_);
    const std::size_t start = at;
    TRY_ASSIGN(const Jpeg2000Segment sot, read_jpeg2000_segment(codestream_, at));
    if (sot.payload.size() != 8)
      return fail(ErrorCode::Malformed, start, "a tile-part header (SOT) has a wrong length", 8,
                  sot.payload.size());
    const std::uint16_t tile = load_be<std::uint16_t>(&sot.payload[0]);
    const std::uint32_t length = load_be<std::uint32_t>(&sot.payload[2]);
    if (tile >= seen_.header.tiles)
      return fail(ErrorCode::Malformed, start, "a tile-part of a tile that is not there",
                  seen_.header.tiles, tile);
    if (length != 0 && length < kTilePartBytesMin)
      return fail(ErrorCode::Malformed, start, "a tile-part is shorter than its header",
                  kTilePartBytesMin, length);
    if (length > codestream_.size() - start)
      return fail(ErrorCode::Truncated, start, "the bytes end in a tile-part", length,
                  codestream_.size() - start);
    TRY(count_part(sot, tiles_[tile]));
    TRY(tile_header(at, length == 0 ? codestream_.size() : start + length));
    if (length == 0) return last_tile_part();
    at = start + length;
    return true;
  }

  Result<void> tile_header(std::size_t at, std::size_t end) {
    for (;;) {
      if (end - at < 2) return fail(ErrorCode::Truncated, at, "a tile-part ends in its header");
      if (load_be<std::uint16_t>(&codestream_[at]) == kSod) return {};
      TRY_ASSIGN(const Jpeg2000Segment segment, read_jpeg2000_segment(codestream_.first(end), at));
      TRY(check(segment));
    }
  }

  // Psot 0, T.800 A.4.2: the tile-part goes on to EOC, behind which one pad byte may stand.
  Result<bool> last_tile_part() {
    const std::size_t size = codestream_.size();
    for (const std::size_t back : {std::size_t{2}, std::size_t{3}})
      if (size >= back && load_be<std::uint16_t>(&codestream_[size - back]) == kEoc)
        return finish(size - back + 2, true);
    return fail(ErrorCode::Truncated, size, "the codestream has no end (EOC)");
  }

  Result<bool> finish(std::size_t end, bool ends) {
    seen_.ends = ends;
    seen_.end = end;
    return false;
  }

  Bytes codestream_;
  SurveyLimits limits_;
  Survey seen_;
  std::vector<Tile> tiles_;
  std::optional<bool> high_throughput_;
  std::uint64_t tiles_seen_ = 0;
  std::uint64_t tile_parts_ = 0;
  std::uint64_t segments_ = 0;
  std::uint64_t precincts_ = 1;
  std::uint16_t layers_ = 1;
};

}  // namespace

Result<void> supported(const Jpeg2000Header& header) {
  if (header.subsampled)
    return fail(ErrorCode::Unsupported, 0, "JPEG 2000 with subsampled components");
  if (!header.same_components)
    return fail(ErrorCode::Unsupported, 0,
                "JPEG 2000 whose components differ in precision or sign");
  if (header.precision_bits > kPrecisionMax)
    return fail(ErrorCode::Unsupported, 0, "JPEG 2000 with more than 31 bits a sample",
                kPrecisionMax, header.precision_bits);
  return {};
}

Result<Survey> survey(Bytes codestream, const SurveyLimits& limits) {
  return Walk(codestream, limits).run();
}

}  // namespace slipring::codecs::jpeg2000

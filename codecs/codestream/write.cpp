#include "codecs/codestream/write.h"

#include <algorithm>

#include "codecs/base/contract.h"
#include "codecs/codestream/read_headers.h"
#include "codecs/codestream/write_headers.h"
#include "codecs/jpeg2000_markers.h"

namespace slipring::codecs::codestream {

namespace {

using namespace jpeg2000_marker;
using namespace marker;

// T.800 A.7.1: 2 bytes of tile index and 4 of length an entry, so many as a segment can hold.
constexpr unsigned kStlm = 0x60;
constexpr std::uint64_t kEntryBytes = 6;
constexpr std::uint64_t kEntriesASegment = (65535 - 4) / kEntryBytes;
constexpr std::uint64_t kTlmHead = 6;  // marker, length, Ztlm, Stlm
constexpr std::uint64_t kTlmSegmentsMax = 256;

constexpr std::uint8_t kSeveralSegments = kBypass | kTerminateEachPass | kHtMixed;

}  // namespace

void choose(const Choice& choice, Parameters& parameters) {
  EXPECTS(choice.width != 0 && choice.height != 0 && choice.components != 0);
  Siz& siz = parameters.siz;
  siz.capabilities = 0;
  siz.image = {0, 0, choice.width, choice.height};
  siz.tile_x0 = 0;
  siz.tile_y0 = 0;
  siz.tile_width = choice.tile_width != 0 ? choice.tile_width : choice.width;
  siz.tile_height = choice.tile_height != 0 ? choice.tile_height : choice.height;
  siz.components.assign(choice.components, {choice.precision_bits, choice.is_signed, 1, 1});

  ComponentCoding component;
  component.style.levels = choice.levels;
  component.style.block_width_exponent = choice.block_width_exponent;
  component.style.block_height_exponent = choice.block_height_exponent;
  component.style.block_style = choice.ht ? kHt : 0;
  component.style.reversible = choice.reversible;
  component.style.precinct.fill(0xFF);
  component.quantization =
      choice.reversible
          ? reversible_quantization(choice.levels, choice.precision_bits, choice.colour_transform)
          : irreversible_quantization(choice.levels, choice.base_step);
  Coding& coding = parameters.coding;
  coding.order = choice.order;
  coding.layers = 1;
  coding.colour_transform = choice.colour_transform;
  coding.sop = false;
  coding.eph = false;
  coding.components.assign(choice.components, component);
  coding.volumes.clear();
  parameters.ht.present = choice.ht;
}

Result<void> Writer::check() const {
  const Coding& coding = parameters_->coding;
  bool ht = true;
  for (const ComponentCoding& component : coding.components) {
    if ((component.style.block_style & kSeveralSegments) != 0)
      return fail(ErrorCode::Unsupported, kNoOffset, "writing blocks of several segments");
    ht = ht && (component.style.block_style & kHt) != 0;
  }
  if (ht != parameters_->high_throughput())
    return fail(ErrorCode::Unsupported, kNoOffset, "writing HT and other blocks together");
  if (coding.layers != 1 || !coding.volumes.empty() || coding.sop || coding.eph)
    return fail(ErrorCode::Unsupported, kNoOffset, "writing layers, POC, SOP or EPH");
  if (options_.split_at_resolutions &&
      (coding.order == Progression::Pcrl || coding.order == Progression::Cprl))
    return fail(ErrorCode::Unsupported, kNoOffset,
                "a tile-part a resolution in an order that mixes them");
  const std::uint64_t tiles = parameters_->siz.tiles();
  if (tiles > kTilesMax)
    return fail(ErrorCode::OutOfRange, kNoOffset, "more tiles than a codestream can have",
                kTilesMax, tiles);
  if (options_.tile_part_lengths && tiles * parts_a_tile() > kEntriesASegment * kTlmSegmentsMax)
    return fail(ErrorCode::OutOfRange, kNoOffset, "more tile-parts than TLM can list",
                kEntriesASegment * kTlmSegmentsMax, tiles * parts_a_tile());
  return {};
}

std::uint32_t Writer::parts_a_tile() const {
  if (!options_.split_at_resolutions) return 1;
  std::uint32_t resolutions = 1;
  for (const ComponentCoding& component : parameters_->coding.components)
    resolutions = std::max(resolutions, component.style.levels + 1U);
  return resolutions;
}

Result<void> Writer::begin(const Parameters& parameters, const WriteOptions& options, Buffer& out) {
  EXPECTS(!parameters.coding.components.empty() &&
          parameters.coding.components.size() == parameters.siz.components.size());
  out_ = &out;
  parameters_ = &parameters;
  options_ = options;
  parts_written_ = 0;
  out.clear();
  TRY(check());
  append_u16(out, kSoc);
  write_siz(parameters, out);
  if (parameters.high_throughput()) write_cap(parameters.coding, out);
  write_coding(parameters.coding, out);
  write_comment(options.comment, out);
  if (options.tile_part_lengths) reserve_lengths();
  return {};
}

// TLM with lengths of 0, which each tile-part fills in.
void Writer::reserve_lengths() {
  lengths_at_ = out_->size();
  std::uint64_t left = parameters_->siz.tiles() * parts_a_tile();
  for (std::uint32_t segment = 0; left != 0; ++segment) {
    const std::uint64_t entries = std::min(left, kEntriesASegment);
    append_u16(*out_, kTlm);
    append_u16(*out_, static_cast<std::uint32_t>(4 + entries * kEntryBytes));
    append_u16(*out_, segment << 8U | kStlm);
    for (std::uint64_t i = 0; i < entries; ++i) {
      append_u16(*out_, 0);
      append_u32(*out_, 0);
    }
    left -= entries;
  }
}

Result<void> Writer::write_tile(const Tile& tile) {
  order_.arrange(parameters_->siz, tile, whole_volume(parameters_->coding));
  std::size_t step = 0;
  const std::uint32_t parts = parts_a_tile();
  for (std::uint32_t part = 0; part < parts; ++part) TRY(write_part(tile, step, part));
  return {};
}

// Tile-part `part`: the packets from `step` on, all or those of resolution `part`.
Result<void> Writer::write_part(const Tile& tile, std::size_t& step, unsigned part) {
  Buffer& out = *out_;
  const std::size_t start = out.size();
  append_u16(out, kSot);  // T.800 A.4.2
  append_u16(out, 10);
  append_u16(out, tile.index);
  append_u32(out, 0);
  append_u16(out, part << 8U | parts_a_tile());
  append_u16(out, kSod);
  const auto& steps = order_.steps();
  const bool all = !options_.split_at_resolutions;
  for (; step < steps.size(); ++step) {
    if (!all && tile.resolutions[steps[step].resolution].index != part) break;
    packets_.write(tile, steps[step], out);
  }
  const std::uint64_t length = out.size() - start;
  if (length > ~std::uint32_t{0})
    return fail(ErrorCode::OutOfRange, kNoOffset, "a tile-part of 4 GiB", ~std::uint32_t{0},
                length);
  store_be(out.data() + start + 6, static_cast<std::uint32_t>(length));
  if (options_.tile_part_lengths) {
    const std::uint64_t heads = parts_written_ / kEntriesASegment + 1;
    std::uint8_t* entry =
        out.data() + lengths_at_ + heads * kTlmHead + parts_written_ * kEntryBytes;
    store_be(entry, static_cast<std::uint16_t>(tile.index));
    store_be(entry + 2, static_cast<std::uint32_t>(length));
  }
  ++parts_written_;
  return {};
}

void Writer::finish() {
  EXPECTS(parts_written_ == parameters_->siz.tiles() * parts_a_tile());
  append_u16(*out_, kEoc);
}

}  // namespace slipring::codecs::codestream

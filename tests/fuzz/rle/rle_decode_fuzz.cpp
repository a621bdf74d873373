// Any bytes as an RLE frame of a layout that the first bytes choose: no crash, nothing outside
// `out`, and every instruction set gives what the scalar decoder gives.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "codecs/kernels/targets.h"
#include "codecs/rle/rle_codec.h"
#include "codecs/rle/rle_decoder.h"
#include "codecs/rle/rle_header.h"

namespace {

using namespace slipring;

pixel::Layout layout_of(const std::uint8_t* choice) {
  constexpr std::uint16_t kBits[] = {1, 8, 16, 24, 32, 64};
  pixel::Layout layout;
  layout.bits_allocated = kBits[choice[0] % 6U];
  layout.samples_per_pixel = static_cast<std::uint16_t>(1 + choice[0] / 64);
  layout.rows = 1U + choice[1];
  layout.columns = 1U + choice[2];
  return layout;
}

void expect(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::uint8_t> decode(const pixel::Layout& layout, std::span<const Bytes> fragments,
                                 bool& good) {
  static Scratch scratch;
  std::vector<std::uint8_t> out(layout.frame_bytes().value());
  codecs::DecodeJob job{.fragments = fragments, .layout = layout, .out = out};
  codecs::rle::rle_row().decode_batch({&job, 1}, scratch);
  good = job.status.has_value();
  return out;
}

// The planes of the frame by the scalar decoder; empty where a plane is short.
std::vector<std::uint8_t> decode_scalar(const pixel::Layout& layout, Bytes frame) {
  const auto header = codecs::rle::parse_header(frame, frame.size());
  const std::uint32_t planes = layout.samples_per_pixel * layout.bytes_per_sample();
  if (!header || header->segments != planes) return {};
  std::vector<Bytes> segments;
  std::vector<std::uint8_t> positions;
  std::vector<codecs::rle::SegmentEnd> ends(planes);
  for (std::uint32_t k = 0; k < planes; ++k) {
    const std::uint32_t bytes = layout.bytes_per_sample();
    segments.push_back(header->segment(frame, k));
    positions.push_back(static_cast<std::uint8_t>(k / bytes * bytes + (bytes - 1 - k % bytes)));
  }
  std::vector<std::uint8_t> out(layout.frame_bytes().value());
  codecs::rle::decode_planes_scalar(segments, positions, out.size() / planes, out.data(), ends);
  for (const auto& end : ends)
    if (end.produced < out.size() / planes) return {};
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const pixel::Layout layout = layout_of(data);
  const Bytes frame{data + 4, size - 4};
  const std::size_t cut = frame.size() * data[3] / 255;
  const std::array<Bytes, 2> pieces{frame.first(cut), frame.subspan(cut)};
  (void)codecs::rle::rle_row().probe(pieces);
  bool first_good = false;
  const auto first = decode(layout, {&frame, 1}, first_good);
  if (layout.bits_allocated != 1 && layout.samples_per_pixel * layout.bits_allocated / 8 <= 15) {
    const auto right = decode_scalar(layout, frame);
    expect(first_good == !right.empty());
    expect(!first_good || first == right);
  }
  for (const auto& target : codecs::kernels::supported_targets()) {
    codecs::kernels::use_target(target.bit);
    bool good = false;
    const auto out = decode(layout, pieces, good);
    expect(good == first_good);
    expect(!good || out == first);
  }
  codecs::kernels::use_target(0);
  return 0;
}

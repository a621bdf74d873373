#include "codecs/jpeg/extended/frame.h"

#include <algorithm>

#include "codecs/base/contract.h"

namespace slipring::codecs::jpeg::extended {

namespace {

constexpr std::uint32_t kFactorMax = 4;  // T.81 B.2.2

std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

Result<void> read_components(const JpegSegment& segment, Frame& frame) {
  const Bytes p = segment.payload;
  for (std::uint32_t i = 0; i < frame.components; ++i) {
    Component& c = frame.component[i];
    const std::uint8_t* at = &p[6 + std::size_t{3} * i];
    c.id = at[0];
    c.horizontal = at[1] >> 4;
    c.vertical = at[1] & 15;
    c.quantiser = at[2];
    if (c.horizontal == 0 || c.horizontal > kFactorMax || c.vertical == 0 ||
        c.vertical > kFactorMax)
      return fail(ErrorCode::Malformed, segment.offset, "a sampling factor is not 1 to 4",
                  kFactorMax, at[1]);
    if (c.quantiser >= kTablesMax)
      return fail(ErrorCode::Malformed, segment.offset, "a quantisation table above 3",
                  kTablesMax - 1, c.quantiser);
    if (frame.components == 1) c.horizontal = c.vertical = 1;
    frame.horizontal_max = std::max<std::uint32_t>(frame.horizontal_max, c.horizontal);
    frame.vertical_max = std::max<std::uint32_t>(frame.vertical_max, c.vertical);
  }
  return {};
}

// With equal factors of 2 and more nothing is subsampled, but an MCU has several blocks of each.
Result<void> measure(Frame& frame) {
  frame.mcu_columns = ceil_div(frame.columns, frame.horizontal_max * kBlockSide);
  frame.mcu_rows = ceil_div(frame.rows, frame.vertical_max * kBlockSide);
  for (std::uint32_t i = 0; i < frame.components; ++i) {
    Component& c = frame.component[i];
    if (frame.horizontal_max % c.horizontal != 0 || frame.vertical_max % c.vertical != 0)
      return fail(ErrorCode::Unsupported, 0, "sampling factors that are no whole fractions",
                  frame.horizontal_max * 16 + frame.vertical_max,
                  std::uint64_t{c.horizontal} * 16 + c.vertical);
    c.columns = ceil_div(frame.columns * c.horizontal, frame.horizontal_max);
    c.rows = ceil_div(frame.rows * c.vertical, frame.vertical_max);
    c.block_columns = ceil_div(c.columns, kBlockSide);
    c.block_rows = ceil_div(c.rows, kBlockSide);
    c.stored_columns = frame.mcu_columns * c.horizontal;
    c.stored_rows = frame.mcu_rows * c.vertical;
  }
  return {};
}

}  // namespace

Result<Frame> read_frame(const JpegSegment& segment) {
  const Bytes p = segment.payload;
  EXPECTS(p.size() >= 6 && p[5] <= Frame::kComponentsMax && p.size() >= 6 + std::size_t{3} * p[5]);
  Frame frame;
  frame.progressive = segment.marker == jpeg_marker::kSof2;
  frame.rows = load_be<std::uint16_t>(&p[1]);
  frame.columns = load_be<std::uint16_t>(&p[3]);
  frame.components = p[5];
  TRY(read_components(segment, frame));
  TRY(measure(frame));
  return frame;
}

}  // namespace slipring::codecs::jpeg::extended

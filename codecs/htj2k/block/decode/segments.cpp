#include "codecs/htj2k/block/decode/segments.h"

namespace slipring::codecs::htj2k {

Result<Segments> find_segments(const CodedBlock& coded) {
  Segments segments;
  if (coded.passes == 0) return segments;
  if (coded.passes > 3)
    return fail(ErrorCode::Malformed, 0, "more than three HT passes in a block");
  if (coded.bit_planes > kBitPlanesMax)
    return fail(ErrorCode::Unsupported, 0, "a block of more than 30 bit planes");
  if (coded.zero_bit_planes >= coded.bit_planes)
    return fail(ErrorCode::Malformed, 0, "a coded block without bit planes");
  segments.passes = coded.refinement_bytes == 0 ? 1 : coded.passes;
  segments.plane = coded.bit_planes - 1U - coded.zero_bit_planes;
  segments.u_max = coded.zero_bit_planes + 2U;
  segments.causal = coded.causal;
  if (segments.passes > 1 && segments.plane == 0)
    return fail(ErrorCode::Malformed, 0, "refinement below the lowest bit plane");
  if (coded.cleanup_bytes < kSuffixBytesMin)
    return fail(ErrorCode::Malformed, 0, "a cleanup segment of less than two bytes");

  // 7.1.1: Scup is the last byte and, below it, the lower nibble of the one before.
  const Bytes cleanup(coded.bytes, coded.cleanup_bytes);
  const std::uint32_t suffix_bytes =
      std::uint32_t{cleanup[cleanup.size() - 1]} << 4 | (cleanup[cleanup.size() - 2] & 0x0FU);
  if (suffix_bytes < kSuffixBytesMin || suffix_bytes > kSuffixBytesMax ||
      suffix_bytes > cleanup.size())
    return fail(ErrorCode::Malformed, cleanup.size() - 2, "an impossible length of MEL and VLC",
                cleanup.size(), suffix_bytes);
  segments.magsgn = cleanup.first(cleanup.size() - suffix_bytes);
  segments.suffix = cleanup.last(suffix_bytes);
  segments.refinement = {coded.bytes + coded.cleanup_bytes, coded.refinement_bytes};
  return segments;
}

}  // namespace slipring::codecs::htj2k

// decode_frames: canonical frames from fragments (through the codec) or from the native value.
#include <algorithm>
#include <cstring>

#include "codecs/base/contract.h"
#include "codecs/kernels/byte_swap.h"
#include "codecs/kernels/planes.h"
#include "codecs/pixel/expansion.h"
#include "engine/pixels/pixels.h"

namespace slipring::pixels {

namespace {

// Slots of the scratch for native frames; no codec runs meanwhile.
constexpr std::size_t kStoredSlot = 0;
constexpr unsigned kReduceMax = 32;  // decomposition levels, T.800 Table A.15

// One frame's bytes as described by the value's order, planes as they lie.
Result<void> copy_native_frame(const Object& object, std::size_t frame, MutableBytes out,
                               Scratch& scratch) {
  const Description& description = object.description;
  const std::uint64_t bits = description.frame_bits();
  const std::uint64_t begin_bit = bits * frame;
  const unsigned shift = static_cast<unsigned>(begin_bit % 8);
  if (shift == 0) {
    copy_native(object, begin_bit / 8, out);
  } else {  // 1-bit frames follow each other without padding (PS3.5 8.1.1)
    const std::uint64_t first = begin_bit / 8;
    const MutableBytes stored = scratch.take(kStoredSlot, (begin_bit + bits + 7) / 8 - first);
    copy_native(object, first, stored);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const unsigned high = i + 1 < stored.size() ? stored[i + 1] : 0U;
      out[i] = static_cast<std::uint8_t>((stored[i] >> shift) | (high << (8 - shift)));
    }
  }
  if (bits % 8 != 0) out.back() &= static_cast<std::uint8_t>((1U << (bits % 8)) - 1);
  return {};
}

// Planar Configuration 1 -> 0, of one frame that a codec or the value gave as it lies.
void interleave(const Description& description, MutableBytes frame, Scratch& scratch) {
  const MutableBytes planes = scratch.take(kStoredSlot, frame.size());
  std::memcpy(planes.data(), frame.data(), frame.size());
  codecs::kernels::interleave_samples(planes, frame, description.layout.samples_per_pixel,
                                      description.layout.bytes_per_sample());
}

Result<void> decode_with_codec(const Object& object, std::size_t first_frame,
                               std::span<const MutableBytes> outs, Scratch& scratch,
                               codecs::Quirks& quirks) {
  std::vector<codecs::DecodeJob> jobs(outs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].fragments = object.table.fragments_of(first_frame + i);
    jobs[i].layout = object.description.layout;
    jobs[i].out = outs[i];
  }
  object.codec->decode_batch(jobs, scratch);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    quirks.bits |= jobs[i].quirks.bits;
    if (jobs[i].status) continue;
    Error error = jobs[i].status.error();
    error.offset = object.table.offset_of(first_frame + i);
    return std::unexpected(error);
  }
  return {};
}

}  // namespace

void copy_native(const Object& object, std::uint64_t begin, MutableBytes out) {
  const Bytes value = object.table.native();
  EXPECTS(begin <= value.size() && out.size() <= value.size() - begin);
  if (out.empty()) return;
  if (!object.description.swap_words) {
    std::memcpy(out.data(), value.data() + begin, out.size());
    return;
  }
  const std::uint64_t paired = value.size() - value.size() % 2;  // an odd last byte has no partner
  std::size_t done = 0;
  const auto one = [&] {
    const std::uint64_t at = begin + done;
    out[done++] = value[at < paired ? at ^ 1 : at];
  };
  if (begin % 2 != 0) one();
  const std::size_t whole = (out.size() - done) / 2 * 2;
  codecs::kernels::byte_swap(value.subspan(begin + done, whole), out.subspan(done, whole), 2);
  done += whole;
  if (done < out.size()) one();
}

Result<void> check_expansion(const Object& object, std::size_t frame) {
  if (!object.description.encapsulated) return {};
  constexpr pixel::Limits kChecked{~std::uint64_t{0}};  // describe() has applied the caller's
  TRY_ASSIGN(const std::uint64_t frame_bytes, object.description.layout.frame_bytes(kChecked));
  const std::uint64_t needed = frame_bytes / pixel::expansion_max(object.codec->format);
  std::uint64_t bytes = 0;
  for (const Bytes fragment : object.table.fragments_of(frame)) bytes += fragment.size();
  if (bytes >= needed) return {};
  return fail(ErrorCode::Truncated, object.table.offset_of(frame),
              "the codestream is too short for a frame of this size", needed, bytes);
}

Result<void> decode_frames(const Object& object, std::size_t first_frame,
                           std::span<const MutableBytes> outs, Scratch& scratch,
                           codecs::Quirks& quirks) {
  EXPECTS(first_frame <= object.table.frames() &&
          outs.size() <= object.table.frames() - first_frame);
  if (object.description.encapsulated) {
    TRY(decode_with_codec(object, first_frame, outs, scratch, quirks));
  } else {
    for (std::size_t i = 0; i < outs.size(); ++i)
      TRY(copy_native_frame(object, first_frame + i, outs[i], scratch));
  }
  if (object.description.planar)
    for (const MutableBytes out : outs) interleave(object.description, out, scratch);
  return {};
}

Result<void> decode_frame(const Object& object, std::size_t frame, MutableBytes out,
                          Scratch& scratch, codecs::Quirks& quirks) {
  return decode_frames(object, frame, {&out, 1}, scratch, quirks);
}

Result<pixel::Layout> reduced_layout(const Object& object, unsigned reduce) {
  pixel::Layout layout = object.description.layout;
  if (reduce == 0) return layout;
  const bool pyramid = object.codec != nullptr && (object.codec->format == pixel::Format::Htj2k ||
                                                   object.codec->format == pixel::Format::Jpeg2000);
  if (!pyramid || reduce > kReduceMax)
    return fail(ErrorCode::Unsupported, kNoOffset,
                "only JPEG 2000 and HTJ2K are decoded at a lower resolution, 32 times at most",
                kReduceMax, reduce);
  const auto half = [&](std::uint32_t side) {
    return static_cast<std::uint32_t>((std::uint64_t{side} + (std::uint64_t{1} << reduce) - 1) >>
                                      reduce);
  };
  layout.rows = half(layout.rows);
  layout.columns = half(layout.columns);
  return layout;
}

Result<void> decode_reduced(const Object& object, std::size_t frame, unsigned reduce,
                            MutableBytes out, Scratch& scratch, codecs::Quirks& quirks) {
  if (reduce == 0) return decode_frame(object, frame, out, scratch, quirks);
  TRY_ASSIGN(const pixel::Layout layout, reduced_layout(object, reduce));
  codecs::DecodeJob job{.fragments = object.table.fragments_of(frame),
                        .layout = layout,
                        .out = out,
                        .reduce = static_cast<std::uint8_t>(reduce)};
  object.codec->decode_batch({&job, 1}, scratch);
  quirks.bits |= job.quirks.bits;
  return job.status;
}

}  // namespace slipring::pixels

// Decoding through CharLS's C interface, from which no exception comes.
#include <charls/charls.h>

#include <memory>

#include "codecs/agreement.h"
#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "codecs/kernels/planes.h"

namespace slipring::codecs::jpeg_ls {

namespace {

constexpr std::size_t kNativeSlot = 1;
constexpr std::size_t kPlanarSlot = 2;

struct Destroy {
  void operator()(charls_jpegls_decoder* decoder) const { charls_jpegls_decoder_destroy(decoder); }
};
using Decoder = std::unique_ptr<charls_jpegls_decoder, Destroy>;

Result<void> check(charls_jpegls_errc result) {
  const auto actual = static_cast<std::uint64_t>(result);
  switch (result) {
    case charls_jpegls_errc::success:
      return {};
    case charls_jpegls_errc::source_buffer_too_small:
    case charls_jpegls_errc::end_of_image_marker_not_found:
      return fail(ErrorCode::Truncated, kNoOffset, "the JPEG-LS data ends too early", 0, actual);
    case charls_jpegls_errc::not_enough_memory:
      return fail(ErrorCode::Internal, kNoOffset, "no memory for CharLS", 0, actual);
    case charls_jpegls_errc::parameter_value_not_supported:
    case charls_jpegls_errc::encoding_not_supported:
    case charls_jpegls_errc::color_transform_not_supported:
    case charls_jpegls_errc::bit_depth_for_transform_not_supported:
    case charls_jpegls_errc::jpegls_preset_extended_parameter_type_not_supported:
      return fail(ErrorCode::Unsupported, kNoOffset, "CharLS cannot decode such a JPEG-LS stream",
                  0, actual);
    default:
      return fail(ErrorCode::Malformed, kNoOffset, "CharLS found corrupt JPEG-LS data", 0, actual);
  }
}

Result<void> run(const Stream& stream, MutableBytes to, Quirks& quirks) {
  const Decoder decoder(charls_jpegls_decoder_create());
  if (!decoder) return fail(ErrorCode::Internal, kNoOffset, "no memory for CharLS");
  TRY(check(charls_jpegls_decoder_set_source_buffer(decoder.get(), stream.bytes.data(),
                                                    stream.bytes.size())));
  TRY(check(charls_jpegls_decoder_read_header(decoder.get())));
  charls_frame_info frame = {};
  TRY(check(charls_jpegls_decoder_get_frame_info(decoder.get(), &frame)));
  const CodestreamInfo& info = stream.info;
  if (frame.height != info.rows || frame.width != info.columns ||
      frame.component_count != info.components || frame.bits_per_sample != info.precision_bits)
    return fail(ErrorCode::DimensionMismatch, 0, "CharLS reads another geometry from the header");
  std::size_t needed = 0;
  TRY(check(charls_jpegls_decoder_get_destination_size(decoder.get(), 0, &needed)));
  if (needed != to.size())
    return fail(ErrorCode::DimensionMismatch, 0, "CharLS wants another number of bytes", to.size(),
                needed);
  charls_color_transformation transform = charls::color_transformation::none;
  TRY(check(charls_jpegls_decoder_get_color_transformation(decoder.get(), &transform)));
  if (transform != charls::color_transformation::none) quirks.add(Quirk::ColourTransformMislabeled);
  return check(charls_jpegls_decoder_decode_to_buffer(decoder.get(), to.data(), to.size(), 0));
}

}  // namespace

Result<void> decode_stream(const Stream& stream, DecodeJob& job, Scratch& scratch) {
  const CodestreamInfo& info = stream.info;
  const std::uint32_t native_bytes = info.precision_bits <= 8 ? 1 : 2;
  const std::uint32_t sample_bytes = job.layout.bytes_per_sample();
  const std::size_t decoded_bytes = job.layout.samples_per_frame() * native_bytes;
  const bool widens = native_bytes != sample_bytes;
  const bool planar = stream.interleave == Interleave::None && info.components > 1;
  const MutableBytes native = widens ? scratch.take(kNativeSlot, decoded_bytes) : job.out;
  const MutableBytes decoded = planar ? scratch.take(kPlanarSlot, decoded_bytes) : native;
  TRY(run(stream, decoded, job.quirks));
  if (planar) kernels::interleave_samples(decoded, native, info.components, native_bytes);
  if (widens) widen(native, native_bytes, job.out, sample_bytes);
  return {};
}

}  // namespace slipring::codecs::jpeg_ls

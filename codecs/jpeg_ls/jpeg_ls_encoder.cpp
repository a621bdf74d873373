// Encoding through CharLS's C interface, from which no exception comes.
#include <charls/charls.h>

#include <algorithm>
#include <memory>
#include <new>

#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "codecs/kernels/range.h"

namespace slipring::codecs::jpeg_ls {

namespace {

constexpr std::uint64_t kHeaderBytesMax = 4096;
// T.87 A.2.1: no code is longer than LIMIT = 2 * (bpp + max(8, bpp)) bits, 4 times the sample; a
// bit is stuffed after each 0xFF.
constexpr std::uint64_t kExpansionMax = 5;

struct Destroy {
  void operator()(charls_jpegls_encoder* encoder) const { charls_jpegls_encoder_destroy(encoder); }
};
using Encoder = std::unique_ptr<charls_jpegls_encoder, Destroy>;

struct Picture {
  charls_frame_info frame;
  Bytes samples;  // one byte each up to 8 bits of precision, else two
};

// Signed samples keep all allocated bits, so that every decoder, extending signs or not, gives the
// same. So do those whose Bits Stored do not need the last allocated byte, or all of a single one:
// DCMTK 3.6.7 and GDCM 3.0.21 refuse such precisions.
int precision_of(const EncodeJob& job) {
  const pixel::Layout& layout = job.layout;
  const bool readable = !layout.is_signed && layout.bits_stored > layout.bits_allocated - 8 &&
                        layout.bits_stored >= 8;
  return readable && kernels::fits(layout, job.pixels) ? layout.bits_stored : layout.bits_allocated;
}

charls_jpegls_errc run(const Picture& picture, Buffer& out, std::size_t& written) {
  const Encoder encoder(charls_jpegls_encoder_create());
  if (!encoder) return charls_jpegls_errc::not_enough_memory;
  const auto mode = picture.frame.component_count == 1 ? charls::interleave_mode::none
                                                       : charls::interleave_mode::sample;
  charls_jpegls_errc result = charls_jpegls_encoder_set_frame_info(encoder.get(), &picture.frame);
  if (result == charls_jpegls_errc::success)
    result = charls_jpegls_encoder_set_interleave_mode(encoder.get(), mode);
  // Above 12 bits, where readers disagree on the defaults, the thresholds are written down.
  if (result == charls_jpegls_errc::success)
    result = charls_jpegls_encoder_set_encoding_options(
        encoder.get(), charls::encoding_options::include_pc_parameters_jai);
  if (result == charls_jpegls_errc::success)
    result = charls_jpegls_encoder_set_destination_buffer(encoder.get(), out.data(), out.size());
  if (result == charls_jpegls_errc::success)
    result = charls_jpegls_encoder_encode_from_buffer(encoder.get(), picture.samples.data(),
                                                      picture.samples.size(), 0);
  if (result == charls_jpegls_errc::success)
    result = charls_jpegls_encoder_get_bytes_written(encoder.get(), &written);
  return result;
}

}  // namespace

Result<void> encode_frame(EncodeJob& job) {
  const pixel::Layout& layout = job.layout;
  const int precision = precision_of(job);
  Picture picture{{layout.columns, layout.rows, precision, layout.samples_per_pixel}, job.pixels};
  Buffer& out = *job.out;
  const std::uint64_t most = picture.samples.size() * kExpansionMax + kHeaderBytesMax;
  for (std::uint64_t room = picture.samples.size() + kHeaderBytesMax;;
       room = std::min(2 * room, most)) {
    out.clear();
    try {
      out.resize(room);
    } catch (const std::bad_alloc&) {
      return fail(ErrorCode::Internal, kNoOffset, "no memory for the JPEG-LS stream", 0, room);
    }
    std::size_t written = 0;
    const charls_jpegls_errc result = run(picture, out, written);
    out.resize(written);
    if (result == charls_jpegls_errc::success) return {};
    if (result != charls_jpegls_errc::destination_buffer_too_small || room == most)
      return fail(ErrorCode::Internal, kNoOffset, "CharLS refused to encode", 0,
                  static_cast<std::uint64_t>(result));
  }
}

}  // namespace slipring::codecs::jpeg_ls

#include <algorithm>
#include <cstring>
#include <vector>

#include "codecs/agreement.h"
#include "codecs/jpeg2000/openjpeg/assertion_wall.h"
#include "codecs/jpeg2000/openjpeg/openjpeg_codec.h"
#include "codecs/jpeg2000/openjpeg/session.h"
#include "codecs/kernels/row/row_epilogue.h"

namespace slipring::codecs::jpeg2000 {

namespace {

constexpr OPJ_SIZE_T kEndOfStream = static_cast<OPJ_SIZE_T>(-1);

// The codestream, and behind it an end marker where it has none: OpenJPEG insists on one.
struct Source {
  Bytes codestream;
  Bytes tail;
  std::size_t at = 0;

  [[nodiscard]] std::size_t size() const { return codestream.size() + tail.size(); }
  [[nodiscard]] Bytes rest() const {
    return at < codestream.size() ? codestream.subspan(at) : tail.subspan(at - codestream.size());
  }
};

OPJ_SIZE_T read(void* to, OPJ_SIZE_T count, void* user) {
  Source& source = *static_cast<Source*>(user);
  const Bytes rest = source.rest();
  if (rest.empty()) return kEndOfStream;
  const std::size_t taken = std::min<std::size_t>(count, rest.size());
  std::memcpy(to, rest.data(), taken);
  source.at += taken;
  return taken;
}

OPJ_OFF_T skip(OPJ_OFF_T count, void* user) {
  Source& source = *static_cast<Source*>(user);
  if (count < 0 || static_cast<std::uint64_t>(count) > source.size() - source.at) return -1;
  source.at += static_cast<std::size_t>(count);
  return count;
}

OPJ_BOOL seek(OPJ_OFF_T to, void* user) {
  Source& source = *static_cast<Source*>(user);
  if (to < 0 || static_cast<std::uint64_t>(to) > source.size()) return OPJ_FALSE;
  source.at = static_cast<std::size_t>(to);
  return OPJ_TRUE;
}

Stream open(Source& source) {
  Stream stream(opj_stream_create(kStreamBufferBytes, OPJ_STREAM_READ));
  if (!stream) return stream;
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), source.size());
  opj_stream_set_read_function(stream.get(), read);
  opj_stream_set_skip_function(stream.get(), skip);
  opj_stream_set_seek_function(stream.get(), seek);
  return stream;
}

std::unexpected<Error> refused() {
  return fail(ErrorCode::Malformed, kNoOffset, "OpenJPEG found corrupt or missing JPEG 2000 data");
}

// Every component has all samples of the layout; OpenJPEG has clamped them to the precision.
Result<void> check(const opj_image_t& image, const CodestreamInfo& info) {
  if (image.numcomps != info.components) return refused();
  for (std::uint32_t c = 0; c < image.numcomps; ++c) {
    const opj_image_comp_t& comp = image.comps[c];
    if (comp.data == nullptr || comp.w != info.columns || comp.h != info.rows ||
        comp.prec != info.precision_bits || (comp.sgnd != 0) != info.is_signed)
      return refused();
  }
  return {};
}

struct Call {
  opj_codec_t* codec = nullptr;
  opj_stream_t* stream = nullptr;
  opj_image_t* image = nullptr;
  bool done = false;
};

void call_library(void* user) {
  Call& call = *static_cast<Call*>(user);
  call.done = opj_read_header(call.stream, call.codec, &call.image) && call.image != nullptr &&
              opj_decode(call.codec, call.stream, call.image);
}

constexpr std::uint8_t kEnd[2] = {0xFF, 0xD9};  // EOC, T.800 A.4.4

Result<Image> run(Bytes codestream, const CodestreamInfo& info, unsigned reduce, Quirks& quirks) {
  Source source{codestream, {}};
  if (quirks.has(Quirk::MissingEndMarker)) source.tail = kEnd;
  const Codec codec(opj_create_decompress(OPJ_CODEC_J2K));
  const Stream stream = open(source);
  if (!codec || !stream) return fail(ErrorCode::Internal, kNoOffset, "no memory for OpenJPEG");
  Heard heard;
  listen(codec.get(), heard);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  parameters.cp_reduce = reduce;
  if (!opj_setup_decoder(codec.get(), &parameters) ||
      !opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE))
    return fail(ErrorCode::Internal, kNoOffset, "OpenJPEG refused its own parameters");
  Call call{codec.get(), stream.get()};
  const bool stood = behind_wall(call_library, &call);
  Image image(call.image);
  if (!stood || !call.done || heard.damage) return refused();
  TRY(check(*image, info));
  if (heard.harmless) quirks.add(Quirk::LibraryWarning);
  return image;
}

// OpenJPEG's samples have 32 bits each and a plane for each component.
void interleave(const opj_image_t& image, const CodestreamInfo& info, DecodeJob& job) {
  const pixel::Layout& layout = job.layout;
  // Two's complement in an unsigned codestream: the sign bit is the precision's highest.
  const bool hidden_sign = layout.is_signed && !info.is_signed;
  const kernels::RowEpilogue epilogue({.from_bytes = sizeof(OPJ_INT32),
                                       .to_bytes = layout.bytes_per_sample(),
                                       .from_signed = true,
                                       .sign = hidden_sign,
                                       .bits = hidden_sign ? info.precision_bits : 0U},
                                      image.numcomps);
  std::vector<const std::uint8_t*> planes(image.numcomps);
  for (std::size_t c = 0; c < image.numcomps; ++c)
    planes[c] = reinterpret_cast<const std::uint8_t*>(image.comps[c].data);
  epilogue.planar(planes, job.out.data(), std::size_t{layout.rows} * layout.columns);
}

// PS3.5 8.1.1: the first pixel in the lowest bit; samples of a pixel one after the other.
Result<void> pack_bits(const opj_image_t& image, MutableBytes out) {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  const std::size_t pixels = std::size_t{image.comps[0].w} * image.comps[0].h;
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t c = 0; c < image.numcomps; ++c) {
      const OPJ_INT32 value = image.comps[c].data[i];
      if (value != 0 && value != 1)
        return fail(ErrorCode::OutOfRange, kNoOffset,
                    "a sample of a 1-bit image is neither 0 nor 1", 1,
                    static_cast<std::uint64_t>(value));
      const std::size_t bit = i * image.numcomps + c;
      out[bit / 8] = static_cast<std::uint8_t>(out[bit / 8] | (value << (bit % 8)));
    }
  }
  return {};
}

}  // namespace

Result<void> decode_codestream(Bytes codestream, const CodestreamInfo& info, DecodeJob& job) {
  const pixel::Layout& layout = job.layout;
  TRY_ASSIGN(const Image image, run(codestream, info, job.reduce, job.quirks));
  switch (layout.bits_allocated) {
    case 1:
      if (info.precision_bits != 1) job.quirks.add(Quirk::OneBitUnpacked);
      return pack_bits(*image, job.out);
    case 8:
    case 16:
    case 32:
    case 64:
      interleave(*image, info, job);
      return {};
    default:
      return fail(ErrorCode::Unsupported, kNoOffset, "JPEG 2000 with these bits allocated");
  }
}

}  // namespace slipring::codecs::jpeg2000

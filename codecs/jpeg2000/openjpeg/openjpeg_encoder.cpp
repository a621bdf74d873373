#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <new>

#include "codecs/agreement.h"
#include "codecs/jpeg2000/openjpeg/openjpeg_codec.h"
#include "codecs/jpeg2000/openjpeg/session.h"
#include "codecs/kernels/range.h"

namespace slipring::codecs::jpeg2000 {

namespace {

constexpr int kLevelsMax = 5;
constexpr int kBlockSide = 64;
constexpr std::size_t kComponentsMax = 4;
constexpr OPJ_SIZE_T kWriteFailed = static_cast<OPJ_SIZE_T>(-1);

struct Sink {
  Buffer* out = nullptr;
  std::size_t at = 0;
};

// The library is C: no exception may pass.
bool grow(Buffer& out, std::size_t size) {
  if (size <= out.size()) return true;
  const std::size_t before = out.size();
  try {
    out.resize(size);
  } catch (const std::bad_alloc&) {
    return false;
  }
  std::memset(out.data() + before, 0, size - before);
  return true;
}

OPJ_SIZE_T write(void* from, OPJ_SIZE_T count, void* user) {
  Sink& sink = *static_cast<Sink*>(user);
  if (!grow(*sink.out, sink.at + count)) return kWriteFailed;
  std::memcpy(sink.out->data() + sink.at, from, count);
  sink.at += count;
  return count;
}

OPJ_OFF_T skip(OPJ_OFF_T count, void* user) {
  Sink& sink = *static_cast<Sink*>(user);
  if (count < 0 || !grow(*sink.out, sink.at + static_cast<std::size_t>(count))) return -1;
  sink.at += static_cast<std::size_t>(count);
  return count;
}

OPJ_BOOL seek(OPJ_OFF_T to, void* user) {
  Sink& sink = *static_cast<Sink*>(user);
  if (to < 0 || !grow(*sink.out, static_cast<std::size_t>(to))) return OPJ_FALSE;
  sink.at = static_cast<std::size_t>(to);
  return OPJ_TRUE;
}

Stream open(Sink& sink) {
  Stream stream(opj_stream_create(kStreamBufferBytes, OPJ_STREAM_WRITE));
  if (!stream) return stream;
  opj_stream_set_user_data(stream.get(), &sink, nullptr);
  opj_stream_set_write_function(stream.get(), write);
  opj_stream_set_skip_function(stream.get(), skip);
  opj_stream_set_seek_function(stream.get(), seek);
  return stream;
}

template <class Sample>
void separate(Bytes pixels, const opj_image_t& image) {
  const std::size_t components = image.numcomps;
  const std::size_t count = pixels.size() / sizeof(Sample) / components;
  for (std::size_t c = 0; c < components; ++c) {
    const std::uint8_t* from = pixels.data() + c * sizeof(Sample);
    OPJ_INT32* to = image.comps[c].data;
    for (std::size_t i = 0; i < count; ++i) {
      using Unsigned = std::make_unsigned_t<Sample>;
      // A signed sample keeps its sign. NOLINTNEXTLINE(bugprone-signed-char-misuse)
      to[i] = static_cast<Sample>(load_le<Unsigned>(from + i * components * sizeof(Sample)));
    }
  }
}

void fill(const EncodeJob& job, const opj_image_t& image) {
  const bool is_signed = job.layout.is_signed;
  if (job.layout.bits_allocated == 8)
    return is_signed ? separate<std::int8_t>(job.pixels, image)
                     : separate<std::uint8_t>(job.pixels, image);
  return is_signed ? separate<std::int16_t>(job.pixels, image)
                   : separate<std::uint16_t>(job.pixels, image);
}

Image make_image(const EncodeJob& job, std::uint32_t precision) {
  const pixel::Layout& layout = job.layout;
  std::array<opj_image_cmptparm_t, kComponentsMax> components = {};
  for (opj_image_cmptparm_t& c : components) {
    c.dx = c.dy = 1;
    c.w = layout.columns;
    c.h = layout.rows;
    c.prec = precision;
    c.sgnd = layout.is_signed ? 1 : 0;
  }
  const OPJ_COLOR_SPACE space = layout.samples_per_pixel == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB;
  Image image(opj_image_create(layout.samples_per_pixel, components.data(), space));
  if (!image) return image;
  image->x1 = layout.columns;
  image->y1 = layout.rows;
  fill(job, *image);
  return image;
}

// As many decompositions as leave a sample a side, 5 at most.
int levels_for(const pixel::Layout& layout) {
  const std::uint32_t side = std::min(layout.rows, layout.columns);
  return std::min(static_cast<int>(std::bit_width(side)) - 1, kLevelsMax);
}

opj_cparameters_t parameters_for(const EncodeJob& job) {
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = 0;  // lossless
  parameters.cp_disto_alloc = 1;
  parameters.irreversible = 0;
  parameters.numresolution = levels_for(job.layout) + 1;
  parameters.cblockw_init = kBlockSide;
  parameters.cblockh_init = kBlockSide;
  parameters.prog_order = OPJ_LRCP;
  parameters.tcp_mct = job.parameters.colour_transform && job.layout.samples_per_pixel == 3 ? 1 : 0;
  return parameters;
}

Result<void> run(EncodeJob& job, std::uint32_t precision) {
  const Image image = make_image(job, precision);
  const Codec codec(opj_create_compress(OPJ_CODEC_J2K));
  job.out->clear();
  Sink sink{job.out};
  const Stream stream = open(sink);
  if (!image || !codec || !stream)
    return fail(ErrorCode::Internal, kNoOffset, "no memory for OpenJPEG");
  Heard heard;
  listen(codec.get(), heard);
  opj_cparameters_t parameters = parameters_for(job);
  const bool done = opj_setup_encoder(codec.get(), &parameters, image.get()) &&
                    opj_start_compress(codec.get(), image.get(), stream.get()) &&
                    opj_encode(codec.get(), stream.get()) &&
                    opj_end_compress(codec.get(), stream.get());
  if (done && !heard.damage) return {};
  job.out->clear();
  return fail(ErrorCode::Internal, kNoOffset, "OpenJPEG refused to encode", 0, precision);
}

}  // namespace

Result<void> encode_frame(EncodeJob& job) {
  const pixel::Layout& layout = job.layout;
  const std::uint32_t precision = precision_to_write(layout);
  if (precision != layout.bits_allocated && kernels::fits(layout, job.pixels)) {
    if (const auto done = run(job, precision); done) return done;
    // OpenJPEG's output has room in proportion to the precision, which noise of a few bits exceeds.
  }
  return run(job, layout.bits_allocated);
}

}  // namespace slipring::codecs::jpeg2000

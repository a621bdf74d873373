// OpenJPEG: JPEG 2000, reversible, one tile, no colour transform; streams in memory.
#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "bench/peers/peer.h"
#include "bench/peers/planes.h"

namespace slipring::peers {
namespace {

constexpr int kResolutions = 6;

struct Written {
  std::vector<std::uint8_t>* bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T write_bytes(void* from, OPJ_SIZE_T size, void* user) {
  auto& to = *static_cast<Written*>(user);
  if (to.at + size > to.bytes->size()) to.bytes->resize(to.at + size);
  std::memcpy(to.bytes->data() + to.at, from, size);
  to.at += size;
  return size;
}
OPJ_OFF_T skip_written(OPJ_OFF_T count, void* user) {
  static_cast<Written*>(user)->at += static_cast<std::size_t>(count);
  return count;
}
OPJ_BOOL seek_written(OPJ_OFF_T place, void* user) {
  static_cast<Written*>(user)->at = static_cast<std::size_t>(place);
  return OPJ_TRUE;
}

struct Read {
  Bytes bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T read_bytes(void* to, OPJ_SIZE_T size, void* user) {
  auto& from = *static_cast<Read*>(user);
  const std::size_t count = std::min<std::size_t>(size, from.bytes.size() - from.at);
  if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(to, from.bytes.data() + from.at, count);
  from.at += count;
  return count;
}
OPJ_OFF_T skip_read(OPJ_OFF_T count, void* user) {
  auto& from = *static_cast<Read*>(user);
  from.at = std::min(from.bytes.size(), from.at + static_cast<std::size_t>(count));
  return count;
}
OPJ_BOOL seek_read(OPJ_OFF_T place, void* user) {
  static_cast<Read*>(user)->at = static_cast<std::size_t>(place);
  return OPJ_TRUE;
}

opj_image_t* image_of(const pixel::Layout& layout, Bytes pixels) {
  std::vector<opj_image_cmptparm_t> components(layout.samples_per_pixel);
  for (opj_image_cmptparm_t& component : components) {
    component = {};
    component.dx = component.dy = 1;
    component.w = layout.columns;
    component.h = layout.rows;
    component.prec = precision_of(layout);
    component.sgnd = layout.is_signed ? 1 : 0;
  }
  opj_image_t* image =
      opj_image_create(layout.samples_per_pixel, components.data(),
                       layout.samples_per_pixel == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
  if (image == nullptr) return nullptr;
  image->x1 = layout.columns;
  image->y1 = layout.rows;
  const std::size_t count = std::size_t{layout.rows} * layout.columns;
  for (std::uint32_t i = 0; i < layout.samples_per_pixel; ++i)
    widen(layout, pixels.data() + std::size_t{i} * layout.bytes_per_sample(), count,
          image->comps[i].data);
  return image;
}

class OpenjpegEncoder final : public Task {
 public:
  OpenjpegEncoder(const pixel::Layout& layout, Bytes pixels) : layout_(layout), pixels_(pixels) {}

  bool run() override {
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    parameters.numresolution = kResolutions;
    while (parameters.numresolution > 1 &&
           std::min(layout_.rows, layout_.columns) >> (parameters.numresolution - 1) == 0)
      --parameters.numresolution;
    opj_image_t* image = image_of(layout_, pixels_);
    opj_codec_t* codec = opj_create_compress(OPJ_CODEC_J2K);
    opj_stream_t* stream = opj_stream_create(1 << 20, OPJ_FALSE);
    Written written{&out_};
    opj_stream_set_write_function(stream, write_bytes);
    opj_stream_set_skip_function(stream, skip_written);
    opj_stream_set_seek_function(stream, seek_written);
    opj_stream_set_user_data(stream, &written, nullptr);
    out_.clear();
    const bool good = image != nullptr && opj_setup_encoder(codec, &parameters, image) != 0 &&
                      opj_start_compress(codec, image, stream) != 0 &&
                      opj_encode(codec, stream) != 0 && opj_end_compress(codec, stream) != 0;
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(image);
    return good;
  }
  [[nodiscard]] Bytes output() override { return out_; }

 private:
  pixel::Layout layout_;
  Bytes pixels_;
  std::vector<std::uint8_t> out_;
};

class OpenjpegDecoder final : public Task {
 public:
  OpenjpegDecoder(const pixel::Layout& layout, Bytes stream)
      : layout_(layout), stream_(stream), out_(*layout.frame_bytes()) {}

  bool run() override {
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_codec_t* codec = opj_create_decompress(OPJ_CODEC_J2K);
    opj_stream_t* stream = opj_stream_create(1 << 20, OPJ_TRUE);
    Read read{stream_};
    opj_stream_set_read_function(stream, read_bytes);
    opj_stream_set_skip_function(stream, skip_read);
    opj_stream_set_seek_function(stream, seek_read);
    opj_stream_set_user_data(stream, &read, nullptr);
    opj_stream_set_user_data_length(stream, stream_.size());
    opj_image_t* image = nullptr;
    const bool good = opj_setup_decoder(codec, &parameters) != 0 &&
                      opj_read_header(stream, codec, &image) != 0 &&
                      opj_decode(codec, stream, image) != 0 &&
                      image->numcomps == layout_.samples_per_pixel && take(*image);
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(image);
    return good;
  }
  [[nodiscard]] Bytes output() override { return out_; }

 private:
  bool take(const opj_image_t& image) {
    const std::size_t count = std::size_t{layout_.rows} * layout_.columns;
    for (std::uint32_t i = 0; i < image.numcomps; ++i) {
      const opj_image_comp_t& component = image.comps[i];
      if (component.data == nullptr || std::size_t{component.w} * component.h != count)
        return false;
      narrow(layout_, component.data, count,
             out_.data() + std::size_t{i} * layout_.bytes_per_sample());
    }
    return true;
  }

  pixel::Layout layout_;
  Bytes stream_;
  std::vector<std::uint8_t> out_;
};

class Openjpeg final : public Peer {
 public:
  explicit Openjpeg(const char* codec) : codec_(codec) {}
  [[nodiscard]] const char* name() const override { return "OpenJPEG"; }
  [[nodiscard]] const char* version() const override { return opj_version(); }
  [[nodiscard]] const char* codec() const override { return codec_; }
  [[nodiscard]] Task* encoder(const pixel::Layout& layout, Bytes pixels) override {
    const bool encodes = std::strcmp(codec_, "jpeg2000") == 0;
    return encodes && fits_planes(layout) ? new OpenjpegEncoder(layout, pixels) : nullptr;
  }
  [[nodiscard]] Task* decoder(const pixel::Layout& layout, Bytes stream) override {
    return fits_planes(layout) ? new OpenjpegDecoder(layout, stream) : nullptr;
  }

 private:
  const char* codec_;
};

}  // namespace
}  // namespace slipring::peers

extern "C" std::size_t slipring_list_peers(slipring::peers::Peer** peers, std::size_t most) {
  if (most < 2) return 0;
  peers[0] = new slipring::peers::Openjpeg("jpeg2000");
  peers[1] = new slipring::peers::Openjpeg("htj2k");
  return 2;
}

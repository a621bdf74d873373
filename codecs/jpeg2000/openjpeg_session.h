// What both sides of the door to OpenJPEG need: handles that free themselves, and ears that do not
// print.
#pragma once

#include <openjpeg.h>

#include <memory>

namespace slipring::codecs::jpeg2000 {

struct FreeCodec {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct FreeStream {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct FreeImage {
  void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};
using Codec = std::unique_ptr<opj_codec_t, FreeCodec>;
using Stream = std::unique_ptr<opj_stream_t, FreeStream>;
using Image = std::unique_ptr<opj_image_t, FreeImage>;

inline constexpr OPJ_SIZE_T kStreamBufferBytes = 64 * 1024;

// OpenJPEG's messages are not for people here: only that there were some is kept.
struct Heard {
  bool warning = false;
  bool error = false;
};

inline void listen(opj_codec_t* codec, Heard& heard) {
  opj_set_info_handler(codec, [](const char*, void*) {}, nullptr);
  opj_set_warning_handler(
      codec, [](const char*, void* to) { static_cast<Heard*>(to)->warning = true; }, &heard);
  opj_set_error_handler(
      codec, [](const char*, void* to) { static_cast<Heard*>(to)->error = true; }, &heard);
}

}  // namespace slipring::codecs::jpeg2000

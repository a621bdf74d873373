// What both sides of the door to OpenJPEG need: handles that free themselves, and ears that do not
// print.
#pragma once

#include <openjpeg.h>

#include <memory>
#include <string_view>

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

inline constexpr OPJ_SIZE_T kStreamBufferBytes = OPJ_SIZE_T{64} << 10;

// OpenJPEG's messages are not for people here: only that there were some is kept. It warns of most
// damage and goes on; what is known to be harmless is named here, all else counts as an error.
struct Heard {
  bool harmless = false;
  bool damage = false;
};

inline constexpr std::string_view kHarmless[] = {
    "Unknown marker",       // skipped, as T.800 A.1.3 wants
    "Expected SOP marker",  // T.800 A.8.1: SOP may be absent
    "Non conformant codestream TPsot==TNsot",
    // Said once in the life of the process only, so that an error here would depend on the past.
    "Malformed HT codeblock. When the number of zero planes"};

inline void hear_warning(const char* message, void* to) {
  Heard& heard = *static_cast<Heard*>(to);
  for (const std::string_view one : kHarmless) {
    if (std::string_view(message).starts_with(one)) {
      heard.harmless = true;
      return;
    }
  }
  heard.damage = true;
}

inline void hear_error(const char*, void* to) { static_cast<Heard*>(to)->damage = true; }

inline void listen(opj_codec_t* codec, Heard& heard) {
  opj_set_info_handler(codec, [](const char*, void*) {}, nullptr);
  opj_set_warning_handler(codec, hear_warning, &heard);
  opj_set_error_handler(codec, hear_error, &heard);
}

}  // namespace slipring::codecs::jpeg2000

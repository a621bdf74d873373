// libjxl: JPEG XL, lossless, effort 1, one thread, the original's samples without colour
// management.
#include <jxl/decode.h>
#include <jxl/encode.h>

#include <string>
#include <vector>

#include "bench/peers/peer.h"

namespace slipring::peers {
namespace {

constexpr int kEffort = 1;

JxlPixelFormat format_of(const pixel::Layout& layout) {
  return {layout.samples_per_pixel, layout.bits_allocated == 8 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16,
          JXL_LITTLE_ENDIAN, 0};
}

class JxlEncoding final : public Task {
 public:
  JxlEncoding(const pixel::Layout& layout, Bytes pixels)
      : layout_(layout), pixels_(pixels), out_(pixels.size() + 65536) {}

  bool run() override {
    JxlEncoder* encoder = JxlEncoderCreate(nullptr);
    const bool good = describe(encoder) && add(encoder) && take(encoder);
    JxlEncoderDestroy(encoder);
    return good;
  }
  [[nodiscard]] Bytes output() override { return Bytes(out_).first(written_); }

 private:
  bool describe(JxlEncoder* encoder) const {
    JxlBasicInfo info;
    JxlEncoderInitBasicInfo(&info);
    info.xsize = layout_.columns;
    info.ysize = layout_.rows;
    info.bits_per_sample = layout_.bits_allocated;
    info.num_color_channels = layout_.samples_per_pixel;
    info.uses_original_profile = JXL_TRUE;
    JxlColorEncoding colour;
    JxlColorEncodingSetToSRGB(&colour, layout_.samples_per_pixel == 1 ? JXL_TRUE : JXL_FALSE);
    return JxlEncoderSetBasicInfo(encoder, &info) == JXL_ENC_SUCCESS &&
           JxlEncoderSetColorEncoding(encoder, &colour) == JXL_ENC_SUCCESS;
  }
  bool add(JxlEncoder* encoder) const {
    JxlEncoderFrameSettings* settings = JxlEncoderFrameSettingsCreate(encoder, nullptr);
    const JxlPixelFormat format = format_of(layout_);
    const bool good = JxlEncoderSetFrameLossless(settings, JXL_TRUE) == JXL_ENC_SUCCESS &&
                      JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT,
                                                       kEffort) == JXL_ENC_SUCCESS &&
                      JxlEncoderAddImageFrame(settings, &format, pixels_.data(), pixels_.size()) ==
                          JXL_ENC_SUCCESS;
    JxlEncoderCloseInput(encoder);
    return good;
  }
  bool take(JxlEncoder* encoder) {
    written_ = 0;
    for (;;) {
      std::uint8_t* next = out_.data() + written_;
      std::size_t left = out_.size() - written_;
      const JxlEncoderStatus status = JxlEncoderProcessOutput(encoder, &next, &left);
      written_ = static_cast<std::size_t>(next - out_.data());
      if (status != JXL_ENC_NEED_MORE_OUTPUT) return status == JXL_ENC_SUCCESS;
      out_.resize(out_.size() * 2);
    }
  }

  pixel::Layout layout_;
  Bytes pixels_;
  std::vector<std::uint8_t> out_;
  std::size_t written_ = 0;
};

class JxlDecoding final : public Task {
 public:
  JxlDecoding(const pixel::Layout& layout, Bytes stream)
      : layout_(layout), stream_(stream), out_(*layout.frame_bytes()) {}

  bool run() override {
    JxlDecoder* decoder = JxlDecoderCreate(nullptr);
    bool good = JxlDecoderSubscribeEvents(decoder, JXL_DEC_FULL_IMAGE) == JXL_DEC_SUCCESS &&
                JxlDecoderSetInput(decoder, stream_.data(), stream_.size()) == JXL_DEC_SUCCESS;
    JxlDecoderCloseInput(decoder);
    const JxlPixelFormat format = format_of(layout_);
    good = good && JxlDecoderProcessInput(decoder) == JXL_DEC_NEED_IMAGE_OUT_BUFFER &&
           JxlDecoderSetImageOutBuffer(decoder, &format, out_.data(), out_.size()) ==
               JXL_DEC_SUCCESS &&
           JxlDecoderProcessInput(decoder) == JXL_DEC_FULL_IMAGE;
    JxlDecoderDestroy(decoder);
    return good;
  }
  [[nodiscard]] Bytes output() override { return out_; }

 private:
  pixel::Layout layout_;
  Bytes stream_;
  std::vector<std::uint8_t> out_;
};

class Jxl final : public Peer {
 public:
  Jxl() {
    const std::uint32_t version = JxlEncoderVersion();
    version_ = std::to_string(version / 1000000) + '.' + std::to_string(version / 1000 % 1000) +
               '.' + std::to_string(version % 1000);
  }
  [[nodiscard]] const char* name() const override { return "libjxl"; }
  [[nodiscard]] const char* version() const override { return version_.c_str(); }
  [[nodiscard]] const char* codec() const override { return "jpeg-xl"; }
  [[nodiscard]] Task* encoder(const pixel::Layout& layout, Bytes pixels) override {
    return fits(layout) ? new JxlEncoding(layout, pixels) : nullptr;
  }
  [[nodiscard]] Task* decoder(const pixel::Layout& layout, Bytes stream) override {
    return fits(layout) ? new JxlDecoding(layout, stream) : nullptr;
  }

 private:
  static bool fits(const pixel::Layout& layout) {
    return (layout.bits_allocated == 8 || layout.bits_allocated == 16) &&
           (layout.samples_per_pixel == 1 || layout.samples_per_pixel == 3);
  }
  std::string version_;
};

}  // namespace
}  // namespace slipring::peers

extern "C" std::size_t slipring_list_peers(slipring::peers::Peer** peers, std::size_t most) {
  if (most == 0) return 0;
  peers[0] = new slipring::peers::Jxl;
  return 1;
}

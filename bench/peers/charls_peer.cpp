// CharLS through its C interface: JPEG-LS, lossless, samples interleaved as our encoder has them.
#include <charls/charls.h>

#include <vector>

#include "bench/peers/peer.h"

namespace slipring::peers {
namespace {

using charls::jpegls_errc;

constexpr std::size_t kRoomMin = 4096;

class CharlsEncoder final : public Task {
 public:
  CharlsEncoder(const pixel::Layout& layout, Bytes pixels)
      : layout_(layout), pixels_(pixels), out_(pixels.size() * 2 + kRoomMin) {}

  bool run() override {
    charls_jpegls_encoder* encoder = charls_jpegls_encoder_create();
    const charls_frame_info frame{layout_.columns, layout_.rows,
                                  static_cast<std::int32_t>(precision_of(layout_)),
                                  layout_.samples_per_pixel};
    const bool good =
        charls_jpegls_encoder_set_frame_info(encoder, &frame) == jpegls_errc::success &&
        charls_jpegls_encoder_set_interleave_mode(encoder, layout_.samples_per_pixel > 1
                                                               ? charls::interleave_mode::sample
                                                               : charls::interleave_mode::none) ==
            jpegls_errc::success &&
        charls_jpegls_encoder_set_destination_buffer(encoder, out_.data(), out_.size()) ==
            jpegls_errc::success &&
        charls_jpegls_encoder_encode_from_buffer(encoder, pixels_.data(), pixels_.size(), 0) ==
            jpegls_errc::success &&
        charls_jpegls_encoder_get_bytes_written(encoder, &written_) == jpegls_errc::success;
    charls_jpegls_encoder_destroy(encoder);
    return good;
  }
  [[nodiscard]] Bytes output() override { return Bytes(out_).first(written_); }

 private:
  pixel::Layout layout_;
  Bytes pixels_;
  std::vector<std::uint8_t> out_;
  std::size_t written_ = 0;
};

class CharlsDecoder final : public Task {
 public:
  CharlsDecoder(std::uint64_t frame_bytes, Bytes stream) : stream_(stream), out_(frame_bytes) {}

  bool run() override {
    charls_jpegls_decoder* decoder = charls_jpegls_decoder_create();
    const bool good = charls_jpegls_decoder_set_source_buffer(
                          decoder, stream_.data(), stream_.size()) == jpegls_errc::success &&
                      charls_jpegls_decoder_read_header(decoder) == jpegls_errc::success &&
                      charls_jpegls_decoder_decode_to_buffer(decoder, out_.data(), out_.size(),
                                                             0) == jpegls_errc::success;
    charls_jpegls_decoder_destroy(decoder);
    return good;
  }
  [[nodiscard]] Bytes output() override { return out_; }

 private:
  Bytes stream_;
  std::vector<std::uint8_t> out_;
};

class Charls final : public Peer {
 public:
  [[nodiscard]] const char* name() const override { return "CharLS"; }
  [[nodiscard]] const char* version() const override { return charls_get_version_string(); }
  [[nodiscard]] const char* codec() const override { return "jpeg-ls"; }
  [[nodiscard]] Task* encoder(const pixel::Layout& layout, Bytes pixels) override {
    return fits(layout) ? new CharlsEncoder(layout, pixels) : nullptr;
  }
  [[nodiscard]] Task* decoder(const pixel::Layout& layout, Bytes stream) override {
    return fits(layout) ? new CharlsDecoder(*layout.frame_bytes(), stream) : nullptr;
  }

 private:
  // It takes a byte a sample up to 8 bits, two above.
  static bool fits(const pixel::Layout& layout) {
    const unsigned bits = precision_of(layout);
    return bits >= 2 && (layout.bits_allocated == 8 || (layout.bits_allocated == 16 && bits > 8));
  }
};

}  // namespace
}  // namespace slipring::peers

extern "C" std::size_t slipring_list_peers(slipring::peers::Peer** peers, std::size_t most) {
  if (most == 0) return 0;
  peers[0] = new slipring::peers::Charls;
  return 1;
}

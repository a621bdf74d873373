// GDCM's codec classes on data elements in memory: what its ImageReader and
// ImageChangeTransferSyntax call underneath, without files and images.
#include <gdcmDataElement.h>
#include <gdcmFragment.h>
#include <gdcmJPEG2000Codec.h>
#include <gdcmJPEGCodec.h>
#include <gdcmJPEGLSCodec.h>
#include <gdcmPhotometricInterpretation.h>
#include <gdcmPixelFormat.h>
#include <gdcmRLECodec.h>
#include <gdcmSequenceOfFragments.h>
#include <gdcmTrace.h>
#include <gdcmVersion.h>

#include <memory>
#include <string_view>

#include "bench/peers/peer.h"

namespace slipring::peers {
namespace {

const gdcm::Tag kPixelData(0x7FE0, 0x0010);

template <class Codec>
void describe(Codec& codec, const pixel::Layout& layout) {
  const unsigned dimensions[3] = {layout.columns, layout.rows, 1};
  codec.SetNumberOfDimensions(2);
  codec.SetDimensions(dimensions);
  codec.SetPlanarConfiguration(0);
  codec.SetPhotometricInterpretation(layout.samples_per_pixel == 3
                                         ? gdcm::PhotometricInterpretation::RGB
                                         : gdcm::PhotometricInterpretation::MONOCHROME2);
  codec.SetPixelFormat(gdcm::PixelFormat(layout.samples_per_pixel, layout.bits_allocated,
                                         layout.bits_stored, layout.high_bit,
                                         layout.is_signed ? 1 : 0));
}

void prepare(gdcm::RLECodec& codec, std::uint64_t frame_bytes) {
  codec.SetBufferLength(frame_bytes);
}
void prepare(gdcm::JPEGCodec& codec, std::uint64_t) { codec.SetLossless(true); }
void prepare(gdcm::JPEGLSCodec& codec, std::uint64_t frame_bytes) {
  codec.SetBufferLength(frame_bytes);
  codec.SetLossless(true);
}
// Left alone it decodes in other threads, which the clock of this one does not see.
void prepare(gdcm::JPEG2000Codec& codec, std::uint64_t) {
  codec.SetReversible(true);
  codec.SetNumberOfThreadsForDecompression(0);
}

template <class Codec>
class GdcmEncoder final : public Task {
 public:
  GdcmEncoder(const pixel::Layout& layout, Bytes pixels) : layout_(layout), in_(kPixelData) {
    in_.SetByteValue(reinterpret_cast<const char*>(pixels.data()),
                     gdcm::VL(static_cast<std::uint32_t>(pixels.size())));
  }
  void rewind() override { out_ = gdcm::DataElement(kPixelData); }
  bool run() override {
    Codec codec;
    describe(codec, layout_);
    prepare(codec, *layout_.frame_bytes());
    return codec.Code(in_, out_);
  }
  [[nodiscard]] Bytes output() override {
    const gdcm::SequenceOfFragments* fragments = out_.GetSequenceOfFragments();
    if (fragments == nullptr || fragments->GetNumberOfFragments() == 0) return {};
    const gdcm::ByteValue* value = fragments->GetFragment(0).GetByteValue();
    return {reinterpret_cast<const std::uint8_t*>(value->GetPointer()), value->GetLength()};
  }

 private:
  pixel::Layout layout_;
  gdcm::DataElement in_;
  gdcm::DataElement out_;
};

template <class Codec>
class GdcmDecoder final : public Task {
 public:
  GdcmDecoder(const pixel::Layout& layout, Bytes stream) : layout_(layout), in_(kPixelData) {
    gdcm::SmartPointer<gdcm::SequenceOfFragments> fragments = new gdcm::SequenceOfFragments;
    gdcm::Fragment fragment;
    fragment.SetByteValue(reinterpret_cast<const char*>(stream.data()),
                          gdcm::VL(static_cast<std::uint32_t>(stream.size())));
    fragments->AddFragment(fragment);
    in_.SetValue(*fragments);
  }
  void rewind() override { out_ = gdcm::DataElement(kPixelData); }
  bool run() override {
    Codec codec;
    describe(codec, layout_);
    prepare(codec, *layout_.frame_bytes());
    return codec.Decode(in_, out_);
  }
  [[nodiscard]] Bytes output() override {
    const gdcm::ByteValue* value = out_.GetByteValue();
    if (value == nullptr) return {};
    return {reinterpret_cast<const std::uint8_t*>(value->GetPointer()), value->GetLength()};
  }

 private:
  pixel::Layout layout_;
  gdcm::DataElement in_;
  gdcm::DataElement out_;
};

template <class Codec>
class Gdcm final : public Peer {
 public:
  explicit Gdcm(const char* codec) : codec_(codec) {
    gdcm::Trace::WarningOff();
    gdcm::Trace::ErrorOff();
    gdcm::Trace::DebugOff();
  }
  [[nodiscard]] const char* name() const override { return "GDCM"; }
  [[nodiscard]] const char* version() const override { return gdcm::Version::GetVersion(); }
  [[nodiscard]] const char* codec() const override { return codec_; }
  [[nodiscard]] Task* encoder(const pixel::Layout& layout, Bytes pixels) override {
    return fits(layout) ? new GdcmEncoder<Codec>(layout, pixels) : nullptr;
  }
  [[nodiscard]] Task* decoder(const pixel::Layout& layout, Bytes stream) override {
    return fits(layout) ? new GdcmDecoder<Codec>(layout, stream) : nullptr;
  }

 private:
  static bool fits(const pixel::Layout& layout) {
    return layout.bits_allocated == 8 || layout.bits_allocated == 16;
  }
  const char* codec_;
};

}  // namespace
}  // namespace slipring::peers

extern "C" std::size_t slipring_list_peers(slipring::peers::Peer** peers, std::size_t most) {
  using namespace slipring::peers;
  if (most < 4) return 0;
  peers[0] = new Gdcm<gdcm::RLECodec>("rle");
  peers[1] = new Gdcm<gdcm::JPEGCodec>("jpeg-lossless");
  peers[2] = new Gdcm<gdcm::JPEGLSCodec>("jpeg-ls");
  peers[3] = new Gdcm<gdcm::JPEG2000Codec>("jpeg2000");
  return 4;
}

// DCMTK on data sets in memory. Encoding is chooseRepresentation() of native pixels that are there
// already; decoding is getUncompressedFrame() into memory that is there already: neither builds,
// parses or copies an object while the clock runs. Lossless JPEG is DCMTK's "real lossless" and
// JPEG-LS its raw mode, which do not pass through DicomImage.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>

#include <memory>
#include <vector>

#include "bench/codecs/dcmtk_layout.h"
#include "bench/peers/peer.h"

namespace slipring::peers {
namespace {

constexpr int kLossyQuality = 90;

void register_codecs() {
  static const bool once = [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DcmRLEDecoderRegistration::registerCodecs();
    DcmRLEEncoderRegistration::registerCodecs();
    DJDecoderRegistration::registerCodecs(EDC_never, EUC_never, EPC_colorByPixel);
    DJEncoderRegistration::registerCodecs(ECC_lossyRGB, EUC_never, OFTrue, 0, 0, 0, OFTrue, ESS_444,
                                          OFFalse);
    DJLSDecoderRegistration::registerCodecs(EJLSUC_never, EJLSPC_colorByPixel);
    DJLSEncoderRegistration::registerCodecs(0, 0, 0, 0, OFFalse, 0, OFTrue, EJLSUC_never, OFFalse,
                                            DJLSCodecParameter::interleaveSample);
    return true;
  }();
  (void)once;
}

// How one codec is asked for.
struct Process {
  const char* codec;
  E_TransferSyntax syntax;
  bool lossless;
};
constexpr Process kProcesses[] = {{"rle", EXS_RLELossless, true},
                                  {"jpeg-lossless", EXS_JPEGProcess14SV1, true},
                                  {"jpeg-ls", EXS_JPEGLSLossless, true},
                                  {"jpeg", EXS_JPEGProcess1, false},
                                  {"jpeg", EXS_JPEGProcess2_4, false}};

std::unique_ptr<DcmRepresentationParameter> parameter_of(const Process& process) {
  if (process.syntax == EXS_JPEGProcess14SV1) return std::make_unique<DJ_RPLossless>(1, 0);
  if (process.syntax == EXS_JPEGLSLossless)
    return std::make_unique<DJLSRepresentationParameter>(Uint16{0}, OFTrue);
  if (!process.lossless) return std::make_unique<DJ_RPLossy>(kLossyQuality);
  return nullptr;
}

class DcmtkEncoder final : public Task {
 public:
  DcmtkEncoder(const Process& process, const pixel::Layout& layout, Bytes pixels)
      : process_(process), layout_(layout), native_(pixels), parameter_(parameter_of(process)) {
    load();
  }

  // Some encoders change the attributes of their data set: every run begins with a fresh one.
  void rewind() override { load(); }
  bool run() override {
    return dataset_->chooseRepresentation(process_.syntax, parameter_.get()).good();
  }
  [[nodiscard]] Bytes output() override {
    DcmPixelSequence* sequence = nullptr;
    DcmPixelItem* item = nullptr;
    Uint8* bytes = nullptr;
    E_TransferSyntax syntax = EXS_Unknown;
    const DcmRepresentationParameter* parameter = nullptr;
    pixels_->getCurrentRepresentationKey(syntax, parameter);
    if (pixels_->getEncapsulatedRepresentation(syntax, parameter, sequence).bad() ||
        sequence->getItem(item, 1).bad() || item->getUint8Array(bytes).bad())
      return {};
    return {bytes, item->getLength()};
  }

 private:
  void load() {
    dataset_ = std::make_unique<DcmDataset>();
    bench::put_layout(*dataset_, layout_);
    pixels_ = new DcmPixelData(DCM_PixelData);
    if (layout_.bits_allocated > 8) {
      pixels_->setVR(EVR_OW);
      pixels_->putUint16Array(reinterpret_cast<const Uint16*>(native_.data()), native_.size() / 2);
    } else {
      pixels_->setVR(EVR_OB);
      pixels_->putUint8Array(native_.data(), native_.size());
    }
    dataset_->insert(pixels_, OFTrue);
  }

  Process process_;
  pixel::Layout layout_;
  Bytes native_;
  std::unique_ptr<DcmRepresentationParameter> parameter_;
  std::unique_ptr<DcmDataset> dataset_;
  DcmPixelData* pixels_ = nullptr;
};

class DcmtkDecoder final : public Task {
 public:
  DcmtkDecoder(const Process& process, const pixel::Layout& layout, Bytes stream)
      : parameter_(parameter_of(process)),
        frame_bytes_(*layout.frame_bytes()),
        out_(frame_bytes_ + frame_bytes_ % 2) {  // it wants room for an even number

    bench::put_layout(dataset_, layout);
    pixels_ = new DcmPixelData(DCM_PixelData);
    auto* sequence = new DcmPixelSequence(DCM_PixelSequenceTag);
    sequence->insert(new DcmPixelItem(DCM_PixelItemTag));
    auto* item = new DcmPixelItem(DCM_PixelItemTag);
    std::vector<std::uint8_t> even(stream.begin(), stream.end());
    even.resize(even.size() + even.size() % 2);
    item->putUint8Array(even.data(), even.size());
    sequence->insert(item);
    pixels_->putOriginalRepresentation(process.syntax, parameter_.get(), sequence);
    dataset_.insert(pixels_, OFTrue);
  }

  bool run() override {
    Uint32 fragment = 1;
    OFString colour_model;
    return pixels_
        ->getUncompressedFrame(&dataset_, 0, fragment, out_.data(),
                               static_cast<Uint32>(out_.size()), colour_model)
        .good();
  }
  [[nodiscard]] Bytes output() override { return Bytes(out_).first(frame_bytes_); }

 private:
  std::unique_ptr<DcmRepresentationParameter> parameter_;
  std::uint64_t frame_bytes_;
  std::vector<std::uint8_t> out_;
  DcmDataset dataset_;
  DcmPixelData* pixels_ = nullptr;
};

class Dcmtk final : public Peer {
 public:
  explicit Dcmtk(const Process& process) : process_(process) { register_codecs(); }
  [[nodiscard]] const char* name() const override { return "DCMTK"; }
  [[nodiscard]] const char* version() const override { return PACKAGE_VERSION; }
  [[nodiscard]] const char* codec() const override { return process_.codec; }
  [[nodiscard]] bool lossless() const override { return process_.lossless; }
  [[nodiscard]] Task* encoder(const pixel::Layout& layout, Bytes pixels) override {
    return fits(layout) ? new DcmtkEncoder(process_, layout, pixels) : nullptr;
  }
  [[nodiscard]] Task* decoder(const pixel::Layout& layout, Bytes stream) override {
    return fits(layout) ? new DcmtkDecoder(process_, layout, stream) : nullptr;
  }

 private:
  [[nodiscard]] bool fits(const pixel::Layout& layout) const {
    if (layout.bits_allocated != 8 && layout.bits_allocated != 16) return false;
    if (process_.syntax == EXS_JPEGProcess1)
      return layout.bits_allocated == 8 && layout.bits_stored == 8;
    if (process_.syntax == EXS_JPEGProcess2_4)
      return layout.bits_allocated == 16 && layout.bits_stored == 12 && !layout.is_signed;
    return true;
  }

  Process process_;
};

}  // namespace
}  // namespace slipring::peers

extern "C" std::size_t slipring_list_peers(slipring::peers::Peer** peers, std::size_t most) {
  std::size_t count = 0;
  for (const auto& process : slipring::peers::kProcesses)
    if (count < most) peers[count++] = new slipring::peers::Dcmtk(process);
  return count;
}

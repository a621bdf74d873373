#include "bench/codecs/peer_dcmtk.h"

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

#include "bench/codecs/dcmtk_layout.h"

namespace slipring::bench {
namespace {

void register_codecs() {
  static const bool once = [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DcmRLEDecoderRegistration::registerCodecs();
    DcmRLEEncoderRegistration::registerCodecs();
    DJDecoderRegistration::registerCodecs(EDC_never, EUC_default, EPC_colorByPixel);
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr);
    return true;
  }();
  (void)once;
}

pixel::Layout layout_of(DcmDataset& dataset) {
  const auto get = [&](const DcmTagKey& key) {
    Uint16 value = 0;
    dataset.findAndGetUint16(key, value);
    return value;
  };
  return {get(DCM_Rows),
          get(DCM_Columns),
          get(DCM_SamplesPerPixel),
          get(DCM_BitsAllocated),
          get(DCM_BitsStored),
          get(DCM_HighBit),
          get(DCM_PixelRepresentation) != 0};
}

}  // namespace

std::vector<Frame> read_frames(const std::string& path, const std::string& name) {
  register_codecs();
  DcmFileFormat file;
  if (file.loadFile(path.c_str()).bad()) return {};
  DcmDataset& dataset = *file.getDataset();
  if (dataset.chooseRepresentation(EXS_LittleEndianExplicit, nullptr).bad()) return {};
  const pixel::Layout layout = layout_of(dataset);
  const auto frame_bytes = layout.frame_bytes();
  DcmElement* element = nullptr;
  if (!frame_bytes || dataset.findAndGetElement(DCM_PixelData, element).bad()) return {};
  const auto* bytes = static_cast<const std::uint8_t*>(nullptr);
  Uint8* as_bytes = nullptr;
  Uint16* as_words = nullptr;
  if (element->getUint8Array(as_bytes).good())
    bytes = as_bytes;
  else if (element->getUint16Array(as_words).good())
    bytes = reinterpret_cast<const std::uint8_t*>(as_words);
  if (bytes == nullptr) return {};
  std::vector<Frame> frames;
  for (std::uint64_t at = 0; at + *frame_bytes <= element->getLength(); at += *frame_bytes)
    frames.push_back({name, layout, {bytes + at, bytes + at + *frame_bytes}});
  return frames;
}

struct DcmtkFrame::State {
  DcmDataset dataset;
  DcmPixelData* pixels = nullptr;
  E_TransferSyntax syntax = EXS_RLELossless;
};

namespace {

E_TransferSyntax syntax_of(Packing packing) {
  return packing == Packing::Rle ? EXS_RLELossless : EXS_JPEGProcess14SV1;
}

const DcmRepresentationParameter* parameter_of(E_TransferSyntax syntax) {
  static const DJ_RPLossless kSelectionValue1(1, 0);
  return syntax == EXS_JPEGProcess14SV1 ? &kSelectionValue1 : nullptr;
}

}  // namespace

DcmtkFrame::DcmtkFrame(const Frame& frame, Packing packing) : state_(std::make_unique<State>()) {
  register_codecs();
  state_->syntax = syntax_of(packing);
  put_layout(state_->dataset, frame.layout);
  state_->pixels = new DcmPixelData(DCM_PixelData);
  if (frame.layout.bits_allocated > 8) {
    state_->pixels->setVR(EVR_OW);
    state_->pixels->putUint16Array(reinterpret_cast<const Uint16*>(frame.pixels.data()),
                                   frame.pixels.size() / 2);
  } else {
    state_->pixels->setVR(EVR_OB);
    state_->pixels->putUint8Array(frame.pixels.data(), frame.pixels.size());
  }
  state_->dataset.insert(state_->pixels, OFTrue);
}

DcmtkFrame::DcmtkFrame(const pixel::Layout& layout, Bytes packed, Packing packing)
    : state_(std::make_unique<State>()) {
  register_codecs();
  state_->syntax = syntax_of(packing);
  put_layout(state_->dataset, layout);
  state_->pixels = new DcmPixelData(DCM_PixelData);
  auto* sequence = new DcmPixelSequence(DCM_PixelSequenceTag);
  sequence->insert(new DcmPixelItem(DCM_PixelItemTag));
  auto* item = new DcmPixelItem(DCM_PixelItemTag);
  item->putUint8Array(packed.data(), packed.size());
  sequence->insert(item);
  state_->pixels->putOriginalRepresentation(state_->syntax, nullptr, sequence);
  state_->dataset.insert(state_->pixels, OFTrue);
}

DcmtkFrame::~DcmtkFrame() = default;

bool DcmtkFrame::encode() {
  return state_->dataset.chooseRepresentation(state_->syntax, parameter_of(state_->syntax)).good();
}

Bytes DcmtkFrame::packed() {
  DcmPixelSequence* sequence = nullptr;
  DcmPixelItem* item = nullptr;
  Uint8* bytes = nullptr;
  if (state_->pixels
          ->getEncapsulatedRepresentation(state_->syntax, parameter_of(state_->syntax), sequence)
          .bad() ||
      sequence->getItem(item, 1).bad() || item->getUint8Array(bytes).bad())
    return {};
  return {bytes, item->getLength()};
}

void DcmtkFrame::forget() {
  state_->dataset.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
  state_->pixels->removeRepresentation(state_->syntax, parameter_of(state_->syntax));
}

bool DcmtkFrame::decode(MutableBytes out) {
  Uint32 fragment = 1;
  OFString colour_model;
  return state_->pixels
      ->getUncompressedFrame(&state_->dataset, 0, fragment, out.data(),
                             static_cast<Uint32>(out.size()), colour_model)
      .good();
}

}  // namespace slipring::bench

// Lossless JPEG beside DCMTK, in process: what it writes we read, what we write it reads.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>

#include "tests/codecs/jpeg_lossless/peers/sweep.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;

void register_codecs() {
  static const bool once = [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DJDecoderRegistration::registerCodecs(EDC_never, EUC_default, EPC_colorByPixel);
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr);
    return true;
  }();
  (void)once;
}

void describe(DcmDataset& dataset, const pixel::Layout& l) {
  dataset.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(l.rows));
  dataset.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(l.columns));
  dataset.putAndInsertUint16(DCM_SamplesPerPixel, l.samples_per_pixel);
  dataset.putAndInsertUint16(DCM_BitsAllocated, l.bits_allocated);
  dataset.putAndInsertUint16(DCM_BitsStored, l.bits_stored);
  dataset.putAndInsertUint16(DCM_HighBit, l.high_bit);
  dataset.putAndInsertUint16(DCM_PixelRepresentation, l.is_signed ? 1 : 0);
  dataset.putAndInsertString(DCM_PhotometricInterpretation,
                             l.samples_per_pixel == 3 ? "RGB" : "MONOCHROME2");
  dataset.putAndInsertString(DCM_NumberOfFrames, "1");
  dataset.putAndInsertString(DCM_SOPClassUID, UID_SecondaryCaptureImageStorage);
  if (l.samples_per_pixel == 3) dataset.putAndInsertUint16(DCM_PlanarConfiguration, 0);
}

std::optional<Pixels> read_by_dcmtk(const pixel::Layout& l, Bytes stream) {
  register_codecs();
  DcmDataset dataset;
  describe(dataset, l);
  auto pixels = std::make_unique<DcmPixelData>(DCM_PixelData);
  auto sequence = std::make_unique<DcmPixelSequence>(DCM_PixelSequenceTag);
  sequence->insert(std::make_unique<DcmPixelItem>(DCM_PixelItemTag).release());
  auto item = std::make_unique<DcmPixelItem>(DCM_PixelItemTag);
  Pixels even(stream.begin(), stream.end());
  even.resize((even.size() + 1) / 2 * 2);
  item->putUint8Array(even.data(), even.size());
  sequence->insert(item.release());
  pixels->putOriginalRepresentation(EXS_JPEGProcess14, nullptr, sequence.release());
  DcmPixelData* const data = pixels.get();
  dataset.insert(pixels.release(), OFTrue);
  Pixels out(l.frame_bytes().value());
  const std::size_t size = out.size();
  out.resize((size + 1) / 2 * 2);
  Uint32 fragment = 1;
  OFString colour_model;
  const bool good = data->getUncompressedFrame(&dataset, 0, fragment, out.data(),
                                               static_cast<Uint32>(out.size()), colour_model)
                        .good();
  if (!good) return std::nullopt;
  out.resize(size);
  return out;
}

Pixels written_by_dcmtk(const pixel::Layout& l, const Pixels& from, int selection_value) {
  register_codecs();
  DcmDataset dataset;
  describe(dataset, l);
  if (l.bits_allocated > 8)
    dataset.putAndInsertUint16Array(DCM_PixelData, reinterpret_cast<const Uint16*>(from.data()),
                                    from.size() / 2);
  else
    dataset.putAndInsertUint8Array(DCM_PixelData, from.data(), from.size());
  const DJ_RPLossless parameter(selection_value, 0);
  if (dataset.chooseRepresentation(EXS_JPEGProcess14, &parameter).bad()) return {};
  DcmElement* element = nullptr;
  DcmPixelSequence* sequence = nullptr;
  DcmPixelItem* item = nullptr;
  Uint8* bytes = nullptr;
  dataset.findAndGetElement(DCM_PixelData, element);
  auto* data = dynamic_cast<DcmPixelData*>(element);
  if (data == nullptr ||
      data->getEncapsulatedRepresentation(EXS_JPEGProcess14, &parameter, sequence).bad() ||
      sequence->getItem(item, 1).bad() || item->getUint8Array(bytes).bad())
    return {};
  return {bytes, bytes + item->getLength()};
}

TEST(LosslessAndDcmtk, ReadsStreamsOfEveryKind) {
  const Tally grey = sweep(read_by_dcmtk, 1, true);
  const Tally colour = sweep(read_by_dcmtk, 3, true);
  EXPECT_EQ(grey.refused, 0U) << "of " << grey.streams;
  EXPECT_EQ(colour.refused, 0U) << "of " << colour.streams;
}

TEST(LosslessAndDcmtk, ReadsWhatOurEncoderWrites) {
  const Tally tally = sweep_encoder(read_by_dcmtk);
  EXPECT_EQ(tally.refused, 0U) << "of " << tally.streams;
}

TEST(LosslessAndDcmtk, OurDecoderReadsItsStreamsOfEverySelectionValue) {
  std::uint32_t read = 0;
  for (const std::uint16_t samples : kGreyAndColour) {
    for (std::uint16_t stored = 8; stored <= 16; ++stored) {
      for (int selection_value = 1; selection_value <= 7; ++selection_value) {
        for (const Pattern pattern : kPatterns) {
          const pixel::Layout l = layout(12, 66, samples, stored <= 8 ? 8 : 16, stored);
          const Pixels pixels = make_frame(l, pattern);
          const Pixels stream = written_by_dcmtk(l, pixels, selection_value);
          ASSERT_FALSE(stream.empty()) << fixture::text(l) << " value " << selection_value;
          const Decoded back = decode_lossless(stream, l);
          ASSERT_TRUE(back.status) << back.status.error().what;
          EXPECT_TRUE(back.pixels == pixels) << fixture::text(l) << " value " << selection_value;
          ++read;
        }
      }
    }
  }
  EXPECT_EQ(read, 2U * 9 * 7 * 4);
}

}  // namespace
}  // namespace slipring::codecs

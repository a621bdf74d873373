// Lossless JPEG beside GDCM, in process: what it writes we read, what we write it reads.
#include <gdcmDataElement.h>
#include <gdcmFragment.h>
#include <gdcmJPEGCodec.h>
#include <gdcmPhotometricInterpretation.h>
#include <gdcmPixelFormat.h>
#include <gdcmSequenceOfFragments.h>
#include <gdcmTrace.h>

#include "tests/codecs/jpeg_lossless/peers/sweep.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;

const gdcm::Tag kPixelData(0x7FE0, 0x0010);

void describe(gdcm::JPEGCodec& codec, const pixel::Layout& l) {
  gdcm::Trace::WarningOff();
  gdcm::Trace::ErrorOff();
  gdcm::Trace::DebugOff();
  const unsigned dimensions[3] = {l.columns, l.rows, 1};
  codec.SetNumberOfDimensions(2);
  codec.SetDimensions(dimensions);
  codec.SetPlanarConfiguration(0);
  codec.SetPhotometricInterpretation(l.samples_per_pixel == 3
                                         ? gdcm::PhotometricInterpretation::RGB
                                         : gdcm::PhotometricInterpretation::MONOCHROME2);
  // Of a byte that is not full it asserts in some places.
  const std::uint16_t stored = l.bits_allocated == 8 ? std::uint16_t{8} : l.bits_stored;
  codec.SetPixelFormat(gdcm::PixelFormat(l.samples_per_pixel, l.bits_allocated, stored,
                                         static_cast<std::uint16_t>(stored - 1),
                                         l.is_signed ? 1 : 0));
  codec.SetLossless(true);
}

std::optional<Pixels> read_by_gdcm(const pixel::Layout& l, Bytes stream) {
  gdcm::JPEGCodec codec;
  describe(codec, l);
  gdcm::SmartPointer<gdcm::SequenceOfFragments> fragments = new gdcm::SequenceOfFragments;
  gdcm::Fragment fragment;
  fragment.SetByteValue(reinterpret_cast<const char*>(stream.data()),
                        gdcm::VL(static_cast<std::uint32_t>(stream.size())));
  fragments->AddFragment(fragment);
  gdcm::DataElement in(kPixelData), out(kPixelData);
  in.SetValue(*fragments);
  if (!codec.Decode(in, out) || out.GetByteValue() == nullptr) return std::nullopt;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(out.GetByteValue()->GetPointer());
  const std::size_t size = l.frame_bytes().value();
  if (out.GetByteValue()->GetLength() < size) return std::nullopt;
  return Pixels(bytes, bytes + size);
}

Pixels written_by_gdcm(const pixel::Layout& l, const Pixels& pixels) {
  gdcm::JPEGCodec codec;
  describe(codec, l);
  gdcm::DataElement in(kPixelData), out(kPixelData);
  in.SetByteValue(reinterpret_cast<const char*>(pixels.data()),
                  gdcm::VL(static_cast<std::uint32_t>(pixels.size())));
  const bool good = codec.Code(in, out);
  const gdcm::SequenceOfFragments* fragments = out.GetSequenceOfFragments();
  if (!good || fragments == nullptr || fragments->GetNumberOfFragments() == 0) return {};
  const gdcm::ByteValue* value = fragments->GetFragment(0).GetByteValue();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(value->GetPointer());
  return {bytes, bytes + value->GetLength()};
}

TEST(LosslessAndGdcm, ReadsStreamsOfEveryKind) {
  const Tally grey = sweep(read_by_gdcm, 1, true);
  const Tally colour = sweep(read_by_gdcm, 3, true);
  EXPECT_EQ(grey.refused, 0U) << "of " << grey.streams;
  EXPECT_EQ(colour.refused, 0U) << "of " << colour.streams;
}

TEST(LosslessAndGdcm, ReadsWhatOurEncoderWrites) {
  const Tally tally = sweep_encoder(read_by_gdcm);
  EXPECT_EQ(tally.refused, 0U) << "of " << tally.streams;
}

TEST(LosslessAndGdcm, OurDecoderReadsItsStreams) {
  for (const std::uint16_t samples : kGreyAndColour) {
    for (std::uint16_t stored = 8; stored <= 16; ++stored) {
      for (const Pattern pattern : kPatterns) {
        const pixel::Layout l = layout(12, 66, samples, stored <= 8 ? 8 : 16, stored);
        const Pixels pixels = make_frame(l, pattern);
        const Pixels stream = written_by_gdcm(l, pixels);
        ASSERT_FALSE(stream.empty()) << fixture::text(l);
        const Decoded back = decode_lossless(stream, l);
        ASSERT_TRUE(back.status) << back.status.error().what;
        EXPECT_TRUE(back.pixels == pixels) << fixture::text(l);
      }
    }
  }
}

}  // namespace
}  // namespace slipring::codecs

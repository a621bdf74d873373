#include "bench/codecs/peer_dcmtk_jpeg12.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djcparam.h>
#include <dcmtk/dcmjpeg/djdijg12.h>
#include <dcmtk/dcmjpeg/djeijg12.h>

#include <algorithm>

namespace slipring::bench {
namespace {

const DJCodecParameter& parameters() {
  static const DJCodecParameter all(ECC_lossyYCbCr, EDC_never, EUC_default, EPC_colorByPixel);
  return all;
}

}  // namespace

Stream encode_jpeg12(const Frame& frame, unsigned quality) {
  std::vector<Uint16> samples(frame.pixels.size() / 2);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = std::min<Uint16>(load_le<std::uint16_t>(&frame.pixels[2 * i]), 4095);
  DJCompressIJG12Bit encoder(parameters(), EJM_sequential, static_cast<Uint8>(quality));
  Uint8* bytes = nullptr;
  Uint32 size = 0;
  if (encoder
          .encode(static_cast<Uint16>(frame.layout.columns), static_cast<Uint16>(frame.layout.rows),
                  EPI_Monochrome2, 1, samples.data(), bytes, size)
          .bad())
    return {};
  Stream stream(bytes, bytes + size);
  delete[] bytes;
  return stream;
}

bool decode_jpeg12(Stream& stream, MutableBytes out) {
  DJDecompressIJG12Bit decoder(parameters(), OFFalse);
  return decoder.init().good() && decoder
                                      .decode(stream.data(), static_cast<Uint32>(stream.size()),
                                              out.data(), static_cast<Uint32>(out.size()), OFFalse)
                                      .good();
}

Stream read_jpeg12(const std::string& path) {
  DcmFileFormat file;
  DcmElement* element = nullptr;
  DcmPixelSequence* sequence = nullptr;
  if (file.loadFile(path.c_str()).bad() ||
      file.getDataset()->getOriginalXfer() != EXS_JPEGProcess2_4 ||
      file.getDataset()->findAndGetElement(DCM_PixelData, element).bad() ||
      static_cast<DcmPixelData*>(element)
          ->getEncapsulatedRepresentation(EXS_JPEGProcess2_4, nullptr, sequence)
          .bad())
    return {};
  Stream stream;
  for (unsigned long i = 1; i < sequence->card(); ++i) {
    DcmPixelItem* item = nullptr;
    Uint8* bytes = nullptr;
    if (sequence->getItem(item, i).good() && item->getUint8Array(bytes).good())
      stream.insert(stream.end(), bytes, bytes + item->getLength());
  }
  return stream;
}

}  // namespace slipring::bench

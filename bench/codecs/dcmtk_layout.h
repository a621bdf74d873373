// A layout as the attributes that DCMTK's codecs read (PS3.3 C.7.6.3), of one frame.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "codecs/pixel/layout.h"

namespace slipring::bench {

inline void put_layout(DcmDataset& dataset, const pixel::Layout& layout) {
  dataset.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(layout.rows));
  dataset.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(layout.columns));
  dataset.putAndInsertUint16(DCM_SamplesPerPixel, layout.samples_per_pixel);
  dataset.putAndInsertUint16(DCM_BitsAllocated, layout.bits_allocated);
  dataset.putAndInsertUint16(DCM_BitsStored, layout.bits_stored);
  dataset.putAndInsertUint16(DCM_HighBit, layout.high_bit);
  dataset.putAndInsertUint16(DCM_PixelRepresentation, layout.is_signed ? 1 : 0);
  dataset.putAndInsertString(DCM_PhotometricInterpretation,
                             layout.samples_per_pixel == 3 ? "RGB" : "MONOCHROME2");
  dataset.putAndInsertString(DCM_NumberOfFrames, "1");
  dataset.putAndInsertString(DCM_SOPClassUID, UID_SecondaryCaptureImageStorage);
  if (layout.samples_per_pixel == 3) dataset.putAndInsertUint16(DCM_PlanarConfiguration, 0);
}

}  // namespace slipring::bench

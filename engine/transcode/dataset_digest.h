// The data set digest: SHA-256 over the elements of a data set in one canonical form, whatever
// their encoding, so that the same elements give the same digest before and after a conversion.
//
// How anyone can recompute it. For every element in the order of the file, at every depth:
//   tag      group, then element number, 2 bytes each, little endian
//   VR       2 letters
//   length   4 bytes, little endian, of the value as it lies, pad byte included
//   value    in little endian: the bytes of each word reversed when it lies in big endian (words of
//   the
//            file's VR: 2 bytes for AT OW SS US; 4 for FL OF OL SL UL; 8 for FD OD OV SV UV)
// A sequence, whatever its declared VR and length: tag, "SQ", FFFFFFFF; for each item the 8 bytes
// FEFF00E0 FFFFFFFF, its elements, FEFF0DE0 00000000; at the end FEFFDDE0 00000000. Encapsulated
// pixel data inside a sequence: tag, "OB", FFFFFFFF; for each fragment (offset table first)
// FEFF00E0, its 4-byte length, its bytes; at the end FEFFDDE0 00000000.
//
// Left out: group 0002; every (gggg,0000); and at depth 0 what a conversion may change: (0028,0004)
// Photometric Interpretation, (0028,0006) Planar Configuration, (7FE0,0010) Pixel Data,
// (7FE0,0001), (7FE0,0002) and (7FE0,0003). Bytes after the last element are no element.
// (FFFC,FFFC) is one.
//
// The VR is the file's. Where the file has none (implicit VR, or implicit items in an explicit
// file): the dictionary's, UN for a tag it does not know; US for "US or SS", but SS when Pixel
// Representation (0028,0103), the item's own before it or else that around it, is 1; OW for "OB or
// OW"; the first otherwise, but when the value is longer than 65,534 bytes and a 16-bit length
// cannot hold it, the first of its VRs with a 32-bit length. UN for letters that are no VR and,
// last, for every VR of 16-bit length whose value is longer than 65,534 bytes. `implicit_target`:
// the other side of the comparison is implicit VR, which keeps no VR. Then both sides take
// dictionary.h's implicit_vr of the tag for every element, with the last rule as above; where that
// is SQ and the value has no bytes, it is a sequence without items, whatever VR the file gives it.
#pragma once

#include "engine/dicom/digest.h"
#include "engine/dicom/scanned.h"

namespace slipring::transcode {

// `derived`: the two sides of the comparison are an object and one derived of it with loss; what
// differs_when_derived (derivation.h) is left out too.
[[nodiscard]] dicom::Sha256Digest dataset_digest(const dicom::DataSet& data_set,
                                                 bool implicit_target, bool derived = false);

}  // namespace slipring::transcode

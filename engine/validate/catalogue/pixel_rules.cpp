#include "engine/validate/catalogue/catalogue.h"

namespace slipring::validate::catalogue {

namespace {

using enum dicom::Severity;

// L5: pixel data, its description and its codestreams (PS3.3 C.7.6.3, PS3.5 section 8 and Annex A).
constexpr Rule kRules[] = {
    {{5, 1},
     Error,
     "image description missing or illegal",
     "Rows, Columns, bits, samples or Photometric Interpretation are absent or cannot be. As a "
     "warning the "
     "pixels can still be read.",
     "Correct the attributes; they cannot be guessed.",
     "PS3.3 C.7.6.3.1"},
    {{5, 2},
     Error,
     "pixel data length is wrong",
     "Uncompressed pixel data is shorter than Rows, Columns, bits and frames need; as a warning it "
     "is longer.",
     "Shorter: the image is incomplete, restore it from another copy. Longer: look at Number of "
     "Frames.",
     "PS3.5 8.1.1, A.4"},
    {{5, 3},
     Error,
     "image size overflows",
     "Rows x Columns x samples x bits x frames is beyond what can be counted or the limit of this "
     "program.",
     "Treat the file as damaged or hostile.",
     "PS3.3 C.7.6.3.1"},
    {{5, 4},
     Error,
     "basic offset table is wrong",
     "The table is malformed, or its offsets do not lead to items, or there are not as many as "
     "frames. Viewers "
     "that use it show wrong frames.",
     "Convert the file: the table is rebuilt.",
     "PS3.5 A.4"},
    {{5, 5},
     Error,
     "extended offset table is wrong",
     "(7FE0,0001) and (7FE0,0002) do not fit the fragments, or stand beside a basic offset table.",
     "Convert the file: the table is rebuilt.",
     "PS3.3 C.7.6.3.1.8"},
    {{5, 6},
     Error,
     "fragments do not fit the frames",
     "Fewer fragments than frames; as a warning the limits of the frames had to be inferred.",
     "Look at Number of Frames; check the images.",
     "PS3.5 A.4"},
    {{5, 7},
     Error,
     "fragment is malformed",
     "An item of encapsulated pixel data is missing, has undefined or odd length, or another tag.",
     "Restore the object from another copy.",
     "PS3.5 A.4"},
    {{5, 8},
     Error,
     "codestream is not what the transfer syntax says",
     "The compressed bytes are of another kind than declared. As a warning they are of a near "
     "relation, or inside a JP2 file's boxes.",
     "Convert the file: what is written says what it is.",
     "PS3.5 8.2, A.4"},
    {{5, 9},
     Error,
     "codestream has other dimensions",
     "Rows or Columns of the codestream are not those of the data set.",
     "Find out which are right; viewers differ.",
     "PS3.5 8.2, PS3.3 C.7.6.3.1"},
    {{5, 10},
     Error,
     "codestream has another number of components",
     "Samples per Pixel is not what the codestream holds.",
     "Find out which is right; viewers differ.",
     "PS3.5 8.2, PS3.3 C.7.6.3.1.1"},
    {{5, 11},
     Error,
     "codestream has another precision",
     "The precision of the codestream is beyond Bits Allocated. As a warning it is below Bits "
     "Stored; as information it is above Bits Stored, which is allowed.",
     "Look at the image; the window may be off by a power of two.",
     "PS3.5 8.2"},
    {{5, 12},
     Warning,
     "codestream has another sign",
     "The codestream says signed and Pixel Representation says unsigned, or the reverse.",
     "Find out which is right: readers differ, and values above the middle turn negative.",
     "PS3.5 8.2.4"},
    {{5, 13},
     Warning,
     "photometric interpretation disagrees with the codestream",
     "The codestream's colour transform is not the one that Photometric Interpretation implies. "
     "Colours may "
     "be wrong in some viewers.",
     "Look at the colours; correct Photometric Interpretation.",
     "PS3.5 8.2, PS3.3 C.7.6.3.1.2"},
    {{5, 14},
     Warning,
     "lossy compression not stated",
     "The pixels were compressed with loss and Lossy Image Compression (0028,2110) does not say "
     "01, or its "
     "value is neither 00 nor 01.",
     "Set the attribute: the reader of the image must know.",
     "PS3.3 C.7.6.1.1.5"},
    {{5, 15},
     Error,
     "pixels cannot be decoded",
     "A frame could not be decoded to the end. As a warning it could, and the decoder had to "
     "tolerate "
     "something.",
     "Restore the object from another copy; conversion keeps or quarantines it.",
     "PS3.5 8.2"},
    {{5, 16},
     Warning,
     "bytes behind the codestream",
     "There is more in the fragments than the codestream and one byte of padding.",
     "Nothing is lost by converting; look at the writer.",
     "PS3.5 A.4"},
    {{5, 17},
     Error,
     "lossy codestream under a lossless transfer syntax",
     "NEAR is not 0, or the wavelet is not reversible, although the transfer syntax promises "
     "lossless.",
     "The image has lost information: state it in (0028,2110) and correct the transfer syntax.",
     "PS3.5 8.2.3, 8.2.4"},
    {{5, 18},
     Warning,
     "samples exceed bits stored",
     "Native samples use bits above Bits Stored. Readers mask them or not, so they show different "
     "values.",
     "Look at the image; Bits Stored is probably too small.",
     "PS3.5 8.1.1"},
    {{5, 19},
     Warning,
     "lookup table, overlay or icon has the wrong size",
     "The data of a lookup table, an overlay or an icon image are not as long as their description "
     "says.",
     "Readers may skip or misread it; correct the description.",
     "PS3.3 C.7.6.3.1.5, C.9.2, C.11.1, F.7"},
    {{5, 21},
     Info,
     "pixels were not checked",
     "This build has no decoder for the transfer syntax, or the pixel data is of a kind it does "
     "not look into. "
     "Nothing is said about whether the pixels are good.",
     "Check them with another tool; conversion passes them through untouched.",
     "PS3.5 10"},
};

}  // namespace

std::span<const Rule> pixel_rules() { return kRules; }

}  // namespace slipring::validate::catalogue

// The file meta group of a new object (PS3.10 7.1): preamble of zeros, "DICM", group 2 with its
// length. A pure function of the source and the target: no clock, no random number.
#pragma once

#include "codecs/base/buffer.h"
#include "engine/dicom/scanned.h"

namespace slipring::transcode {

// Derived from a random UUID (PS3.5 B.2), drawn once.
inline constexpr std::string_view kImplementationClassUID =
    "2.25.302089162016990837671458847323603147964";
inline constexpr std::string_view kImplementationVersionName = "SLIPRING_0_1";

// SOP class and instance come from the data set, from the old meta group where it has none;
// elements from (0002,0016) on are the old ones; the rest is ours. `sop_instance`: of a new
// instance; "": the object stays the one it was.
void append_meta_group(const dicom::Scanned& scanned, const dicom::TransferSyntax& target,
                       std::string_view sop_instance, Buffer& out);

// What any such file begins with, around the group's other elements, which are encoded already:
// the preamble, "DICM" and (0002,0000) go before them.
void append_file_head(const Buffer& group, Buffer& out);

}  // namespace slipring::transcode

// Meta: the file meta information (PS3.10 7.1): group 2, read until another group begins, whatever
// its group length says; and what rules L1-03 to L1-12 have to say of it.
#pragma once

#include <cstdint>
#include <string_view>

#include "codecs/base/bytes.h"
#include "engine/dicom/scanned.h"

namespace slipring::scan {

// True when the bytes at `at` begin an element of group 2, in any encoding.
[[nodiscard]] bool begins_meta(Bytes bytes, std::uint64_t at);

// Reads group 2 from `begin`: the meta tape, the transfer syntax, findings. Gives where the data
// set begins; out.error or out.more_needed_bytes are set when it could not be reached.
std::uint64_t read_meta(Bytes bytes, std::uint64_t begin, std::uint64_t size_bytes,
                        dicom::Scanned& out);

// L1-07: the meta group's SOP class and instance against the data set's, after the walk.
void compare_meta_with_data_set(dicom::Scanned& out);

}  // namespace slipring::scan

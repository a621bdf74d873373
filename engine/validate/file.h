// What layer L0 says of a file before any of its bytes are judged: how it is called, and whether it
// could be read. Takes names and the errors of reading; the caller has the file.
#pragma once

#include <string_view>

#include "codecs/base/error.h"
#include "engine/dicom/finding.h"

namespace slipring::validate {

// L0-07: bytes that are no UTF-8, or characters that no name should have.
void check_name(std::string_view path, dicom::Findings& findings);

// L0-01: never opened. L0-03: reading stopped, at the error's offset. L0-04: changed meanwhile.
// Other errors are not of reading and say nothing. `opened`: bytes of the file were there.
void check_reading(const Error& error, bool opened, dicom::Findings& findings);

// L0-01, a note: what is no regular file is not opened.
void note_special_file(dicom::Findings& findings);

}  // namespace slipring::validate

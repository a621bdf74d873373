// From a scanned object to its key: pure, bytes in, hashes out.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/dicom/between/object_key.h"
#include "engine/dicom/scanned.h"

namespace slipring::collate {

// What the key's `content` is made of, which only the caller knows: the hash of the data set's
// bytes, all of them or those before the pixel data.
struct Content {
  std::uint64_t hash = 0;
  bool whole = false;
};

// The key of an object and what it refers to: every Referenced SOP Instance UID (0008,1155) at any
// depth beside a Referenced SOP Class UID of a storage class (PS3.4 B.5), each once. A DICOMDIR's
// references are the files it lists; what is wrong with it alone goes to `findings` (L6-09). `path`
// is the name under which it will be collated. What cannot be read counts as absent.
void take_keys(const dicom::Scanned& scanned, std::string_view path, const Content& content,
               dicom::ObjectKeys& keys, dicom::Findings& findings);

// Days since 1899-12-31 of a DA value, 1 to 65,535; 0 where there is no such day.
[[nodiscard]] std::uint16_t day_number(std::string_view date);

}  // namespace slipring::collate

// A DICOMDIR (PS3.3 F.3): what it lists, and whether its records hang together. Takes a scanned
// DICOMDIR, gives references to files and findings about it alone.
#pragma once

#include <string>
#include <string_view>

#include "engine/dicom/between/object_key.h"
#include "engine/dicom/scanned.h"

namespace slipring::collate {

// "a/b/" of "a/b/DICOMDIR"; "" of a path without one.
[[nodiscard]] std::string_view directory_of(std::string_view path);
// ASCII letters only: media are often copied with their names in lower case.
[[nodiscard]] std::string upper_case(std::string_view text);

// Adds a reference for every record with a Referenced File ID (0004,1500), its target the hash of
// upper_case(directory_of(path) + the ID's components). Findings L6-09, on the DICOMDIR itself: an
// ID that leads out of the directory or is no file name (E), records that lead to no record or in a
// circle (E).
void take_media_directory(const dicom::Scanned& scanned, std::string_view path,
                          dicom::ObjectKeys& keys, dicom::Findings& findings);

}  // namespace slipring::collate

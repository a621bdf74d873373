#include "engine/receive/storage_classes.h"

#include <algorithm>
#include <array>

namespace slipring::receive {

namespace {

constexpr std::string_view kStandardRoot = "1.2.840.10008.";
constexpr std::string_view kStorageArc = "1.2.840.10008.5.1.4.1.1.";  // PS3.6 table A-1

// Storage SOP classes outside that arc (PS3.4 B.5, GG.3; retired ones too).
constexpr std::array<std::string_view, 11> kElsewhere = {
    "1.2.840.10008.5.1.1.27",     // Stored Print Storage (retired)
    "1.2.840.10008.5.1.1.29",     // Hardcopy Grayscale Image Storage (retired)
    "1.2.840.10008.5.1.1.30",     // Hardcopy Color Image Storage (retired)
    "1.2.840.10008.5.1.4.34.1",   // RT Beams Delivery Instruction Storage, trial (retired)
    "1.2.840.10008.5.1.4.34.7",   // RT Beams Delivery Instruction Storage
    "1.2.840.10008.5.1.4.34.10",  // RT Brachy Application Setup Delivery Instruction Storage
    "1.2.840.10008.5.1.4.38.1",   // Hanging Protocol Storage
    "1.2.840.10008.5.1.4.39.1",   // Color Palette Storage
    "1.2.840.10008.5.1.4.43.1",   // Generic Implant Template Storage
    "1.2.840.10008.5.1.4.44.1",   // Implant Assembly Template Storage
    "1.2.840.10008.5.1.4.45.1",   // Implant Template Group Storage
};

// Classes within the arc that are asked, not stored: FIND, MOVE, GET, creation and query of
// protocol approvals and of inventories.
constexpr std::array<std::string_view, 8> kNotStored = {
    "1.2.840.10008.5.1.4.1.1.200.4", "1.2.840.10008.5.1.4.1.1.200.5",
    "1.2.840.10008.5.1.4.1.1.200.6", "1.2.840.10008.5.1.4.1.1.201.2",
    "1.2.840.10008.5.1.4.1.1.201.3", "1.2.840.10008.5.1.4.1.1.201.4",
    "1.2.840.10008.5.1.4.1.1.201.5", "1.2.840.10008.5.1.4.1.1.201.6"};

}  // namespace

bool is_storage_class(std::string_view sop_class) {
  if (sop_class.starts_with(kStorageArc))
    return std::ranges::find(kNotStored, sop_class) == kNotStored.end();
  return std::ranges::find(kElsewhere, sop_class) != kElsewhere.end();
}

bool is_private_class(std::string_view sop_class) { return !sop_class.starts_with(kStandardRoot); }

}  // namespace slipring::receive

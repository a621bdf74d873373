// UIDs the standard defines (PS3.6 annex A): what they name, and for storage SOP classes the object
// definition and the modalities they may have (PS3.4 annex B).
#pragma once

#include <cstdint>
#include <string_view>

namespace slipring::validate::standard {

enum class UidKind : std::uint8_t { None, SopClass, TransferSyntax, Other };

struct Uid {
  std::string_view uid;
  std::string_view name;
  std::string_view modalities;  // separated by backslashes; "" where any will do
  unsigned iod = 0;             // object_definition.h; 0: none
  UidKind kind = UidKind::None;
  bool retired = false;
};

inline constexpr std::string_view kDicomRoot = "1.2.840.10008.";

// kind is None where the standard does not define the UID.
[[nodiscard]] Uid find_uid(std::string_view uid);

}  // namespace slipring::validate::standard

// VR: value representations (PS3.5 6.2) and the facts of each that the engine needs.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace slipring::dicom {

// `None` is an item, a delimiter or a fragment; `Unknown` two letters that no edition defines.
enum class VR : std::uint8_t {
  None,
  AE,
  AS,
  AT,
  CS,
  DA,
  DS,
  DT,
  FD,
  FL,
  IS,
  LO,
  LT,
  OB,
  OD,
  OF,
  OL,
  OV,
  OW,
  PN,
  SH,
  SL,
  SQ,
  SS,
  ST,
  SV,
  TM,
  UC,
  UI,
  UL,
  UN,
  UR,
  US,
  UT,
  UV,
  Unknown,
};
inline constexpr int kVRCount = static_cast<int>(VR::Unknown) + 1;

struct VRFacts {
  char name[3];
  bool long_header;  // explicit encoding has 2 reserved bytes and a 32-bit length (PS3.5 7.1.2)
  bool text;         // characters, space padded (UI: NUL padded)
  bool charset;      // affected by Specific Character Set
  std::uint8_t unit_bytes;  // what byte swapping works on: 1, 2, 4 or 8
};

inline constexpr std::array<VRFacts, kVRCount> kVRFacts = {{
    {"--", false, false, false, 1}, {"AE", false, true, false, 1}, {"AS", false, true, false, 1},
    {"AT", false, false, false, 2}, {"CS", false, true, false, 1}, {"DA", false, true, false, 1},
    {"DS", false, true, false, 1},  {"DT", false, true, false, 1}, {"FD", false, false, false, 8},
    {"FL", false, false, false, 4}, {"IS", false, true, false, 1}, {"LO", false, true, true, 1},
    {"LT", false, true, true, 1},   {"OB", true, false, false, 1}, {"OD", true, false, false, 8},
    {"OF", true, false, false, 4},  {"OL", true, false, false, 4}, {"OV", true, false, false, 8},
    {"OW", true, false, false, 2},  {"PN", false, true, true, 1},  {"SH", false, true, true, 1},
    {"SL", false, false, false, 4}, {"SQ", true, false, false, 1}, {"SS", false, false, false, 2},
    {"ST", false, true, true, 1},   {"SV", true, false, false, 8}, {"TM", false, true, false, 1},
    {"UC", true, true, true, 1},    {"UI", false, true, false, 1}, {"UL", false, false, false, 4},
    {"UN", true, false, false, 1},  {"UR", true, true, false, 1},  {"US", false, false, false, 2},
    {"UT", true, true, true, 1},    {"UV", true, false, false, 8}, {"??", true, false, false, 1},
}};

[[nodiscard]] constexpr const VRFacts& facts(VR vr) {
  return kVRFacts[static_cast<std::size_t>(vr)];
}
[[nodiscard]] constexpr std::string_view name(VR vr) { return {facts(vr).name, 2}; }

namespace detail {
constexpr std::array<VR, 676> make_vr_by_letters() {
  std::array<VR, 676> table{};
  table.fill(VR::Unknown);
  for (int i = 1; i < kVRCount - 1; ++i) {
    const auto& row = kVRFacts[static_cast<std::size_t>(i)];
    table[static_cast<std::size_t>((row.name[0] - 'A') * 26 + (row.name[1] - 'A'))] =
        static_cast<VR>(i);
  }
  return table;
}
inline constexpr auto kVRByLetters = make_vr_by_letters();
}  // namespace detail

// VR::None when the two bytes are not capital letters; Unknown when they are but name no VR.
[[nodiscard]] constexpr VR vr_from(std::uint8_t first, std::uint8_t second) {
  const unsigned a = first - unsigned{'A'};
  const unsigned b = second - unsigned{'A'};
  if (a >= 26 || b >= 26) return VR::None;
  return detail::kVRByLetters[a * 26 + b];
}

}  // namespace slipring::dicom

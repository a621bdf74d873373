// The grammar of values, PS3.5 Table 6.2-1: what one value of a VR must look like. Exact and
// scalar; the kernels have let the clean repertoire through before. Takes text, gives the reason or
// nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/dicom/vr.h"

namespace slipring::validate::values {

struct Complaint {
  std::string_view what;       // static text; empty: nothing to complain about
  std::uint32_t position = 0;  // byte of the value it is about
  [[nodiscard]] explicit operator bool() const { return !what.empty(); }
};

// One value (between backslashes) of AE, AS, CS, DA, DS, DT, IS, TM or UI; trailing spaces may be
// there. An empty value is right for each of them. Other VRs: nothing.
[[nodiscard]] Complaint complaint(dicom::VR vr, std::string_view value);

// One value of PN in a single-byte set, without padding: groups and components counted, lengths in
// bytes.
[[nodiscard]] Complaint person_name_complaint(std::string_view value);

[[nodiscard]] bool is_date(std::string_view yyyymmdd);  // 8 digits, a day of the Gregorian calendar

inline constexpr unsigned kPersonNameGroupsMax = 3;
inline constexpr unsigned kPersonNameComponentsMax = 5;
inline constexpr unsigned kPersonNameCharactersMax = 64;  // per group

}  // namespace slipring::validate::values

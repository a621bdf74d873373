#include "engine/dimse/message/status.h"

namespace slipring::dimse {

namespace {

struct Row {
  std::uint16_t first;
  std::uint16_t last;
  std::string_view name;
};

// PS3.7 Annex C, then PS3.4 B.2.3 (storage), C.4.1 to C.4.3 (query and retrieve) and H.4 (print);
// the narrower range first.
constexpr Row kRows[] = {
    {0x0000, 0x0000, "success"},
    {0x0001, 0x0001, "requested optional attributes are not supported"},
    {0x0105, 0x0105, "no such attribute"},
    {0x0106, 0x0106, "invalid attribute value"},
    {0x0107, 0x0107, "attribute list error"},
    {0x0110, 0x0110, "processing failure"},
    {0x0111, 0x0111, "duplicate SOP instance"},
    {0x0112, 0x0112, "no such SOP instance"},
    {0x0113, 0x0113, "no such event type"},
    {0x0114, 0x0114, "no such argument"},
    {0x0115, 0x0115, "invalid argument value"},
    {0x0116, 0x0116, "attribute value out of range"},
    {0x0117, 0x0117, "invalid SOP instance"},
    {0x0118, 0x0118, "no such SOP class"},
    {0x0119, 0x0119, "class-instance conflict"},
    {0x0120, 0x0120, "missing attribute"},
    {0x0121, 0x0121, "missing attribute value"},
    {0x0122, 0x0122, "SOP class not supported"},
    {0x0123, 0x0123, "no such action type"},
    {0x0124, 0x0124, "not authorized"},
    {0x0210, 0x0210, "duplicate invocation"},
    {0x0211, 0x0211, "unrecognized operation"},
    {0x0212, 0x0212, "mistyped argument"},
    {0x0213, 0x0213, "resource limitation"},
    {0xA701, 0xA701, "out of resources: unable to calculate number of matches"},
    {0xA702, 0xA702, "out of resources: unable to perform sub-operations"},
    {0xA700, 0xA7FF, "out of resources"},
    {0xA801, 0xA801, "move destination unknown"},
    {0xA900, 0xA9FF, "data set does not match SOP class"},
    {0xAA00, 0xAA00, "none of the frames requested were found in the SOP instance"},
    {0xAA01, 0xAA01, "unable to create new object for this SOP class"},
    {0xAA02, 0xAA02, "unable to extract frames"},
    {0xAA03, 0xAA03, "time-based request for a non-time-based SOP instance"},
    {0xAA04, 0xAA04, "invalid request"},
    {0xB600, 0xB600, "memory allocation not supported"},
    {0xB601, 0xB601, "film sessions are not printed as a whole"},
    {0xB602, 0xB602, "film session without images: an empty page"},
    {0xB603, 0xB603, "film box without images: an empty page"},
    {0xB604, 0xB604, "image demagnified to fit its box"},
    {0xB605, 0xB605, "requested density beyond the printer's range"},
    {0xB609, 0xB609, "image cropped to fit its box"},
    {0xB60A, 0xB60A, "image decimated to fit its box"},
    {0xB000, 0xB000, "coercion of data elements, or sub-operations with failures"},
    {0xB006, 0xB006, "elements discarded"},
    {0xB007, 0xB007, "data set does not match SOP class (stored)"},
    {0xB000, 0xBFFF, "warning"},
    {0xC600, 0xC600, "film session without film boxes"},
    {0xC601, 0xC602, "print queue full"},
    {0xC603, 0xC603, "image larger than its box"},
    {0xC605, 0xC605, "printer out of memory for this image"},
    {0xC613, 0xC613, "combined image larger than its box"},
    {0xC616, 0xC616, "an earlier film box is not printed yet"},
    {0xC000, 0xCFFF, "cannot understand or unable to process"},
    {0xFE00, 0xFE00, "cancelled"},
    {0xFF00, 0xFF00, "pending"},
    {0xFF01, 0xFF01, "pending, optional keys not supported"},
};

}  // namespace

StatusClass class_of(std::uint16_t status) {
  if (status == 0) return StatusClass::Success;
  if (status == 0xFE00) return StatusClass::Cancel;
  if (status == 0xFF00 || status == 0xFF01) return StatusClass::Pending;
  if (status == 0x0001 || status == 0x0107 || status == 0x0116 || (status >> 12) == 0xB)
    return StatusClass::Warning;
  return StatusClass::Failure;
}

std::string_view name(StatusClass status_class) {
  switch (status_class) {
    case StatusClass::Success:
      return "success";
    case StatusClass::Warning:
      return "warning";
    case StatusClass::Failure:
      return "failure";
    case StatusClass::Cancel:
      return "cancel";
    case StatusClass::Pending:
      return "pending";
  }
  return "failure";
}

std::string_view status_name(std::uint16_t status) {
  for (const Row& row : kRows)
    if (status >= row.first && status <= row.last) return row.name;
  return "";
}

StoreVerdict store_verdict(std::uint16_t status) {
  if (class_of(status) == StatusClass::Success) return StoreVerdict::Stored;
  if (class_of(status) == StatusClass::Warning) return StoreVerdict::StoredChanged;
  if (status == 0x0111) return StoreVerdict::Present;
  if ((status >> 8) == 0xA7) return StoreVerdict::Retry;
  return StoreVerdict::Refused;
}

}  // namespace slipring::dimse

#include "engine/validate/dictionary/multiplicity.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "engine/validate/kernels/separators.h"

namespace slipring::validate::dictionary {

using dicom::VR;

namespace {

// Text that no separator parts (PS3.5 6.4).
bool is_single(VR vr) { return vr == VR::ST || vr == VR::LT || vr == VR::UT || vr == VR::UR; }

}  // namespace

Multiplicity parse_multiplicity(std::string_view vm) {
  const char* end = vm.data() + vm.size();
  Multiplicity read{0, 0, 1};
  auto [after, error] = std::from_chars(vm.data(), vm.data() + vm.size(), read.least);
  if (error != std::errc{}) return {0, 0, 1};
  if (after == end) {
    read.most = read.least;
    return read;
  }
  if (*after != '-') return {0, 0, 1};
  ++after;
  std::uint32_t number = 0;
  const auto [behind, no_number] = std::from_chars(after, end, number);
  if (no_number == std::errc{} && behind == end)
    read.most = number;
  else if (no_number == std::errc{})
    read.step = std::max(number, 1U);  // "2-2n"
  return read;
}

std::uint64_t count_values(const dicom::DataSet& data_set, const dicom::Element& element) {
  switch (element.vr()) {
    case VR::US:
    case VR::SS:
      return element.length / 2;
    case VR::UL:
    case VR::SL:
    case VR::FL:
    case VR::AT:
      return element.length / 4;
    case VR::FD:
    case VR::UV:
    case VR::SV:
      return element.length / 8;
    default:
      break;
  }
  if (is_single(element.vr())) return 1;
  if (!dicom::facts(element.vr()).text) return 0;
  return kernels::count_text_values(data_set.value(element));
}

bool has_several_values(const dicom::DataSet& data_set, const dicom::Element& element) {
  const VR vr = element.vr();
  const bool list = dicom::facts(vr).text && !is_single(vr);
  if (!list) return count_values(data_set, element) > 1;
  const Bytes text = data_set.value(element);
  return !text.empty() && std::memchr(text.data(), kernels::kSeparator, text.size()) != nullptr;
}

}  // namespace slipring::validate::dictionary

#include "engine/validate/consistency/root.h"

#include <algorithm>

namespace slipring::validate::consistency {

using dicom::Element;

static_assert(std::ranges::is_sorted(kWanted));

Root::Root(const dicom::Scanned& scanned, catalogue::Reporter& reporter)
    : scanned_(scanned), data_set_(scanned.data_set()), reporter_(reporter) {
  data_set_.find_each(kWanted, found_);
}

std::string_view Root::text(Wanted wanted, std::size_t n) const {
  const Element* element = find(wanted);
  return element == nullptr ? std::string_view() : values(*element).text(n);
}

std::optional<double> Root::number(Wanted wanted, std::size_t n) const {
  const Element* element = find(wanted);
  return element == nullptr ? std::nullopt : values(*element).number(n);
}

std::size_t Root::count(Wanted wanted) const {
  const Element* element = find(wanted);
  return element == nullptr ? 0 : values(*element).count();
}

}  // namespace slipring::validate::consistency

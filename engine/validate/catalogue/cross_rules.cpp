#include "engine/validate/catalogue/catalogue.h"

namespace slipring::validate::catalogue {

namespace {

using enum dicom::Severity;

// L6: objects against each other. Raised by ingest, which alone sees more than one.
constexpr Rule kRules[] = {
    {{6, 1},
     Error,
     "same SOP Instance UID, different content",
     "Two files claim to be the same object and are not. A PACS keeps one of them and drops the "
     "other.",
     "Find out which is right; both are kept here under different names.",
     "PS3.5 9, PS3.3 C.12.1.1.1"},
};

}  // namespace

std::span<const Rule> cross_rules() { return kRules; }

}  // namespace slipring::validate::catalogue

// Storage classes: which SOP classes a storage SCP takes (PS3.4 B.5): all of the standard's, those
// still to come in its arc, and on request whatever is no class of the standard at all. Pure.
#pragma once

#include <string_view>

namespace slipring::receive {

// Objects stored by C-STORE: images, reports, waveforms, presentation states, protocols, implants.
[[nodiscard]] bool is_storage_class(std::string_view sop_class);

// Not of the standard's root: a maker's own.
[[nodiscard]] bool is_private_class(std::string_view sop_class);

}  // namespace slipring::receive

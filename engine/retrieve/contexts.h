// Contexts of a C-GET: those the peer may send its objects in (PS3.4 C.5.3), a pair of SOP class
// and transfer syntax each, so that what is stored compressed comes as it is. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/dimse/association/negotiation.h"
#include "engine/query/ask.h"

namespace slipring::retrieve {

// The storage classes of these instances, each once, in order of first use. Where the peer named
// none, those of the usual modalities.
[[nodiscard]] std::vector<std::string> classes_of(std::span<const query::Instance> instances);

// Sets contexts and roles of a proposal: the C-GET class, then as many transfer syntaxes of each
// class as 128 contexts leave room for, uncompressed ones first. Classes beyond room (63) are left
// out.
void propose_get(std::span<const std::string> classes, dimse::Proposal& proposal);

}  // namespace slipring::retrieve

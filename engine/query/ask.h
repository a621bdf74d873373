// Ask: a C-FIND by keys, its matches as Answers; and what a study consists of. For whoever needs
// the answers itself; the doors print them as they come.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/dimse/service/query.h"
#include "engine/query/answer.h"
#include "engine/query/key.h"

namespace slipring::query {

// What a peer lists as belonging to a study.
struct Instance {
  std::string sop_class;  // "" where the peer does not say
  std::string sop_instance;
  std::string series;
  friend bool operator==(const Instance&, const Instance&) = default;
};

// The whole query. Errors: Unsupported (no context for the class), those of dimse::find, Mismatch
// (a final status that is no success, as `actual`), those of Answer::read.
[[nodiscard]] Result<void> ask(dimse::Association& association, std::string_view sop_class,
                               std::span<const Key> keys,
                               const std::function<void(const Answer&)>& take,
                               const dimse::QueryLimits& limits = {});

// Study Instance UIDs that match, each once, in order of answer: study root. Values that are no
// UIDs are passed over.
[[nodiscard]] Result<std::vector<std::string>> find_studies(dimse::Association& association,
                                                            std::span<const Key> keys);

// Every instance of a study, series by series, as hierarchical queries must go (PS3.4 C.4.1.2.1),
// each once.
[[nodiscard]] Result<std::vector<Instance>> list_study(dimse::Association& association,
                                                       const std::string& study);

}  // namespace slipring::query

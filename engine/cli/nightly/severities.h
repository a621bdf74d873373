// Profiles and baselines as files: what a site makes of the rules, and which findings it knows.
#pragma once

#include <istream>
#include <string>
#include <string_view>

#include "engine/ingest/nightly/judgement.h"

namespace slipring::cli {

// "archive": the catalogue's own. "migration": what does not keep an object from being moved whole
// (values, dictionary, attributes: layers 2 to 4, warnings there) is a note, and bytes and pixels
// are as they are. "strict": warnings are errors, notes are warnings. Else a TOML file:
//   base = "migration"        optional
//   [severity]
//   "L2-20" = "info"          error, warning, info or off
//   "L5" = "error"            a layer, for rules that are not named
// Throws std::runtime_error with what is wrong and where.
[[nodiscard]] ingest::Profile read_profile(const std::string& name);

// The same from the text of such a file.
[[nodiscard]] ingest::Profile parse_profile(std::string_view text);

// Findings as --json writes them, a line each; lines of other types are passed over. Throws
// std::runtime_error for a line that is no JSON, and where there is no line of the contract at all.
[[nodiscard]] ingest::Baseline read_baseline(std::istream& lines);
[[nodiscard]] ingest::Baseline read_baseline(const std::string& file);

}  // namespace slipring::cli

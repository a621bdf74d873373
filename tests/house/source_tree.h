// SourceTree: our own source files as texts, for the tests that read the house's law in them. The
// rules take a list of sources, so that a canary can hand them one that breaks a rule.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slipring::house {

struct Source {
  std::string path;  // from the root, '/' separated
  std::string text;
};
using Sources = std::vector<Source>;
using Violations = std::vector<std::string>;  // "path: what"

// Everything below codecs, engine, datasets, bench and tests but seeds, goldens and results. Read
// once.
[[nodiscard]] const Sources& sources();

struct Include {
  std::string name;
  bool quoted = false;
  int line = 0;
};
[[nodiscard]] std::vector<Include> includes_of(const Source& source);

// "engine/scan" of "engine/scan/scan.h"; "codecs" of "codecs/codec.h"; "" at the root.
[[nodiscard]] std::string_view folder_of(std::string_view path);
[[nodiscard]] std::string_view file_name_of(std::string_view path);
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
[[nodiscard]] bool is_cpp(const Source& source);  // .h or .cpp

// For a failure's text: one violation a line.
[[nodiscard]] std::string joined(const Violations& violations);

}  // namespace slipring::house

// The corpus of real files and its manifest, for tests that check ours against what independent
// decoders made of them. Absent on most machines: tests skip then.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace slipring::test {

inline std::filesystem::path corpus_directory() {
  if (const char* named = std::getenv("SLIPRING_CORPUS")) return named;
  return std::filesystem::path(SLIPRING_SOURCE_DIR) / ".." / "shared" / "corpus";
}

inline bool has_corpus() { return std::filesystem::exists(corpus_directory() / "MANIFEST.tsv"); }

// A row of the manifest, its fields by the names of the first line.
using ManifestRow = std::map<std::string, std::string>;

inline std::vector<std::string> tab_separated(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t at = 0;
  for (std::size_t tab = line.find('\t'); tab != std::string::npos; tab = line.find('\t', at)) {
    fields.push_back(line.substr(at, tab - at));
    at = tab + 1;
  }
  fields.push_back(line.substr(at));
  return fields;
}

inline std::vector<ManifestRow> manifest() {
  std::ifstream file(corpus_directory() / "MANIFEST.tsv");
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> names = tab_separated(line);
  std::vector<ManifestRow> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = tab_separated(line);
    ManifestRow& row = rows.emplace_back();
    for (std::size_t i = 0; i < names.size() && i < fields.size(); ++i) row[names[i]] = fields[i];
  }
  return rows;
}

inline std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace slipring::test

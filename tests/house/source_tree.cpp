#include "tests/house/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace slipring::house {

namespace {

bool is_data(const std::filesystem::path& path) {
  const auto name = path.filename();
  return name == "corpus" || name == "golden" || name == "results" || name == "__pycache__";
}

void read_below(const std::filesystem::path& root, const std::string& top, Sources& into) {
  if (!std::filesystem::exists(root / top)) return;
  auto at = std::filesystem::recursive_directory_iterator(root / top);
  for (; at != std::filesystem::recursive_directory_iterator(); ++at) {
    if (at->is_directory() && is_data(at->path())) at.disable_recursion_pending();
    if (!at->is_regular_file() || at->path().filename().string().starts_with('.')) continue;
    std::ifstream file(at->path(), std::ios::binary);
    into.push_back({at->path().lexically_relative(root).generic_string(),
                    std::string(std::istreambuf_iterator<char>(file), {})});
  }
}

Sources read_all() {
  Sources all;
  for (const char* top : {"codecs", "engine", "datasets", "bench", "tests"})
    read_below(SLIPRING_SOURCE_DIR, top, all);
  std::sort(all.begin(), all.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  return all;
}

std::string_view trimmed_left(std::string_view text) {
  const std::size_t at = text.find_first_not_of(" \t");
  return at == std::string_view::npos ? std::string_view() : text.substr(at);
}

}  // namespace

const Sources& sources() {
  static const Sources all = read_all();
  return all;
}

std::vector<Include> includes_of(const Source& source) {
  std::vector<Include> found;
  int number = 0;
  for (std::string_view line : lines_of(source.text)) {
    ++number;
    line = trimmed_left(line);
    if (!line.starts_with('#')) continue;
    line = trimmed_left(line.substr(1));
    if (!line.starts_with("include")) continue;
    line = trimmed_left(line.substr(7));
    if (line.empty() || (line.front() != '<' && line.front() != '"')) continue;
    const bool quoted = line.front() == '"';
    const std::size_t end = line.find(quoted ? '"' : '>', 1);
    found.push_back({std::string(line.substr(1, end - 1)), quoted, number});
  }
  return found;
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view file_name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool is_cpp(const Source& source) {
  return source.path.ends_with(".h") || source.path.ends_with(".cpp");
}

std::string joined(const Violations& violations) {
  std::string text;
  for (const std::string& violation : violations) text += violation + '\n';
  return text;
}

}  // namespace slipring::house

// Lists of paths: whatever the bytes and however they arrive, the same paths come out, none too
// long, and no name made from one leaves the place it is put under. First byte: how large the
// pieces are.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engine/discover/names.h"
#include "engine/discover/path_list.h"

namespace {

using namespace slipring::discover;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_name(std::string_view relative) {
  require(relative.empty() || (relative.front() != '/' && relative.back() != '/'));
  for (std::size_t at = 0; at < relative.size();) {
    const std::size_t end = std::min(relative.find('/', at), relative.size());
    const std::string_view component = relative.substr(at, end - at);
    require(!component.empty() && component != "." && component != ".." && component != kOwnFolder);
    at = end + 1;
  }
}

std::vector<std::string> cut(std::string_view text, std::size_t piece_bytes, bool null_separated) {
  PathCutter cutter(null_separated);
  std::vector<std::string> paths;
  const auto keep = [&](const ListedPath& path) {
    require(!path.path.empty() && path.path.size() <= kPathBytesMax && path.line != 0);
    paths.push_back(path.path);
  };
  while (!text.empty()) {
    std::string_view piece = text.substr(0, piece_bytes);
    text.remove_prefix(piece.size());
    while (auto path = cutter.next(piece)) keep(*path);
  }
  if (auto path = cutter.finish()) keep(*path);
  return paths;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool null_separated = (data[0] & 1) != 0;
  const std::vector<std::string> whole = cut(text, text.size() + 1, null_separated);
  require(cut(text, 1 + data[0] / 2, null_separated) == whole);
  UniqueNames names;
  for (const std::string& path : whole) {
    check_name(names.unique(safe_relative(path), 2));
    (void)base_name(path);
  }
  return 0;
}

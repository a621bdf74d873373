#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "engine/dicom/digest.h"
#include "engine/ledger/ledger.h"

namespace slipring::ledger {

namespace {

constexpr std::size_t kWordMax = 64;  // of the root's name in the file's

std::filesystem::path state_directory() {
  // Nothing here changes the environment.  NOLINTBEGIN(concurrency-mt-unsafe)
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && state[0] == '/') return state;  // a relative one is to be ignored
  const char* home = std::getenv("HOME");
  // NOLINTEND(concurrency-mt-unsafe)
  if (home != nullptr && home[0] == '/') return std::filesystem::path(home) / ".local/state";
  return ".";
}

std::string word_of(const std::filesystem::path& root) {
  std::string word = root.filename().empty() ? root.parent_path().filename() : root.filename();
  for (char& c : word) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    if (!plain) c = '_';
  }
  word.resize(std::min(word.size(), kWordMax));
  return word.empty() ? "root" : word;
}

}  // namespace

std::string state_path(std::span<const std::string> roots) {
  std::string all;
  std::filesystem::path first;
  for (const std::string& root : roots) {
    std::error_code ignored;
    auto whole = std::filesystem::absolute(root, ignored).lexically_normal();
    if (!whole.has_filename()) whole = whole.parent_path();
    if (all.empty()) first = whole;
    all += whole.string() + "\n";
  }
  const std::string digest = dicom::to_hex(dicom::xxh128(as_bytes(all)).bytes).substr(0, 8);
  return state_directory() / "slipring" / (word_of(first) + "-" + digest + ".db");
}

}  // namespace slipring::ledger

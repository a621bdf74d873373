#include "engine/discover/names.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace slipring::discover {
namespace {

constexpr std::string_view kNameForOwnFolder = "_slipring";

}  // namespace

std::string safe_relative(std::string_view path) {
  std::string safe;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view component = path.substr(at, end - at);
    at = end + 1;
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      const std::size_t slash = safe.rfind('/');
      safe.resize(slash == std::string::npos ? 0 : slash);
      continue;
    }
    if (!safe.empty()) safe += '/';
    safe += component == kOwnFolder ? kNameForOwnFolder : component;
  }
  return safe;
}

std::string_view base_name(std::string_view path) {
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string UniqueNames::unique(std::string name, std::uint64_t ordinal) {
  while (!insert(std::hash<std::string_view>{}(name))) {
    name.append("~").append(std::to_string(ordinal));
  }
  return name;
}

bool UniqueNames::insert(std::uint64_t hash) {
  if (hash == 0) hash = 1;
  if (used_ * 2 >= slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    if (slots_[at] == hash) return false;
  }
  slots_[at] = hash;
  ++used_;
  return true;
}

void UniqueNames::grow() {
  constexpr std::size_t kSlotsAtFirst = 64;
  const std::size_t size = slots_.empty() ? kSlotsAtFirst : slots_.size() * 2;
  const std::vector<std::uint64_t> old = std::exchange(slots_, std::vector<std::uint64_t>(size));
  for (const std::uint64_t hash : old) {
    if (hash == 0) continue;
    std::size_t at = hash & (size - 1);
    while (slots_[at] != 0) at = (at + 1) & (size - 1);
    slots_[at] = hash;
  }
}

}  // namespace slipring::discover

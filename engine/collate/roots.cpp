#include "engine/collate/roots.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "engine/collate/state.h"

namespace slipring::collate {

namespace {

struct Arc {
  std::string_view prefix;
  unsigned components;  // of a root below it
};
// Where registries hand out numbers below a longer arc; elsewhere a root has four components.
constexpr Arc kArcs[] = {
    {"1.3.6.1.4.1.", 7},  // private enterprises (IANA)
    {"1.2.826.0.1.", 6},  // UK, company numbers
    {"1.2.276.0.", 5},    // DIN
    {"1.3.12.2.", 5},     // ECMA
    {"1.2.752.", 4},      // SIS
};
constexpr unsigned kComponents = 4;

bool is_uid(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string_view uid_root(std::string_view uid) {
  if (!is_uid(uid) || uid.starts_with("2.25.")) return {};
  unsigned components = kComponents;
  for (const Arc& arc : kArcs)
    if (uid.starts_with(arc.prefix)) components = arc.components;
  std::size_t end = 0;
  for (unsigned i = 0; i < components; ++i) {
    const std::size_t dot = uid.find('.', end);
    if (dot == std::string_view::npos) return {};
    end = dot + 1;
  }
  return uid.substr(0, end - 1);
}

void Roots::add(std::uint32_t root, std::uint16_t maker, std::uint32_t file) {
  if (root == 0 || maker == 0) return;
  const auto found = users_.find(root);
  if (found == users_.end()) {
    if (users_.size() < kRootsMax) users_.emplace(root, User{maker, file});
    return;
  }
  User& user = found->second;
  if (user.maker == maker || user.shared) return;
  user.shared = true;
  user.other_file = file;
}

Result<void> Roots::judge(Voice& voice) const {
  constexpr dicom::RuleId kSharedRoot{6, 11};
  std::vector<User> shared;
  for (const auto& [root, user] : users_)
    if (user.shared) shared.push_back(user);
  std::ranges::sort(shared, {}, &User::other_file);
  for (const User& user : shared) {
    TRY_ASSIGN(const std::string name, voice.name(user.file));
    TRY(voice.say(kSharedRoot, dicom::Severity::Info,
                  {user.other_file, dicom::tags::SOPInstanceUID},
                  fmt::format("UID root as in {}, which names another manufacturer", name)));
  }
  return {};
}

}  // namespace slipring::collate

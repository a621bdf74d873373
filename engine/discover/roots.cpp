#include "engine/discover/roots.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <memory>

#include "engine/discover/names.h"

namespace slipring::discover {
namespace {

Root unreadable(const std::string& path, int error_number) {
  return {.kind = Root::Kind::Unreadable,
          .path = path,
          .open_path = {},
          .relative = {},
          .error = {.code = ErrorCode::Io,
                    .what = error_number == ENOENT ? "there is nothing of this name"
                                                   : "the source cannot be opened",
                    .actual = static_cast<std::uint64_t>(error_number)}};
}

// The path without links, or empty and errno.
std::string without_links(const std::string& path) {
  const std::unique_ptr<char, decltype(&::free)> real(::realpath(path.c_str(), nullptr), &::free);
  return real ? std::string(real.get()) : std::string();
}

Root look_at(const std::string& path) {
  if (path.find('\0') != std::string::npos) return unreadable(path, EINVAL);
  struct stat status;
  struct stat link;
  if (::stat(path.c_str(), &status) != 0 || ::lstat(path.c_str(), &link) != 0) {
    return unreadable(path, errno);
  }
  Root root{
      .kind = Root::Kind::Special, .path = path, .open_path = {}, .relative = {}, .error = {}};
  if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) return root;
  const std::string real = without_links(path);
  if (real.empty()) return unreadable(path, errno);
  if (S_ISREG(status.st_mode)) {
    root.kind = Root::Kind::File;
    if (S_ISLNK(link.st_mode)) root.path = real;  // files are opened without following links
    return root;
  }
  root.kind = Root::Kind::Directory;
  root.open_path = real;
  while (root.path.ends_with('/')) root.path.pop_back();
  root.path += '/';
  return root;
}

// The name a root goes by: its last component as given, or as it really is for ".", ".." and "/".
std::string own_name(const std::string& given, const Root& root) {
  std::string_view name = base_name(given);
  if (name.empty() || name == "." || name == "..") name = base_name(root.open_path);
  return name.empty() ? "root" : std::string(name);
}

}  // namespace

Roots look_at_roots(const std::vector<std::string>& paths, bool with_list) {
  Roots all;
  const bool several = paths.size() + (with_list ? 1 : 0) > 1;
  UniqueNames names;
  for (const std::string& path : paths) {
    Root root = look_at(path);
    std::string name = own_name(path, root);
    if (several) name = names.unique(std::move(name), all.roots.size() + 1);
    if (root.kind != Root::Kind::Directory) {
      root.relative = std::move(name);
    } else if (several) {
      root.relative = name + '/';
    }
    all.roots.push_back(std::move(root));
  }
  if (with_list && several) all.list_prefix = names.unique("list", paths.size() + 1) + '/';
  return all;
}

}  // namespace slipring::discover

#include "engine/deliver/directories.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "engine/deliver/write_file.h"

namespace slipring::deliver {

namespace {
constexpr mode_t kDirectoryMode = 0755;
}

std::shared_ptr<Directory> Directories::cached(std::string_view path) {
  if (path.empty()) return root_;
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second);
  return recent_.front();
}

void Directories::remember(std::shared_ptr<Directory> directory) {
  recent_.push_front(std::move(directory));
  by_path_.emplace(recent_.front()->path, recent_.begin());
  if (recent_.size() <= kCachedDirectories) return;
  by_path_.erase(recent_.back()->path);  // the key views the path: it goes first
  recent_.pop_back();
}

// One component: O_NOFOLLOW on each is RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS without their
// kernel.
Result<std::shared_ptr<Directory>> Directories::open_in(const std::shared_ptr<Directory>& parent,
                                                        std::string_view path) {
  const std::string leaf(path.substr(parent->path.empty() ? 0 : parent->path.size() + 1));
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Descriptor opened(::openat(parent->descriptor.get(), leaf.c_str(), kFlags));
  if (!opened && errno == ENOENT) {
    if (::mkdirat(parent->descriptor.get(), leaf.c_str(), kDirectoryMode) != 0 && errno != EEXIST)
      return io_error("the output directory could not be made");
    opened = Descriptor(::openat(parent->descriptor.get(), leaf.c_str(), kFlags));
  }
  if (!opened) {
    if (errno == ELOOP || errno == ENOTDIR)
      return io_error("a link or a file stands where an output directory belongs");
    return io_error("the output directory could not be opened");
  }
  auto directory = std::make_shared<Directory>();
  directory->descriptor = std::move(opened);
  directory->path = path;
  directory->depth = parent->depth + 1;
  return directory;
}

Result<std::shared_ptr<Directory>> Directories::of(std::string_view name) {
  const std::size_t last = name.rfind('/');
  const std::string_view path = last == std::string_view::npos ? "" : name.substr(0, last);
  std::size_t known = path.size();
  std::shared_ptr<Directory> directory = cached(path);
  while (!directory) {  // ends at "", the root
    const std::size_t slash = path.rfind('/', known - 1);
    known = slash == std::string_view::npos ? 0 : slash;
    directory = cached(path.substr(0, known));
  }
  while (known != path.size()) {
    const std::size_t begin = known == 0 ? 0 : known + 1;
    known = std::min(path.find('/', begin), path.size());
    TRY_ASSIGN(std::shared_ptr<Directory> next, open_in(directory, path.substr(0, known)));
    // Made now, or by a run that was killed before it could sync: its entry is synced either way.
    touch(directory);
    remember(next);
    directory = std::move(next);
  }
  return directory;
}

void Directories::touch(const std::shared_ptr<Directory>& directory) {
  if (directory->touched || !durable_) return;
  directory->touched = true;
  touched_.push_back(directory);
}

void Directories::sync_touched() {
  std::ranges::sort(touched_, {}, &Directory::depth);
  for (const auto& directory : std::exchange(touched_, {})) {
    directory->touched = false;
    if (failed_.contains(directory->path)) continue;
    const auto synced =
        sync(directory->descriptor.get(), "the output directory could not be flushed to disk");
    if (!synced) failed_.emplace(directory->path, synced.error());
  }
}

const Error* Directories::error_of(const Directory& directory) const {
  if (failed_.empty()) return nullptr;
  std::string_view path = directory.path;
  while (true) {
    if (const auto found = failed_.find(path); found != failed_.end()) return &found->second;
    if (path.empty()) return nullptr;
    const std::size_t slash = path.rfind('/');
    path = slash == std::string_view::npos ? "" : path.substr(0, slash);
  }
}

}  // namespace slipring::deliver

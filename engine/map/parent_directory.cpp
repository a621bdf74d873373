#include "engine/map/parent_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace slipring::map {
namespace {

int open_again_when_interrupted(int directory, const char* path, int flags) {
  int descriptor = -1;
  do {
    descriptor = ::openat(directory, path, flags);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

}  // namespace

ParentDirectory::~ParentDirectory() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

const char* ParentDirectory::name_in_kept(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash + 1 == path.size()) return nullptr;
  return keep(std::string_view(path).substr(0, slash + 1)) ? path.c_str() + slash + 1 : nullptr;
}

int ParentDirectory::open_file(const std::string& path, int flags) {
  if (const char* name = name_in_kept(path); name != nullptr) {
    const int file = open_again_when_interrupted(descriptor_, name, flags);
    if (file >= 0) return file;
  }
  return open_again_when_interrupted(AT_FDCWD, path.c_str(), flags);
}

int ParentDirectory::stat_file(const std::string& path, struct stat& status) {
  const char* name = name_in_kept(path);
  if (name != nullptr && ::fstatat(descriptor_, name, &status, AT_SYMLINK_NOFOLLOW) == 0) return 0;
  return ::lstat(path.c_str(), &status);
}

bool ParentDirectory::keep(std::string_view directory) {
  if (directory == directory_) return true;
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  directory_ = directory;
  descriptor_ =
      open_again_when_interrupted(AT_FDCWD, directory_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) directory_.clear();
  return descriptor_ >= 0;
}

}  // namespace slipring::map

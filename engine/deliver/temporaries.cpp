#include "engine/deliver/temporaries.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <string_view>
#include <utility>

namespace slipring::deliver {

namespace {

constexpr mode_t kFileMode = 0644;  // & ~umask, by the kernel
constexpr std::string_view kPrefix = "run-";
constexpr char kOurDirectory[] = ".slipring";
constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Descriptor open_unnamed(int root) {
  return Descriptor(::openat(root, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, kFileMode));
}

// Old file systems ignore O_TMPFILE and see a directory opened for writing.
bool lacks_unnamed_files(int error) {
  return error == EOPNOTSUPP || error == EISDIR || error == EINVAL;
}

void remove_leftovers(int directory) {
  const int again = ::openat(directory, ".", kOpenDirectory);
  DIR* entries = again < 0 ? nullptr : ::fdopendir(again);
  if (entries == nullptr) {
    if (again >= 0) ::close(again);
    return;
  }
  // Thread safe for a stream of one's own.  NOLINTNEXTLINE(concurrency-mt-unsafe)
  while (const dirent* entry = ::readdir(entries))
    if (std::string_view(entry->d_name).starts_with(kPrefix))
      ::unlinkat(directory, entry->d_name, 0);
  ::closedir(entries);
}

Result<void> make_directory(int at, const char* name, mode_t mode) {
  if (::mkdirat(at, name, mode) != 0 && errno != EEXIST)
    return io_error("the directory for temporary files could not be made");
  return {};
}

}  // namespace

// The lock is shared by the living and taken alone, for a moment, to clear up after the dead.
Result<void> TemporaryRoom::open_named(bool make) {
  if (make) TRY(make_directory(root_, kOurDirectory, 0755));
  const Descriptor ours(::openat(root_, kOurDirectory, kOpenDirectory));
  if (ours && make) TRY(make_directory(ours.get(), "tmp", 0700));
  Descriptor directory(ours ? ::openat(ours.get(), "tmp", kOpenDirectory) : -1);
  if (!directory && !make) return {};
  if (!directory) return io_error("the directory for temporary files could not be opened");
  Descriptor lock(
      ::openat(directory.get(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock) return io_error("the lock of the temporary files could not be opened");
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) remove_leftovers(directory.get());
  if (!make) return {};
  if (::flock(lock.get(), LOCK_SH) != 0)
    return io_error("the lock of the temporary files could not be taken");
  lock_ = std::move(lock);
  named_ = std::make_shared<Descriptor>(std::move(directory));
  return {};
}

Result<std::unique_ptr<TemporaryRoom>> TemporaryRoom::open(int root, Temporaries wanted) {
  std::unique_ptr<TemporaryRoom> room(new TemporaryRoom(root));
  bool named = wanted == Temporaries::Named;
  if (!named) {
    const Descriptor probe = open_unnamed(root);
    if (!probe && !lacks_unnamed_files(errno))
      return io_error("the output directory does not let files be made");
    named = !probe;
  }
  TRY(room->open_named(named));
  return room;
}

Result<void> TemporaryRoom::create(Descriptor& file, std::shared_ptr<Descriptor>& directory,
                                   std::string& name) {
  if (!named_) {
    file = open_unnamed(root_);
  } else {
    name = fmt::format("{}{}-{}", kPrefix, ::getpid(), next_++);
    file = Descriptor(::openat(named_->get(), name.c_str(),
                               O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, kFileMode));
    if (file) directory = named_;
  }
  if (!file) return io_error("a temporary file could not be made in the output directory");
  return {};
}

}  // namespace slipring::deliver

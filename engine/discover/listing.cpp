#include "engine/discover/listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace slipring::discover {
namespace {

// What one getdents64 call may fill: some 7,000 names of DICOM length.
constexpr std::size_t kReadBytes = 256 << 10;

// struct linux_dirent64 (getdents64(2)): inode 8, offset 8, record length 2, type 1, then the name.
constexpr std::size_t kLengthAt = 16;
constexpr std::size_t kTypeAt = 18;
constexpr std::size_t kNameAt = 19;

// openat2 where the kernel has it: it refuses a link in any component. A kernel or a sandbox
// without it leaves O_NOFOLLOW, which guards the last component only.
int open_without_links(const char* path) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  static std::atomic<bool> has_openat2{true};
  if (has_openat2.load(std::memory_order_relaxed)) {
    struct open_how how = {};
    how.flags = kFlags;
    how.resolve = RESOLVE_NO_SYMLINKS;
    const long descriptor = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
    if (descriptor >= 0 || (errno != ENOSYS && errno != EPERM)) {
      return static_cast<int>(descriptor);
    }
    if (errno == ENOSYS) has_openat2.store(false, std::memory_order_relaxed);
  }
  return ::open(path, kFlags);
}

std::unexpected<Error> cannot_open(int error_number) {
  const auto number = static_cast<std::uint64_t>(error_number);
  switch (error_number) {
    case ENOENT:
      return fail(ErrorCode::Vanished, kNoOffset, "the directory is not there", 0, number);
    case ELOOP:
    case ENOTDIR:
      return fail(ErrorCode::Unsupported, kNoOffset, "not a directory any more", 0, number);
    default:
      return fail(ErrorCode::Io, kNoOffset, "the directory cannot be opened", 0, number);
  }
}

Listing::Kind kind_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return Listing::Kind::File;
  if (S_ISDIR(mode)) return Listing::Kind::Directory;
  return S_ISLNK(mode) ? Listing::Kind::SymbolicLink : Listing::Kind::Special;
}

Listing::Kind kind_of(unsigned char type, int directory, const char* name) {
  switch (type) {
    case DT_REG:
      return Listing::Kind::File;
    case DT_DIR:
      return Listing::Kind::Directory;
    case DT_LNK:
      return Listing::Kind::SymbolicLink;
    case DT_UNKNOWN: {
      struct stat status;
      // A name that cannot be stat'ed goes on as a file: who opens it learns why.
      if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return Listing::Kind::File;
      return kind_of_mode(status.st_mode);
    }
    default:
      return Listing::Kind::Special;
  }
}

bool is_dot_or_dot_dot(std::string_view name) { return name == "." || name == ".."; }

}  // namespace

void Listing::add(std::string_view name, Kind kind) {
  Entry entry;
  entry.offset = names_.size() & ((std::uint64_t{1} << 44) - 1);
  entry.length = name.size() & 0xffff;  // d_reclen has 16 bits, so has a name's length
  entry.kind = kind;
  names_.append(name);
  entries_.push_back(entry);
}

void Listing::sort() {
  std::sort(entries_.begin(), entries_.end(),
            [this](Entry a, Entry b) { return text(a) < text(b); });
}

DirectoryReader::~DirectoryReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<DirectoryIdentity> DirectoryReader::open(const std::string& path) {
  if (descriptor_ >= 0) ::close(descriptor_);
  do {
    descriptor_ = open_without_links(path.c_str());
  } while (descriptor_ < 0 && errno == EINTR);
  if (descriptor_ < 0) return cannot_open(errno);
  struct stat status;
  if (::fstat(descriptor_, &status) != 0) return cannot_open(errno);
  return DirectoryIdentity{status.st_dev, status.st_ino};
}

Result<void> DirectoryReader::read(Listing& listing) {
  buffer_.resize(kReadBytes);
  Result<void> result;
  while (true) {
    const long got = syscall(SYS_getdents64, descriptor_, buffer_.data(), buffer_.size());
    if (got > 0) {
      take(listing, static_cast<std::size_t>(got));
    } else if (got == 0) {
      break;
    } else if (errno != EINTR) {
      result = fail(ErrorCode::Io, kNoOffset, "the directory cannot be read to its end", 0,
                    static_cast<std::uint64_t>(errno));
      break;
    }
  }
  ::close(descriptor_);
  descriptor_ = -1;
  listing.sort();
  return result;
}

void DirectoryReader::take(Listing& listing, std::size_t bytes) {
  for (std::size_t at = 0; at + kNameAt < bytes;) {
    const char* record = buffer_.data() + at;
    std::uint16_t length = 0;
    std::memcpy(&length, record + kLengthAt, sizeof length);
    if (length <= kNameAt || length > bytes - at) return;  // never so from a kernel
    const char* name = record + kNameAt;
    const std::string_view text(name, ::strnlen(name, length - kNameAt));
    if (!is_dot_or_dot_dot(text)) {
      listing.add(text, kind_of(static_cast<unsigned char>(record[kTypeAt]), descriptor_, name));
    }
    at += length;
  }
}

}  // namespace slipring::discover

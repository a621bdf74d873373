#include "engine/map/map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "codecs/base/contract.h"
#include "engine/map/fault_guard.h"

namespace slipring::map {
namespace {

constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;

// Time stamps come from the file system and may be anything: the sum wraps, it does not overflow.
std::int64_t nanoseconds(const struct timespec& time) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(time.tv_sec) * kNanosecondsPerSecond +
                                   static_cast<std::uint64_t>(time.tv_nsec));
}

dicom::FileIdentity identity_of(const struct stat& status) {
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size_bytes = static_cast<std::uint64_t>(status.st_size),
          .mtime_ns = nanoseconds(status.st_mtim),
          .ctime_ns = nanoseconds(status.st_ctim)};
}

std::unexpected<Error> cannot_open(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return fail(ErrorCode::Vanished, kNoOffset, "the file is not there");
    case ELOOP:
      return fail(ErrorCode::Unsupported, kNoOffset, "a symbolic link, not followed");
    case ENXIO:
    case ENODEV:
      return fail(ErrorCode::Unsupported, kNoOffset, "not a regular file");
    default:
      return fail(ErrorCode::Io, kNoOffset, "the file cannot be opened", 0,
                  static_cast<std::uint64_t>(error_number));
  }
}

std::unexpected<Error> io_error(std::uint64_t offset, std::string_view what, int error_number) {
  return fail(ErrorCode::Io, offset, what, 0, static_cast<std::uint64_t>(error_number));
}

ssize_t read_again_when_interrupted(int descriptor, void* to, std::size_t bytes, std::uint64_t at) {
  ssize_t got = 0;
  do {
    got = ::pread(descriptor, to, bytes, static_cast<off_t>(at));
  } while (got < 0 && errno == EINTR);
  return got;
}

Result<void> check_size(int descriptor, const dicom::FileIdentity& before) {
  const off_t end = ::lseek(descriptor, 0, SEEK_END);
  if (end < 0) return io_error(kNoOffset, "the file's status cannot be read", errno);
  const auto size_bytes = static_cast<std::uint64_t>(end);
  if (size_bytes == before.size_bytes) return {};
  return fail(ErrorCode::Changed, kNoOffset, "the file changed while it was read",
              before.size_bytes, size_bytes);
}

Result<void> check_status(int descriptor, const dicom::FileIdentity& before) {
  struct stat status;
  if (::fstat(descriptor, &status) != 0) {
    return io_error(kNoOffset, "the file's status cannot be read", errno);
  }
  const dicom::FileIdentity now = identity_of(status);
  if (now.size_bytes != before.size_bytes || now.mtime_ns != before.mtime_ns) {
    return fail(ErrorCode::Changed, kNoOffset, "the file changed while it was read",
                before.size_bytes, now.size_bytes);
  }
  if (now != before) {
    return fail(ErrorCode::Changed, kNoOffset,
                status.st_nlink == 0 ? "the file was removed or replaced while it was read"
                                     : "the file's status changed while it was read");
  }
  return {};
}

}  // namespace

Result<dicom::FileIdentity> MappedFile::identify(const std::string& path) {
  struct stat status;
  if (path.find('\0') != std::string::npos) return cannot_open(EINVAL);
  if (parent_.stat_file(path, status) != 0) return cannot_open(errno);
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::Unsupported, kNoOffset, "not a regular file");
  return identity_of(status);
}

MappedFile::~MappedFile() { close(); }

Result<void> MappedFile::open(const std::string& path, const Policy& policy) {
  TRY(open_descriptor(path, false));
  return take_all(policy);
}

Result<void> MappedFile::open_head(const std::string& path, const Policy& policy) {
  TRY(open_descriptor(path, policy.only_size));
  const bool is_whole = identity_.size_bytes <= policy.whole_max_bytes;
  const std::uint64_t head_bytes = is_whole ? policy.whole_max_bytes : policy.head_bytes;
  return or_close(read_to(std::min(identity_.size_bytes, head_bytes)));
}

Result<void> MappedFile::adopt(int descriptor, const Policy& policy) {
  close();
  descriptor_ = descriptor;
  owns_descriptor_ = false;
  TRY(or_close(take_identity()));
  return take_all(policy);
}

Result<void> MappedFile::extend(std::uint64_t bytes, const Policy& policy) {
  EXPECTS(descriptor_ >= 0);
  if (complete() || bytes <= bytes_.size()) return {};
  // At least twice what there was: a caller that asks for a little more, often, stays linear.
  const std::uint64_t doubled = std::uint64_t{2} * bytes_.size();
  const std::uint64_t wanted = std::min(identity_.size_bytes, std::max(bytes, doubled));
  if (wanted <= policy.read_max_bytes) return or_close(read_to(wanted));
  buffer_.clear();
  return or_close(map_all());
}

Result<void> MappedFile::open_descriptor(const std::string& path, bool only_size) {
  close();
  identity_ = {};
  if (path.find('\0') != std::string::npos) return cannot_open(EINVAL);
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  // O_NOATIME is for a file's owner only. Once refused it is not asked for again by this worker.
  descriptor_ = parent_.open_file(path, kFlags | (no_atime_ ? O_NOATIME : 0));
  if (descriptor_ < 0 && errno == EPERM && no_atime_) {
    no_atime_ = false;
    descriptor_ = parent_.open_file(path, kFlags);
  }
  if (descriptor_ < 0) return cannot_open(errno);
  owns_descriptor_ = true;
  return or_close(only_size ? take_size() : take_identity());
}

// Whatever has no size, or no end, is looked at more closely.
Result<void> MappedFile::take_size() {
  const off_t end = ::lseek(descriptor_, 0, SEEK_END);
  if (end <= 0) return take_identity();
  identity_.size_bytes = static_cast<std::uint64_t>(end);
  only_size_ = true;
  return {};
}

Result<void> MappedFile::take_identity() {
  struct stat status;
  if (::fstat(descriptor_, &status) != 0) {
    return io_error(kNoOffset, "the file's status cannot be read", errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::Unsupported, kNoOffset, "not a regular file");
  }
  if (status.st_size < 0) return fail(ErrorCode::Malformed, kNoOffset, "the file has no size");
  identity_ = identity_of(status);
  return {};
}

Result<void> MappedFile::take_all(const Policy& policy) {
  return or_close(identity_.size_bytes <= policy.read_max_bytes ? read_to(identity_.size_bytes)
                                                                : map_all());
}

// A failed file is closed and shows no bytes; its identity stays for the report.
Result<void> MappedFile::or_close(Result<void> result) {
  if (!result) close();
  return result;
}

// Kernel file systems, and some in user space, give files of no size that hold bytes. They are
// refused rather than taken for empty.
Result<void> MappedFile::check_empty() {
  std::uint8_t byte = 0;
  const ssize_t got = read_again_when_interrupted(descriptor_, &byte, 1, 0);
  if (got == 0) return {};
  if (got < 0) return io_error(0, "the file cannot be read", errno);
  struct stat status;
  if (::fstat(descriptor_, &status) == 0 && status.st_size > 0) {
    return fail(ErrorCode::Changed, 0, "the file grew while it was read");
  }
  return fail(ErrorCode::Unsupported, 0, "the file has bytes but gives no size");
}

Result<void> MappedFile::read_to(std::uint64_t bytes) {
  if (identity_.size_bytes == 0) TRY(check_empty());
  std::size_t at = buffer_.size();
  buffer_.resize(static_cast<std::size_t>(bytes));
  bool retried = false;
  while (at < bytes) {
    const std::size_t rest = static_cast<std::size_t>(bytes) - at;
    const ssize_t got = read_again_when_interrupted(descriptor_, buffer_.data() + at, rest, at);
    if (got > 0) {
      at += static_cast<std::size_t>(got);
    } else if (got == 0) {
      return fail(ErrorCode::Changed, at, "the file became shorter while it was read",
                  identity_.size_bytes, at);
    } else if (errno == EIO && !retried) {
      retried = true;
    } else {
      return io_error(at, "the file cannot be read", errno);
    }
  }
  bytes_ = buffer_.bytes();
  return {};
}

Result<void> MappedFile::map_all() {
  if (identity_.size_bytes > kMapMaxBytes) {
    return fail(ErrorCode::LimitExceeded, kNoOffset, "the file is larger than what can be mapped",
                kMapMaxBytes, identity_.size_bytes);
  }
  const auto length = static_cast<std::size_t>(identity_.size_bytes);
  void* map = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE | MAP_NORESERVE, descriptor_, 0);
  if (map == MAP_FAILED) {
    // A file system without maps: such a file is read, up to a size that a machine can hold.
    if (errno == ENODEV && identity_.size_bytes <= kReadUnmappableMaxBytes) {
      return read_to(identity_.size_bytes);
    }
    return io_error(kNoOffset, "the file cannot be mapped", errno);
  }
  guard_ = guard_range(map, length);
  if (guard_ < 0) {
    ::munmap(map, length);
    return fail(ErrorCode::LimitExceeded, kNoOffset, "too many files are mapped at one time",
                static_cast<std::uint64_t>(kGuardedRangesMax));
  }
  (void)::madvise(map, length, MADV_SEQUENTIAL);
  map_ = map;
  map_length_ = length;
  bytes_ = {static_cast<const std::uint8_t*>(map), length};
  return {};
}

Result<void> MappedFile::check() const {
  EXPECTS(descriptor_ >= 0);
  TRY(only_size_ ? check_size(descriptor_, identity_) : check_status(descriptor_, identity_));
  if (guard_ < 0) return {};
  const auto fault = first_fault(guard_);
  if (!fault) return {};
  std::uint8_t byte = 0;
  const ssize_t got = read_again_when_interrupted(descriptor_, &byte, 1, *fault);
  return io_error(*fault, "a page of the file cannot be read", got < 0 ? errno : EIO);
}

void MappedFile::give_bytes(Buffer& into) {
  EXPECTS(complete() && map_ == nullptr);
  std::swap(buffer_, into);
  buffer_.clear();
  bytes_ = {};
}

void MappedFile::release(std::uint64_t offset, std::uint64_t length) const {
  if (map_ == nullptr || offset >= map_length_) return;
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t begin = (offset + page - 1) / page * page;
  // The map's last page may be a part of one; it goes with the file's last byte.
  const std::uint64_t stop = length >= map_length_ - offset ? (map_length_ + page - 1) / page * page
                                                            : (offset + length) / page * page;
  if (begin >= stop) return;
  (void)::madvise(static_cast<std::uint8_t*>(map_) + begin, static_cast<std::size_t>(stop - begin),
                  MADV_DONTNEED);
}

void MappedFile::drop_cache() const {
  if (descriptor_ < 0) return;
  release(0, map_length_);  // the kernel keeps pages that are mapped
  (void)::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);
}

void MappedFile::close() {
  bytes_ = {};
  only_size_ = false;
  buffer_.clear();
  if (guard_ >= 0) release_guard(guard_);
  guard_ = -1;
  if (map_ != nullptr) ::munmap(map_, map_length_);
  map_ = nullptr;
  map_length_ = 0;
  if (owns_descriptor_) ::close(descriptor_);
  descriptor_ = -1;
  owns_descriptor_ = false;
}

}  // namespace slipring::map

// What goes on beside an open ledger: the lock, and folding its log.
#include "engine/ledger/state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

namespace slipring::ledger {

namespace {

// Whoever asks whether it is taken holds a lock for a moment.
constexpr int kLockAttempts = 5;
constexpr std::chrono::milliseconds kLockPause{2};

}  // namespace

std::unexpected<Error> io_error(std::string_view what) {
  return fail(ErrorCode::Io, kNoOffset, what, 0, static_cast<std::uint64_t>(errno));
}

std::string directory_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

Result<void> sync_directory(const std::string& directory) {
  const int opened =
      ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = opened >= 0 && ::fsync(opened) == 0;
  const int error = errno;
  if (opened >= 0) ::close(opened);
  errno = error;
  if (!synced) return io_error("the ledger's directory could not be flushed to disk");
  return {};
}

Result<WriterLock> WriterLock::take(const std::string& path) {
  WriterLock lock;
  lock.descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock.descriptor_ < 0) return io_error("the ledger's lock could not be opened");
  for (int attempt = 0; ::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0; ++attempt) {
    if (errno == EWOULDBLOCK && attempt < kLockAttempts)
      std::this_thread::sleep_for(kLockPause);
    else
      return io_error(errno == EWOULDBLOCK ? "another slipring is writing this ledger"
                                           : "the ledger's lock could not be taken");
  }
  return lock;
}

bool WriterLock::is_taken(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool taken = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return taken;
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

WriterLock::~WriterLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

LogFolder::LogFolder(std::string path) : path_(std::move(path)) {
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  } catch (const std::system_error&) {
    thread_ = {};  // without one, then
  }
}

LogFolder::~LogFolder() = default;

void LogFolder::fold() {
  {
    const std::scoped_lock lock(mutex_);
    asked_ = true;
  }
  asked_for_.notify_all();
}

bool LogFolder::end() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  return place_is_flushed_;
}

// A connection that only reads may fold a log all the same. What fails here is done, or said, by
// whoever closes the ledger.
void LogFolder::run(const std::stop_token& stop) {
  std::optional<Database> database;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      asked_for_.wait(lock, stop, [&] { return asked_; });
      if (!std::exchange(asked_, false)) return;
    }
    if (!database) {
      auto opened = Database::open(path_, Database::Access::ReadOnly);
      if (!opened) return;
      database = std::move(*opened);
    }
    if (!database->execute("PRAGMA wal_checkpoint(PASSIVE)")) continue;
    if (!place_is_flushed_) place_is_flushed_ = sync_directory(directory_of(path_)).has_value();
  }
}

}  // namespace slipring::ledger

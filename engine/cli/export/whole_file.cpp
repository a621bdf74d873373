#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/cli/export/finding_file.h"

namespace slipring::cli {

namespace {

std::unexpected<Error> io_error(std::string_view what) {
  return fail(ErrorCode::Io, kNoOffset, what, 0, static_cast<std::uint64_t>(errno));
}

}  // namespace

// In the same directory, so that the rename is one step; node_exporter and others look at the
// ending of names, and this one has none of theirs.
Result<WholeFile> WholeFile::create(const std::string& path) {
  std::string temporary = path + ".new-" + std::to_string(::getpid());
  std::FILE* file = std::fopen(temporary.c_str(), "wbe");
  if (file == nullptr) return io_error("the file could not be made");
  return WholeFile(path, std::move(temporary), file);
}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      file_(std::exchange(other.file_, nullptr)),
      failed_(other.failed_) {}

WholeFile::~WholeFile() {
  if (file_ == nullptr) return;
  static_cast<void>(std::fclose(file_));
  ::unlink(temporary_.c_str());
}

void WholeFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) failed_ = true;
}

Result<void> WholeFile::finish() {
  const bool written = !failed_ && std::fflush(file_) == 0 && ::fsync(::fileno(file_)) == 0;
  const int error = errno;
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (!written) errno = error;
  if (written && closed && std::rename(temporary_.c_str(), path_.c_str()) == 0) return {};
  const auto failed = io_error("the file could not be written");
  ::unlink(temporary_.c_str());
  return failed;
}

}  // namespace slipring::cli

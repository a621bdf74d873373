#include "engine/discover/path_list.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace slipring::discover {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;

}  // namespace

std::optional<ListedPath> PathCutter::next(std::string_view& piece) {
  while (!piece.empty()) {
    const std::size_t end = piece.find(separator_);
    append(piece.substr(0, end));
    if (end == std::string_view::npos) {
      piece = {};
      return std::nullopt;
    }
    piece.remove_prefix(end + 1);
    if (auto path = finish()) return path;
  }
  return std::nullopt;
}

std::optional<ListedPath> PathCutter::finish() {
  ++lines_;
  if (current_.path.empty()) return std::nullopt;
  current_.line = lines_;
  return std::exchange(current_, {});
}

void PathCutter::append(std::string_view part) {
  const std::size_t room = kPathBytesMax - current_.path.size();
  current_.too_long |= part.size() > room;
  current_.path += part.substr(0, room);
  current_.has_nul |= part.find('\0') != std::string_view::npos;
}

PathList::PathList(const std::string& file, bool null_separated) : cutter_(null_separated) {
  if (file == "-") {
    descriptor_ = STDIN_FILENO;
    return;
  }
  descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  owns_descriptor_ = descriptor_ >= 0;
  if (descriptor_ < 0) open_error_ = errno;
}

PathList::~PathList() {
  if (owns_descriptor_) ::close(descriptor_);
}

Result<std::optional<ListedPath>> PathList::next() {
  while (!ended_) {
    if (auto path = cutter_.next(piece_)) return path;
    TRY_ASSIGN(const bool more, refill());
    if (more) continue;
    ended_ = true;
    return cutter_.finish();
  }
  return std::nullopt;
}

Result<bool> PathList::refill() {
  buffer_.resize(kPieceBytes);
  ssize_t got = -1;
  int number = open_error_;
  if (number == 0) {
    do {
      got = ::read(descriptor_, buffer_.data(), buffer_.size());
    } while (got < 0 && errno == EINTR);
    number = errno;
  }
  if (got < 0) {
    ended_ = true;
    return fail(ErrorCode::Io, kNoOffset, "the list of files cannot be read", 0,
                static_cast<std::uint64_t>(number));
  }
  piece_ = {buffer_.data(), static_cast<std::size_t>(got)};
  return got > 0;
}

}  // namespace slipring::discover

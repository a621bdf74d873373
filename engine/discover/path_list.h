// PathList: a list of paths, one a line or separated by NUL, streamed from a file or from standard
// input. Takes bytes in pieces of any size, gives one path at a time. Holds one line and one piece,
// whatever the list's length. Nothing is trimmed: a path is bytes, and may end in a space or a
// carriage return.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/base/result.h"

namespace slipring::discover {

// The longest path the system takes (PATH_MAX with its NUL). Of a longer line the rest is thrown
// away.
inline constexpr std::size_t kPathBytesMax = 4095;

struct ListedPath {
  std::string path;        // never empty
  std::uint64_t line = 0;  // 1, 2, 3 ... empty lines counted
  bool too_long = false;   // `path` is its first kPathBytesMax bytes
  bool has_nul = false;    // in a list of lines: no file has such a name
};

// The cutting of pieces into paths, apart from where they come from.
class PathCutter {
 public:
  explicit PathCutter(bool null_separated) : separator_(null_separated ? '\0' : '\n') {}

  // The next path of the piece; takes what it used off the piece's front. nullopt: the piece is
  // used up.
  [[nodiscard]] std::optional<ListedPath> next(std::string_view& piece);
  // The last path, where the list ends without a separator.
  [[nodiscard]] std::optional<ListedPath> finish();

 private:
  void append(std::string_view part);

  char separator_;
  ListedPath current_;
  std::uint64_t lines_ = 0;
};

class PathList {
 public:
  // "-": standard input.
  PathList(const std::string& file, bool null_separated);
  ~PathList();
  PathList(const PathList&) = delete;
  PathList& operator=(const PathList&) = delete;

  // nullopt at the end. Errors (Vanished, Io) come once; then the end.
  [[nodiscard]] Result<std::optional<ListedPath>> next();

 private:
  [[nodiscard]] Result<bool> refill();

  int descriptor_ = -1;
  bool owns_descriptor_ = false;
  int open_error_ = 0;
  bool ended_ = false;
  PathCutter cutter_;
  std::vector<char> buffer_;
  std::string_view piece_;
};

}  // namespace slipring::discover

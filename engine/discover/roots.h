// Roots: what the user named, looked at once. A root may be a symbolic link: the user named it, so
// it is followed; links below a root are not.
//
// What files are called (SourceFile::relative). One root and no list: the path below the root; a
// file that is a root: its own name. Several roots, or a root and a list: the root's base name
// comes first
// ("list" for a list), with "~2" on the second root when the first has that name already.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codecs/base/error.h"

namespace slipring::discover {

struct Root {
  enum class Kind : std::uint8_t { Directory, File, Special, Unreadable } kind = Kind::Unreadable;
  std::string path;       // a directory: as given, with '/' at its end; a file: to open
  std::string open_path;  // a directory: without links
  std::string relative;   // a directory: what names below begin with; otherwise its name
  Error error;            // for Unreadable
};

struct Roots {
  std::vector<Root> roots;
  std::string list_prefix;  // what names from the list begin with: empty or with '/' at its end
};

[[nodiscard]] Roots look_at_roots(const std::vector<std::string>& paths, bool with_list);

}  // namespace slipring::discover

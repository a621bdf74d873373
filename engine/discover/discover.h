// Stage 1, discover: roots -> SourceFiles. Takes files, directories and lists, gives every regular
// file in a fixed order (bytewise by relative path, directory by directory; roots in the order
// given) while threads of its own read directories ahead. No stat before open: d_type is trusted,
// and only where a file system does not give it is a name stat'ed. Links and special files are not
// followed; they are counted and reported as skipped. Must not know DICOM.
//
// A root may itself be a link (the user named it: it is followed) or a file. Paths of a list are
// taken as they are, one line of memory each, and not looked at: whoever opens one learns what it
// is. Nothing is given twice under one name; engine/discover/roots.h and names.h say how names are
// made. `exclude` and every `.slipring` folder are not entered and nothing below them is counted.
// Two roots of which one lies in the other give the files they share twice.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codecs/base/error.h"
#include "engine/dicom/source_file.h"

namespace slipring::discover {

struct Options {
  std::vector<std::string> roots{};    // files and directories
  std::string files_from{};            // a list, one path a line ("-": stdin); empty: none
  bool null_separated = false;         // -0: the list is separated by NUL
  std::vector<std::string> exclude{};  // absolute directories never entered (the output, .slipring)
  unsigned threads = 2;                // directories read ahead in parallel
  std::size_t entries_ahead_max = 1 << 20;  // names held in memory before reading ahead pauses
};

// What discovery gives: a file to read, or a name that will not be read and why.
struct Discovered {
  dicom::SourceFile file;
  enum class Kind : std::uint8_t { File, SymbolicLink, Special, Unreadable } kind = Kind::File;
  bool regular = false;  // a File that a directory names as such; else who opens it learns it
  // For Unreadable: a root, directory or list that cannot be read (to its end), or a line that
  // cannot be a path. errno in `actual`.
  Error error;

  // As a new one, but its texts keep their memory.
  void clear() {
    file.sequence = 0;
    file.path.clear();
    file.relative.clear();
    kind = Kind::File;
    regular = false;
    error = {};
  }
};

class Discovery {
 public:
  explicit Discovery(Options options);
  ~Discovery();
  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;

  // The next one in order; nullopt at the end. One caller at a time.
  [[nodiscard]] std::optional<Discovered> next();
  // The same into `found`, whose texts keep their memory; false at the end.
  [[nodiscard]] bool next(Discovered& found);
  // Names found so far and whether that is all of them (for progress totals). Any thread.
  [[nodiscard]] std::uint64_t found() const;
  [[nodiscard]] bool finished_finding() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace slipring::discover

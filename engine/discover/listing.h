// Listing: the names of one directory, sorted bytewise, in one arena: eight bytes and the name
// itself for each. Takes a path, gives the names and their kinds. Reads with getdents64 into a
// large buffer and trusts d_type; only a name whose kind the file system does not tell is stat'ed.
// Must not know roots.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/base/result.h"
#include "engine/discover/discover.h"

namespace slipring::discover {

class Listing {
 public:
  enum class Kind : std::uint8_t { File, SymbolicLink, Special, Directory };

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::string_view name(std::size_t index) const { return text(entries_[index]); }
  [[nodiscard]] Kind kind(std::size_t index) const { return entries_[index].kind; }

  void add(std::string_view name, Kind kind);
  void sort();

 private:
  // Offset and length share a word: a directory's names may together take more than 4 GiB.
  struct Entry {
    std::uint64_t offset : 44;
    std::uint64_t length : 16;
    Kind kind : 4;
  };
  static_assert(sizeof(Entry) == 8);

  [[nodiscard]] std::string_view text(Entry entry) const {
    return {names_.data() + entry.offset, entry.length};
  }

  std::vector<Entry> entries_;
  std::string names_;
};

// What a directory is, beyond its name: where a bind mount or a hard link makes a tree its own
// child.
struct DirectoryIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const DirectoryIdentity&, const DirectoryIdentity&) = default;
};

// An opened directory. No component of its path may be a symbolic link.
class DirectoryReader {
 public:
  DirectoryReader() = default;
  ~DirectoryReader();
  DirectoryReader(const DirectoryReader&) = delete;
  DirectoryReader& operator=(const DirectoryReader&) = delete;

  // Errors: Vanished, Unsupported (a link, or no directory any more), Io; errno in `actual`.
  [[nodiscard]] Result<DirectoryIdentity> open(const std::string& path);
  // All names but "." and ".."; sorted. On an error the listing holds what was read before it.
  [[nodiscard]] Result<void> read(Listing& listing);

 private:
  void take(Listing& listing, std::size_t bytes);

  int descriptor_ = -1;
  std::vector<char> buffer_;
};

}  // namespace slipring::discover

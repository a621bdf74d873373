// DirectoryTree: the directories below the roots, read ahead by threads of its own in the order in
// which they will be wanted (depth first, bytewise), and freed when they have been given. Bounded:
// reading ahead pauses while it holds entries_ahead_max names; a single directory is always held
// whole, since its names must be sorted (8 bytes a name, and the name). Symbolic links are never
// followed, except above a root.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "codecs/base/error.h"
#include "engine/discover/listing.h"
#include "engine/discover/names.h"
#include "engine/discover/roots.h"

namespace slipring::discover {

// Directories below a root. The path length (4,095 bytes) also bounds what can be opened.
inline constexpr unsigned kDirectoryDepthMax = 512;

// Written by the one thread that reads it; unchanged once it is ready, but for `started`.
struct Directory {
  Directory* parent = nullptr;
  std::size_t position = 0;  // of its name in the parent's listing
  unsigned depth = 0;        // 0: the list of roots; 1: a root
  std::string open_path;     // without links
  std::string path;          // as the user would write it, with '/' at its end
  std::string
      relative;  // what a name below is called begins with this: empty or with '/' at its end
  DirectoryIdentity identity;
  Listing listing;
  std::vector<std::size_t> subdirectories;  // positions in `listing` of what will be entered
  std::optional<Error> error;               // why the listing is not whole
  bool ready = false;
  std::vector<std::unique_ptr<Directory>>
      started;  // the first subdirectories, in order; null: given

  [[nodiscard]] bool all_started() const { return started.size() == subdirectories.size(); }
};

class DirectoryTree {
 public:
  DirectoryTree(const std::vector<Root>& roots, const std::vector<std::string>& exclude,
                unsigned threads, std::size_t entries_ahead_max);
  ~DirectoryTree();
  DirectoryTree(const DirectoryTree&) = delete;
  DirectoryTree& operator=(const DirectoryTree&) = delete;

  // The list of roots: its subdirectories are the roots that are directories.
  [[nodiscard]] Directory& top() { return top_; }
  // The subdirectory of that ordinal, read: by the caller if nobody has begun. In order, one
  // caller.
  [[nodiscard]] Directory& subdirectory(Directory& of, std::size_t ordinal);
  // All of it has been given.
  void done(Directory& of, std::size_t ordinal);

  // Any thread. Names found that are not directories, and directories that could not be read whole.
  [[nodiscard]] std::uint64_t found() const { return found_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool finished() const { return finished_.load(std::memory_order_acquire); }

 private:
  struct Earlier {
    bool operator()(const Directory* a, const Directory* b) const;
  };

  void work();
  [[nodiscard]] Directory& start_next_of(Directory& parent);
  void read(Directory& directory, DirectoryReader& reader) const;
  void read_names(Directory& directory, DirectoryReader& reader) const;
  [[nodiscard]] bool excluded(const std::string& open_path) const;
  void publish(Directory& directory);

  const std::vector<Root>& roots_;
  std::vector<std::string> excluded_paths_;
  std::vector<DirectoryIdentity> excluded_identities_;
  std::size_t entries_ahead_max_;

  std::mutex mutex_;
  std::condition_variable work_to_do_;
  std::condition_variable something_ready_;
  std::set<Directory*, Earlier> unfinished_;  // those with subdirectories nobody has begun
  std::size_t reading_ = 0;
  std::size_t held_ = 0;  // names in ready directories that have not been given
  bool stopping_ = false;

  std::atomic<std::uint64_t> found_{0};
  std::atomic<bool> finished_{false};
  Directory top_;
  DirectoryReader reader_;  // the caller's own
  std::vector<std::thread> threads_;
};

}  // namespace slipring::discover

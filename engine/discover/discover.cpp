#include "engine/discover/discover.h"

#include <errno.h>

#include <atomic>
#include <utility>

#include "engine/discover/directory_tree.h"
#include "engine/discover/names.h"
#include "engine/discover/path_list.h"
#include "engine/discover/roots.h"

namespace slipring::discover {
namespace {

// A directory being given, and how far.
struct Frame {
  Directory* directory = nullptr;
  std::size_t ordinal_in_parent = 0;
  std::size_t next = 0;               // position in the listing
  std::size_t next_subdirectory = 0;  // ordinal
  bool error_given = false;
};

Discovered::Kind kind_of(Listing::Kind kind) {
  switch (kind) {
    case Listing::Kind::SymbolicLink:
      return Discovered::Kind::SymbolicLink;
    case Listing::Kind::Special:
      return Discovered::Kind::Special;
    default:
      return Discovered::Kind::File;
  }
}

void entry_of(const Directory& directory, std::size_t position, Discovered& found) {
  const std::string_view name = directory.listing.name(position);
  found.kind = kind_of(directory.listing.kind(position));
  found.regular = found.kind == Discovered::Kind::File;
  found.file.path.reserve(directory.path.size() + name.size());
  found.file.path.append(directory.path).append(name);
  found.file.relative.reserve(directory.relative.size() + name.size());
  found.file.relative.append(directory.relative).append(name);
}

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

void unreadable(const Directory& directory, Discovered& found) {
  found.kind = Discovered::Kind::Unreadable;
  found.error = *directory.error;
  found.file.path = without_slash(directory.path);
  found.file.relative = without_slash(directory.relative);
  if (found.file.relative.empty()) found.file.relative = ".";  // the only root itself
}

void root_itself(const Root& root, Discovered& found) {
  found.file.path = root.path;
  found.file.relative = root.relative;
  found.error = root.error;
  found.kind = root.kind == Root::Kind::File      ? Discovered::Kind::File
               : root.kind == Root::Kind::Special ? Discovered::Kind::Special
                                                  : Discovered::Kind::Unreadable;
}

}  // namespace

struct Discovery::State {
  explicit State(const Options& options)
      : roots(look_at_roots(options.roots, !options.files_from.empty())),
        tree(roots.roots, options.exclude, options.threads, options.entries_ahead_max),
        list_path(options.files_from) {
    stack.push_back({.directory = &tree.top()});
    if (!list_path.empty()) list.emplace(list_path, options.null_separated);
    list_ended = !list;
  }

  // `found` is as new. False: there is nothing left here.
  bool next_in_tree(Discovered& found);
  bool next_in_list(Discovered& found);
  void pop();

  Roots roots;
  DirectoryTree tree;
  std::vector<Frame> stack;  // as deep as the directory being given
  std::string list_path;
  std::optional<PathList> list;
  UniqueNames list_names;
  std::atomic<std::uint64_t> listed{0};
  std::atomic<bool> list_ended{true};
  std::uint64_t sequence = 0;
};

void Discovery::State::pop() {
  const std::size_t ordinal = stack.back().ordinal_in_parent;
  stack.pop_back();
  if (!stack.empty()) tree.done(*stack.back().directory, ordinal);
}

bool Discovery::State::next_in_tree(Discovered& found) {
  while (!stack.empty()) {
    Frame& frame = stack.back();
    Directory& directory = *frame.directory;
    if (directory.error && !std::exchange(frame.error_given, true)) {
      unreadable(directory, found);
      return true;
    }
    if (frame.next == directory.listing.size()) {
      pop();
      continue;
    }
    const std::size_t position = frame.next++;
    if (directory.listing.kind(position) != Listing::Kind::Directory) {
      if (directory.depth == 0)
        root_itself(roots.roots[position], found);
      else
        entry_of(directory, position, found);
      return true;
    }
    const std::size_t ordinal = frame.next_subdirectory;
    const bool enter =
        ordinal < directory.subdirectories.size() && directory.subdirectories[ordinal] == position;
    if (!enter) continue;
    ++frame.next_subdirectory;
    stack.push_back(
        {.directory = &tree.subdirectory(directory, ordinal), .ordinal_in_parent = ordinal});
  }
  return false;
}

bool Discovery::State::next_in_list(Discovered& found) {
  if (list_ended) return false;
  const auto listed_path = list->next();
  if (!listed_path) {
    found.kind = Discovered::Kind::Unreadable;
    found.error = listed_path.error();
    found.file.path = list_path;
    found.file.relative = roots.list_prefix + std::string(base_name(list_path));
    return true;
  }
  if (!*listed_path) {
    list_ended = true;
    return false;
  }
  const ListedPath& line = **listed_path;
  found.file.path = line.path;
  std::string name = safe_relative(line.path);
  if (name.empty()) name = "unnamed";
  found.file.relative = roots.list_prefix + list_names.unique(std::move(name), line.line);
  if (line.too_long || line.has_nul) {
    found.kind = Discovered::Kind::Unreadable;
    found.error = {.code = ErrorCode::Io,
                   .what = line.too_long ? "the path is longer than the system takes"
                                         : "the path holds a NUL (a list separated by NUL?)",
                   .actual = static_cast<std::uint64_t>(line.too_long ? ENAMETOOLONG : EINVAL)};
  }
  return true;
}

Discovery::Discovery(Options options) : state_(std::make_unique<State>(options)) {}

Discovery::~Discovery() = default;

bool Discovery::next(Discovered& found) {
  found.clear();
  if (!state_->next_in_tree(found)) {
    if (!state_->next_in_list(found)) return false;
    state_->listed.fetch_add(1, std::memory_order_relaxed);
  }
  found.file.sequence = state_->sequence++;
  return true;
}

std::optional<Discovered> Discovery::next() {
  std::optional<Discovered> found(std::in_place);
  if (!next(*found)) found.reset();
  return found;
}

std::uint64_t Discovery::found() const {
  return state_->tree.found() + state_->listed.load(std::memory_order_relaxed);
}

bool Discovery::finished_finding() const { return state_->tree.finished() && state_->list_ended; }

}  // namespace slipring::discover

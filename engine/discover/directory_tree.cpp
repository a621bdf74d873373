#include "engine/discover/directory_tree.h"

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <system_error>

namespace slipring::discover {
namespace {

bool is_own_ancestor(const Directory& directory) {
  for (const Directory* above = directory.parent; above != nullptr && above->depth > 0;
       above = above->parent) {
    if (above->identity == directory.identity) return true;
  }
  return false;
}

}  // namespace

// Depth-first order of the next subdirectory that each would begin with. Neither may be finished.
// Where one lies below the other, it lies below a subdirectory that has begun, so the positions
// always differ.
bool DirectoryTree::Earlier::operator()(const Directory* a, const Directory* b) const {
  if (a == b) return false;
  std::size_t position_a = a->subdirectories[a->started.size()];
  std::size_t position_b = b->subdirectories[b->started.size()];
  const auto climb = [](const Directory*& directory, std::size_t& position) {
    position = directory->position;
    directory = directory->parent;
  };
  while (a->depth > b->depth) climb(a, position_a);
  while (b->depth > a->depth) climb(b, position_b);
  while (a != b) {
    climb(a, position_a);
    climb(b, position_b);
  }
  return position_a < position_b;
}

DirectoryTree::DirectoryTree(const std::vector<Root>& roots,
                             const std::vector<std::string>& exclude, unsigned threads,
                             std::size_t entries_ahead_max)
    : roots_(roots), entries_ahead_max_(entries_ahead_max) {
  for (const std::string& path : exclude) {
    std::error_code error;
    const std::string known = std::filesystem::weakly_canonical(path, error).string();
    excluded_paths_.push_back(error ? path : known);
    struct stat status;
    if (::stat(path.c_str(), &status) == 0) {
      excluded_identities_.push_back({status.st_dev, status.st_ino});
    }
  }
  for (std::size_t i = 0; i < roots.size(); ++i) {
    const bool enter = roots[i].kind == Root::Kind::Directory;
    top_.listing.add({}, enter ? Listing::Kind::Directory : Listing::Kind::File);
    if (enter) top_.subdirectories.push_back(i);
  }
  publish(top_);
  if (finished()) return;
  for (unsigned i = 0; i < threads; ++i) {
    try {
      threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      break;  // fewer threads, then: the caller reads what nobody has begun
    }
  }
}

DirectoryTree::~DirectoryTree() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_to_do_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Directory& DirectoryTree::subdirectory(Directory& of, std::size_t ordinal) {
  std::unique_lock lock(mutex_);
  if (ordinal == of.started.size()) {
    Directory& next = start_next_of(of);
    lock.unlock();
    read(next, reader_);
    publish(next);
    return next;
  }
  Directory& wanted = *of.started[ordinal];
  something_ready_.wait(lock, [&] { return wanted.ready; });
  return wanted;
}

void DirectoryTree::done(Directory& of, std::size_t ordinal) {
  std::unique_ptr<Directory> given;
  bool resume = false;
  {
    const std::lock_guard lock(mutex_);
    given = std::move(of.started[ordinal]);
    const bool paused = held_ >= entries_ahead_max_;
    held_ -= given->listing.size() + 1;
    resume = paused && held_ < entries_ahead_max_;
  }
  if (resume) work_to_do_.notify_all();
}

void DirectoryTree::work() {
  DirectoryReader reader;
  std::unique_lock lock(mutex_);
  while (true) {
    work_to_do_.wait(lock, [this] {
      return stopping_ || finished() || (!unfinished_.empty() && held_ < entries_ahead_max_);
    });
    if (stopping_ || finished()) return;
    Directory& next = start_next_of(**unfinished_.begin());
    lock.unlock();
    read(next, reader);
    publish(next);
    lock.lock();
  }
}

// With the lock held. Only the parent's own place in the order changes.
Directory& DirectoryTree::start_next_of(Directory& parent) {
  unfinished_.erase(&parent);
  const std::size_t position = parent.subdirectories[parent.started.size()];
  auto child = std::make_unique<Directory>();
  child->parent = &parent;
  child->position = position;
  child->depth = parent.depth + 1;
  if (parent.depth == 0) {
    child->open_path = roots_[position].open_path;
    child->path = roots_[position].path;
    child->relative = roots_[position].relative;
  } else {
    const std::string_view name = parent.listing.name(position);
    child->open_path = parent.open_path;
    if (!child->open_path.ends_with('/')) child->open_path += '/';
    child->open_path += name;
    child->path.append(parent.path).append(name) += '/';
    child->relative.append(parent.relative).append(name) += '/';
  }
  parent.started.push_back(std::move(child));
  if (!parent.all_started()) unfinished_.insert(&parent);
  ++reading_;
  return *parent.started.back();
}

// Without the lock: the directory is the caller's until it is published.
void DirectoryTree::read(Directory& directory, DirectoryReader& reader) const {
  try {
    read_names(directory, reader);
  } catch (const std::exception&) {
    directory.listing = {};
    directory.subdirectories.clear();
    directory.error = Error{.code = ErrorCode::LimitExceeded,
                            .what = "no memory for the directory's names",
                            .actual = ENOMEM};
  }
}

void DirectoryTree::read_names(Directory& directory, DirectoryReader& reader) const {
  if (excluded(directory.open_path)) return;
  if (directory.depth > kDirectoryDepthMax) {
    directory.error = Error{.code = ErrorCode::LimitExceeded,
                            .what = "directories lie deeper than the limit",
                            .expected = kDirectoryDepthMax,
                            .actual = ENAMETOOLONG};
    return;
  }
  const auto identity = reader.open(directory.open_path);
  if (!identity) {
    directory.error = identity.error();
    return;
  }
  directory.identity = *identity;
  if (std::ranges::find(excluded_identities_, *identity) != excluded_identities_.end()) return;
  if (is_own_ancestor(directory)) {
    directory.error = Error{.code = ErrorCode::Unsupported,
                            .what = "the directory is mounted below itself",
                            .actual = ELOOP};
    return;
  }
  if (const auto all = reader.read(directory.listing); !all) directory.error = all.error();
  for (std::size_t i = 0; i < directory.listing.size(); ++i) {
    if (directory.listing.kind(i) == Listing::Kind::Directory &&
        directory.listing.name(i) != kOwnFolder) {
      directory.subdirectories.push_back(i);
    }
  }
}

bool DirectoryTree::excluded(const std::string& open_path) const {
  return base_name(open_path) == kOwnFolder ||
         std::ranges::find(excluded_paths_, open_path) != excluded_paths_.end();
}

void DirectoryTree::publish(Directory& directory) {
  std::uint64_t to_give = directory.error ? 1 : 0;
  for (std::size_t i = 0; i < directory.listing.size(); ++i) {
    to_give += directory.listing.kind(i) != Listing::Kind::Directory ? 1 : 0;
  }
  found_.fetch_add(to_give, std::memory_order_relaxed);
  {
    const std::lock_guard lock(mutex_);
    directory.ready = true;
    if (&directory != &top_) {
      --reading_;
      held_ += directory.listing.size() + 1;
    }
    if (!directory.all_started()) unfinished_.insert(&directory);
    if (unfinished_.empty() && reading_ == 0) finished_.store(true, std::memory_order_release);
  }
  something_ready_.notify_one();
  work_to_do_.notify_all();
}

}  // namespace slipring::discover

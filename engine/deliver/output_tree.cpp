// OutputTree: temporaries in, durable names out.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "engine/deliver/directories.h"
#include "engine/deliver/same_bytes.h"
#include "engine/deliver/temp_file.h"
#include "engine/deliver/temporaries.h"

namespace slipring::deliver {

namespace {

constexpr std::size_t kSyncThreads = 8;
constexpr std::size_t kFilesPerSyncThread = 4;  // fewer are not worth a thread

struct Target {
  std::shared_ptr<Directory> directory;
  std::string leaf;
  bool linked = false;
};

// Makes `directory` and what is missing above it; each new entry is synced in its parent.
Result<void> make_directories(const std::filesystem::path& directory, bool durable) {
  std::vector<std::filesystem::path> to_make;
  struct stat status{};
  for (auto path = directory; !path.empty() && ::stat(path.c_str(), &status) != 0;
       path = path.parent_path()) {
    if (errno != ENOENT) return io_error("the output directory could not be looked at");
    to_make.push_back(path);
  }
  for (; !to_make.empty(); to_make.pop_back()) {
    const std::filesystem::path& path = to_make.back();
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST)
      return io_error("the output directory could not be made");
    if (!durable) continue;
    const std::string parent = path.has_parent_path() ? path.parent_path().string() : ".";
    const Descriptor opened(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened) return io_error("the directory above the output could not be opened");
    TRY(sync(opened.get(), "the directory above the output could not be flushed to disk"));
  }
  return {};
}

int link_unnamed(int file, const Target& target) {
  const std::string path = fmt::format("/proc/self/fd/{}", file);
  const int at = target.directory->descriptor.get();
  if (::linkat(AT_FDCWD, path.c_str(), at, target.leaf.c_str(), AT_SYMLINK_FOLLOW) == 0) return 0;
  if (errno != ENOENT) return -1;
  return ::linkat(file, "", at, target.leaf.c_str(), AT_EMPTY_PATH);  // where /proc is not mounted
}

int rename_named(int directory, const std::string& name, const Target& target) {
  const int at = target.directory->descriptor.get();
  if (::renameat2(directory, name.c_str(), at, target.leaf.c_str(), RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;  // EINVAL: this file system knows no flags
  if (::linkat(directory, name.c_str(), at, target.leaf.c_str(), 0) != 0) return -1;
  return ::unlinkat(directory, name.c_str(), 0);
}

}  // namespace

struct OutputTree::State {
  std::string root_path;
  std::shared_ptr<Directory> root;
  Fsync fsync = Fsync::Batch;
  std::unique_ptr<Directories> directories;
  std::unique_ptr<TemporaryRoom> temporaries;
  std::shared_ptr<BufferPool> pool = std::make_shared<BufferPool>();

  [[nodiscard]] bool durable() const { return fsync != Fsync::None; }
  void deliver(std::span<Delivery> batch);
  [[nodiscard]] Result<void> prepare(const Delivery& delivery, Target& target);
  void sync_files(std::span<Delivery> batch);
  [[nodiscard]] Result<void> place(Delivery& delivery, Target& target);
  [[nodiscard]] Result<void> adopt(Delivery& delivery, const Target& target);
};

OutputTree::OutputTree() = default;
OutputTree::~OutputTree() = default;

Result<std::unique_ptr<OutputTree>> OutputTree::open(const std::string& directory, Fsync fsync,
                                                     Temporaries temporaries) {
  TRY(make_directories(directory, fsync != Fsync::None));
  std::unique_ptr<OutputTree> tree(new OutputTree);
  tree->state_ = std::make_unique<State>();
  State& state = *tree->state_;
  state.root_path = directory;
  state.fsync = fsync;
  state.root = std::make_shared<Directory>();
  state.root->descriptor =
      Descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!state.root->descriptor) return io_error("the output directory could not be opened");
  state.directories = std::make_unique<Directories>(state.root, state.durable());
  TRY_ASSIGN(state.temporaries, TemporaryRoom::open(state.root->descriptor.get(), temporaries));
  return tree;
}

Result<std::unique_ptr<TempFile>> OutputTree::create() {
  auto file = std::make_unique<TempFile::State>();
  file->pool = state_->pool;
  TRY(state_->temporaries->create(file->file, file->directory, file->name));
  return std::unique_ptr<TempFile>(new TempFile(std::move(file)));
}

Result<bool> OutputTree::holds(const std::string& name, const TempFile& file) const {
  const Descriptor existing(::openat(state_->root->descriptor.get(), name.c_str(),
                                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!existing) return io_error("the existing output file could not be opened");
  return same_bytes(existing.get(), file.descriptor());
}

const std::string& OutputTree::root() const { return state_->root_path; }

Result<std::uint64_t> OutputTree::free_bytes() const {
  struct statvfs status{};
  if (::fstatvfs(state_->root->descriptor.get(), &status) != 0)
    return io_error("the free space of the output could not be asked for");
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

void OutputTree::start_flush(const TempFile& file) const {
  if (state_->fsync != Fsync::Batch) return;
  // An error stays with the file: fsync will tell it.
  (void)::sync_file_range(file.descriptor(), 0, 0, SYNC_FILE_RANGE_WRITE);
}

void OutputTree::deliver(std::span<Delivery> batch) {
  if (state_->fsync != Fsync::File) return state_->deliver(batch);
  for (std::size_t i = 0; i < batch.size(); ++i) state_->deliver(batch.subspan(i, 1));
}

// Order matters (reliability.md, "Crash consistency"): data durable, then named, then the names
// durable.
void OutputTree::State::deliver(std::span<Delivery> batch) {
  std::vector<Target> targets(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].status = prepare(batch[i], targets[i]);
  if (durable()) sync_files(batch);
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (batch[i].status) batch[i].status = place(batch[i], targets[i]);
  directories->sync_touched();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Target& target = targets[i];
    if (!batch[i].status) continue;
    const Error* error = directories->error_of(*target.directory);
    if (error == nullptr) continue;
    if (target.linked) ::unlinkat(target.directory->descriptor.get(), target.leaf.c_str(), 0);
    batch[i].status = std::unexpected(*error);
  }
}

Result<void> OutputTree::State::prepare(const Delivery& delivery, Target& target) {
  EXPECTS(delivery.file != nullptr);
  const TempFile::State& file = *delivery.file->state_;
  if (file.failed) return std::unexpected(*file.failed);
  EXPECTS(file.finished && !file.linked);
  TRY(check_name(delivery.name));
  TRY_ASSIGN(target.directory, directories->of(delivery.name));
  if (const Error* error = directories->error_of(*target.directory)) return std::unexpected(*error);
  target.leaf = delivery.name.substr(delivery.name.rfind('/') + 1);
  return {};
}

// In parallel: file systems gather the journal commits of flushes that wait at the same time.
void OutputTree::State::sync_files(std::span<Delivery> batch) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < batch.size(); i = next++) {
      if (!batch[i].status) continue;
      TempFile::State& file = *batch[i].file->state_;
      batch[i].status =
          file.keep(sync(file.file.get(), "the output file could not be flushed to disk"));
    }
  };
  std::vector<std::jthread> threads;
  const std::size_t wanted = std::min(kSyncThreads, batch.size() / kFilesPerSyncThread);
  bool more = true;
  for (std::size_t i = 1; i < wanted && more; ++i) {
    try {
      threads.emplace_back(work);
    } catch (const std::system_error&) {
      more = false;  // no more threads to be had: those there are do it
    }
  }
  work();
}

Result<void> OutputTree::State::place(Delivery& delivery, Target& target) {
  TempFile::State& file = *delivery.file->state_;
  const int result = file.directory ? rename_named(file.directory->get(), file.name, target)
                                    : link_unnamed(file.file.get(), target);
  if (result != 0) {
    if (errno == EEXIST) return adopt(delivery, target);
    return io_error("the output file could not be given its name");
  }
  target.linked = true;
  file.linked = true;
  directories->touch(target.directory);
  return {};
}

// The name exists: fine when it holds these very bytes, which a killed run linked but did not
// record.
Result<void> OutputTree::State::adopt(Delivery& delivery, const Target& target) {
  const Descriptor existing(::openat(target.directory->descriptor.get(), target.leaf.c_str(),
                                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!existing && errno != ELOOP && errno != ENXIO)
    return io_error("the existing output file could not be opened");
  struct stat status{};
  if (!existing || ::fstat(existing.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return fail(ErrorCode::Exists, kNoOffset,
                "the output name is taken by something that is not a file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size != delivery.file->size())
    return fail(ErrorCode::Exists, kNoOffset, "the output name is taken by a file of another size",
                delivery.file->size(), size);
  TRY_ASSIGN(const bool same, same_bytes(existing.get(), delivery.file->descriptor()));
  if (!same)
    return fail(ErrorCode::Exists, kNoOffset,
                "the output name is taken by a file with other content");
  if (durable()) TRY(sync(existing.get(), "the existing output file could not be flushed to disk"));
  directories->touch(target.directory);
  delivery.adopted = true;
  return {};
}

}  // namespace slipring::deliver

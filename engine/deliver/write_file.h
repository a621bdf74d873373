// Stage 6, deliver: new objects become durable files, atomically, never over another file. Takes
// bytes through a Sink and a name relative to the output root; gives a linked, synced file. May
// fail with Io (errno in `actual`), Exists (other content is there). The write order is
// reliability.md's: unnamed temporary, write, fsync, link without replace, fsync of the
// directories.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "engine/dicom/digest.h"
#include "engine/dicom/sink.h"

namespace slipring::deliver {

enum class Fsync : std::uint8_t { None, Batch, File };

// Named: run-named files under .slipring/tmp, what is used where the file system has no O_TMPFILE.
enum class Temporaries : std::uint8_t { Unnamed, Named };

// Bounds on what names from outside may cause.
inline constexpr std::size_t kNameBytesMax = 4095;  // PATH_MAX without its NUL
inline constexpr std::size_t kNameComponentsMax = 256;
inline constexpr std::size_t kGatheredPiecesMax = 4;
inline constexpr std::size_t kCachedDirectories = 128;  // descriptors kept open between batches

// An unnamed (O_TMPFILE) or run-named temporary file being written. Discarded unless linked.
class TempFile final : public dicom::Sink {
 public:
  ~TempFile() override;
  Result<void> append(Bytes bytes) override;  // buffered; large pieces go straight through
  // Large in sum, up to kGatheredPiecesMax: straight through in one call, with what is buffered.
  Result<void> append_pieces(std::span<const Bytes> pieces) override;
  Result<void> patch(std::uint64_t offset, Bytes bytes) override;
  [[nodiscard]] std::uint64_t size() const override;
  // Flushes what is buffered, sets mode 0644 & ~umask and the modification time (ns since 1970).
  [[nodiscard]] Result<void> finish(std::int64_t mtime_ns);
  [[nodiscard]] int descriptor() const;  // readable too: verification reads what was written
  // Of two that are finished. Errors: Io.
  [[nodiscard]] Result<bool> has_bytes_of(const TempFile& other) const;

 private:
  friend class OutputTree;
  struct State;
  std::unique_ptr<State> state_;
  explicit TempFile(std::unique_ptr<State> state);
};

struct Delivery {
  TempFile* file = nullptr;
  std::string name;  // relative to the output root, '/' separated
  // answer:
  Result<void> status = {};
  bool adopted =
      false;  // the name existed with these very bytes (a run before was killed after linking)
};

class OutputTree {
 public:
  // Creates the directory when missing. Removes temporaries that dead runs left (named fallback
  // only).
  [[nodiscard]] static Result<std::unique_ptr<OutputTree>> open(
      const std::string& directory, Fsync fsync, Temporaries temporaries = Temporaries::Unnamed);
  ~OutputTree();

  // A temporary on the file system of the output. Thread safe. Errors: Io.
  [[nodiscard]] Result<std::unique_ptr<TempFile>> create();

  // Lets the disk begin with a finished file that deliver() will flush later: what it then waits
  // for is mostly done. Promises nothing and reports nothing. Does not wait for the disk, but where
  // its queue is full.
  void start_flush(const TempFile& file) const;

  // Syncs, links and syncs directories for a batch; answers in each Delivery. One caller at a time.
  // Names are resolved beneath the root, links are not followed; missing directories are made and
  // synced.
  void deliver(std::span<Delivery> batch);

  // Whether the file of that name, relative to the root, has the bytes of a finished one. Errors:
  // Io.
  [[nodiscard]] Result<bool> holds(const std::string& name, const TempFile& file) const;

  [[nodiscard]] const std::string& root() const;
  [[nodiscard]] Result<std::uint64_t> free_bytes() const;

 private:
  OutputTree();
  struct State;
  std::unique_ptr<State> state_;
};

// A name that is safe to make beneath a root: no empty, "." or ".." component, no leading '/', no
// NUL, each component at most 255 bytes, kNameBytesMax and kNameComponentsMax kept. Errors:
// OutOfRange.
[[nodiscard]] Result<void> check_name(std::string_view name);

// The component for a UID: the UID itself when it matches [0-9.]{1,64}, is not "." or "..", else
// "x-" + 32 hex of its digest (names from data are never trusted).
[[nodiscard]] std::string uid_component(std::string_view uid);

}  // namespace slipring::deliver

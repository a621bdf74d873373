// Stage 2, map: SourceFile -> the file's bytes. Takes a path, gives a view of all its bytes (or of a
// head of them), the file's identity, and the proof that it did not change while it was read. May fail
// with Io (errno in `actual`), Vanished, Changed, Unsupported (not a regular file). Must not know DICOM.
//
// Policy (figures: bench/results): files up to Policy::read_max_bytes are read into a buffer the worker
// reuses; larger ones are mapped. A map survives truncation: the SIGBUS handler puts a zero page where
// the file ended and marks the map; check() then says Changed or Io.
#pragma once

#include <cstdint>
#include <string>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"
#include "codecs/base/result.h"
#include "engine/dicom/source_file.h"

namespace slipring::map {

struct Policy {
  std::uint64_t read_max_bytes = std::uint64_t{4} << 20;  // larger files are mapped
  std::uint64_t head_bytes = 4096;                        // first read when only headers are wanted
};

// One opened file. Reused by a worker from file to file: its buffer grows and stays.
class MappedFile {
 public:
  MappedFile() = default;
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // Opens (O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), fstats, refuses what is not a regular file, and makes
  // all bytes available. Closes what was open before.
  [[nodiscard]] Result<void> open(const std::string& path, const Policy& policy);

  // As open, but makes only the first policy.head_bytes available (the whole file when it is no larger).
  [[nodiscard]] Result<void> open_head(const std::string& path, const Policy& policy);
  // After open_head: at least `bytes` from the start (or the whole file). Views given before are void.
  [[nodiscard]] Result<void> extend(std::uint64_t bytes, const Policy& policy);

  // An already open descriptor, which stays the caller's (verification of what was just written).
  [[nodiscard]] Result<void> adopt(int descriptor, const Policy& policy);

  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] bool complete() const { return bytes_.size() == identity_.size_bytes; }
  [[nodiscard]] const dicom::FileIdentity& identity() const { return identity_; }

  // Whether what was read is what the file still is. Errors: Changed, Io.
  [[nodiscard]] Result<void> check() const;

  // Pages of [offset, offset + length) are no longer wanted in memory; a no-op for read files.
  void release(std::uint64_t offset, std::uint64_t length) const;
  // The page cache need not keep this file (--drop-cache).
  void drop_cache() const;
  void close();

 private:
  [[nodiscard]] Result<void> take_identity();
  [[nodiscard]] Result<void> read_to(std::uint64_t bytes);
  [[nodiscard]] Result<void> map_all();

  int descriptor_ = -1;
  bool owns_descriptor_ = false;
  dicom::FileIdentity identity_;
  Buffer buffer_;
  void* map_ = nullptr;
  std::size_t map_length_ = 0;
  int guard_ = -1;  // index in the table of guarded ranges
  Bytes bytes_;
};

}  // namespace slipring::map

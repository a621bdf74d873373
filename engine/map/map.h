// Stage 2, map: SourceFile -> the file's bytes. Takes a path, gives a view of all its bytes (or of
// a head of them), the file's identity, and the proof that it did not change while it was read. May
// fail with Io (errno in `actual`), Vanished, Changed, Unsupported (not a regular file). Must not
// know DICOM.
//
// Policy, by measurement (bench/engine/map_bench.cpp on 2 cores, page cache warm, microseconds of
// CPU a file to open, take, sum and close it;
// bench/results/epyc-2core/2026-11-22-63ef1b2-map.json):
//
//     size        16 KiB  64 KiB  512 KiB  1 MiB  2 MiB  4 MiB  64 MiB
//     read           6.6    11.9       53     90    182    391   8,933
//     mapped        13.3    16.0       55     93    114    188   2,772
//     populated     13.6    17.2       56    103    116    200   2,845
//
// So files up to read_max_bytes are read into a buffer that the worker reuses and larger ones are
// mapped, as they are touched (populating gains nothing). That kernel keeps files in large folios;
// where the page cache holds single pages a map costs more and reading wins for longer, which is no
// reason to copy what is large. A head of 4 KiB holds the header of most images and costs 4.7; of
// 16 KiB, 5.6; a second read for those it does not hold costs 1 to 2 more; the same 4 KiB through a
// map cost 12.6.
//
// A map survives truncation: the SIGBUS handler puts zero pages where the file ended and marks the
// map; check() then says Changed or Io (fault_guard.h). A system call that is given such a page
// fails with EFAULT instead.
#pragma once

#include <cstdint>
#include <string>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"
#include "codecs/base/result.h"
#include "engine/dicom/source_file.h"
#include "engine/map/parent_directory.h"

namespace slipring::map {

// The largest file that is mapped: half of what a process may address on the machines we run on.
inline constexpr std::uint64_t kMapMaxBytes = std::uint64_t{1} << 46;
// The largest file that is read whole where the file system cannot map.
inline constexpr std::uint64_t kReadUnmappableMaxBytes = std::uint64_t{1} << 30;

struct Policy {
  std::uint64_t read_max_bytes = std::uint64_t{1} << 20;  // larger files are mapped
  std::uint64_t head_bytes = 4096;                        // first read when only headers are wanted
  std::uint64_t whole_max_bytes = 0;  // open_head reads a file that is no larger whole
  // open_head of what a directory called a regular file, by somebody who asks for no more of its
  // identity than its size: the kernel tells that in a third of the time of all of it.
  bool only_size = false;
};

// One opened file. Reused by a worker from file to file: its buffer grows and stays.
class MappedFile {
 public:
  MappedFile() = default;
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // Who a file is, by name and without opening it, nor closing what is open; links are not
  // followed. Errors: as open().
  [[nodiscard]] Result<dicom::FileIdentity> identify(const std::string& path);

  // Opens (O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), fstats, refuses what is not a regular file, and
  // makes all bytes available. Closes what was open before.
  [[nodiscard]] Result<void> open(const std::string& path, const Policy& policy);

  // As open, but makes only the first policy.head_bytes available (the whole file when it is no
  // larger, or no larger than policy.whole_max_bytes).
  [[nodiscard]] Result<void> open_head(const std::string& path, const Policy& policy);
  // After open_head: at least `bytes` from the start (or the whole file). Views given before are
  // void.
  [[nodiscard]] Result<void> extend(std::uint64_t bytes, const Policy& policy);

  // An already open descriptor, which stays the caller's (verification of what was just written).
  [[nodiscard]] Result<void> adopt(int descriptor, const Policy& policy);

  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] bool complete() const { return bytes_.size() == identity_.size_bytes; }
  [[nodiscard]] const dicom::FileIdentity& identity() const { return identity_; }

  // Whether what was read is what the file still is: same size, times and inode, no page that
  // failed. Errors: Changed, Io. A change that keeps the size is missed only when it falls in the
  // same tick of the kernel's clock as the opening (some 4 ms; nothing is missed from Linux 6.13
  // on). An adopted file that gets a name after its adoption counts as changed: its ctime moves. Of
  // a file opened with only_size it is the size alone that is compared.
  [[nodiscard]] Result<void> check() const;

  // The bytes of a file that was read whole, given away: views of them hold as long as they are
  // kept. This file goes on with what `into` had room for, and shows none.
  // Requires a file that was read, not mapped.
  void give_bytes(Buffer& into);

  // Pages of [offset, offset + length) are no longer wanted in memory; a no-op for read files.
  void release(std::uint64_t offset, std::uint64_t length) const;
  // The page cache need not keep this file (--drop-cache).
  void drop_cache() const;
  void close();

 private:
  [[nodiscard]] Result<void> open_descriptor(const std::string& path, bool only_size);
  [[nodiscard]] Result<void> take_identity();
  [[nodiscard]] Result<void> take_size();
  [[nodiscard]] Result<void> take_all(const Policy& policy);
  [[nodiscard]] Result<void> or_close(Result<void> result);
  [[nodiscard]] Result<void> check_empty();
  [[nodiscard]] Result<void> read_to(std::uint64_t bytes);
  [[nodiscard]] Result<void> map_all();

  int descriptor_ = -1;
  bool owns_descriptor_ = false;
  bool no_atime_ = true;
  ParentDirectory parent_;
  dicom::FileIdentity identity_;
  bool only_size_ = false;  // the rest of identity_ is not known
  Buffer buffer_;
  void* map_ = nullptr;
  std::size_t map_length_ = 0;
  int guard_ = -1;  // index in the table of guarded ranges
  Bytes bytes_;
};

}  // namespace slipring::map

// IncomingObject: an object while it is being received: an unnamed file in the output (or, when
// nothing is kept, the first bytes in memory), its digests, and what went wrong so far. Appending
// never fails: a peer is read to the end of its data set, and then told.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "codecs/base/buffer.h"
#include "engine/deliver/write_file.h"
#include "engine/dicom/digest.h"
#include "engine/receive/meta_group.h"

namespace slipring::receive {

// Why an object is not taken: what the peer is answered (PS3.4 B.2.3), and in which words.
struct Refusal {
  std::uint16_t status = 0;
  std::string_view comment;    // static text of at most 64 characters: (0000,0902)
  std::optional<Error> error;  // of the disk, or where the data set could not be read
};

class IncomingObject {
 public:
  // Where nothing is kept, as much of an object as its SOP instance is looked for in.
  static constexpr std::size_t kHeadBytes = std::size_t{16} << 10;

  // `file` is null when nothing is kept; `bytes_max` bounds the data set.
  IncomingObject(Announced announced, std::unique_ptr<deliver::TempFile> file,
                 std::uint64_t bytes_max);

  // The next fragment of the data set.
  void append(Bytes fragment);
  // The first refusal stands.
  void refuse(const Refusal& refusal);

  [[nodiscard]] const Announced& announced() const { return announced_; }
  [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }
  [[nodiscard]] std::uint64_t data_set_bytes() const { return data_set_bytes_; }

  struct Written {
    std::unique_ptr<deliver::TempFile> file;
    dicom::Xxh128Digest file_digest;     // of all bytes
    dicom::Xxh128Digest content_digest;  // of transfer syntax and data set
  };
  // Once, at the end. Errors: Io.
  [[nodiscard]] Result<Written> finish(std::int64_t mtime_ns);
  // Meta group and first bytes of the data set, where nothing is kept.
  [[nodiscard]] Bytes head() const { return head_.bytes(); }
  [[nodiscard]] std::uint64_t whole_bytes() const { return meta_bytes_ + data_set_bytes_; }

 private:
  void write(Bytes bytes);

  Announced announced_;
  std::unique_ptr<deliver::TempFile> file_;
  std::uint64_t bytes_max_;
  std::uint64_t meta_bytes_ = 0;
  std::uint64_t data_set_bytes_ = 0;
  Buffer head_;
  dicom::Xxh128 file_hash_;
  dicom::Xxh128 content_hash_;
  std::optional<Refusal> refusal_;
};

}  // namespace slipring::receive

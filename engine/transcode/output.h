// Output: a Sink with a small buffer before it, so that many little elements become few appends.
// The first error stays; what follows it is dropped.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "engine/dicom/sink.h"

namespace slipring::transcode {

class Output {
 public:
  explicit Output(dicom::Sink& sink) : sink_(sink) {}

  void append(Bytes bytes) {
    if (bytes.size() < kBufferBytes) {
      pending_.append(bytes);
      drain();
      return;
    }
    flush();
    if (status_) status_ = sink_.append(bytes);
  }
  // The same of `bytes` and `after`, in one call of the sink where they are large.
  void append(Bytes bytes, Bytes after) {
    if (bytes.size() < kBufferBytes) {
      append(bytes);
      return append(after);
    }
    flush();
    const std::array pieces = {bytes, after};
    if (status_) status_ = sink_.append_pieces(pieces);
  }
  // To append small pieces to; call drain() now and then.
  [[nodiscard]] Buffer& pending() { return pending_; }
  void drain() {
    if (pending_.size() >= kBufferBytes) flush();
  }
  void zeros(std::uint64_t count) {
    for (; count > 0 && status_; count -= std::min<std::uint64_t>(count, kBufferBytes)) {
      const std::size_t at = pending_.size();
      const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(count, kBufferBytes));
      pending_.resize(at + length);
      std::memset(pending_.data() + at, 0, length);
      drain();
    }
  }
  void flush() {
    if (status_ && !pending_.empty()) status_ = sink_.append(pending_.bytes());
    pending_.clear();
  }
  void patch(std::uint64_t offset, Bytes bytes) {
    flush();
    if (status_) status_ = sink_.patch(offset, bytes);
  }
  [[nodiscard]] std::uint64_t size() const { return sink_.size() + pending_.size(); }
  [[nodiscard]] const Result<void>& status() const { return status_; }

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{16} << 10;

  dicom::Sink& sink_;
  Buffer pending_;
  Result<void> status_;
};

// A Sink in memory.
class BufferSink final : public dicom::Sink {
 public:
  Result<void> append(Bytes bytes) override {
    buffer_.append(bytes);
    return {};
  }
  Result<void> patch(std::uint64_t offset, Bytes bytes) override {
    if (offset > buffer_.size() || bytes.size() > buffer_.size() - offset)
      return fail(ErrorCode::Internal, offset, "a patch beyond what was written");
    std::memcpy(buffer_.data() + offset, bytes.data(), bytes.size());
    return {};
  }
  [[nodiscard]] std::uint64_t size() const override { return buffer_.size(); }
  [[nodiscard]] Bytes bytes() const { return buffer_.bytes(); }

 private:
  Buffer buffer_;
};

}  // namespace slipring::transcode

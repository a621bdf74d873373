// QuickReader: the same bits as PlainReader's from a 64-bit window over unstuffed bytes. Says only
// that something is wrong, not what: PlainReader does.
#pragma once

#include "codecs/jpeg/extended/intervals.h"
#include "codecs/jpeg/extended/tables.h"

namespace slipring::codecs::jpeg::extended {

// The next bits of an interval, left aligned. Kept in locals by the loops that read much.
struct Window {
  std::uint64_t bits = 0;
  unsigned count = 0;  // that are known to be there
  const std::uint8_t* at = nullptr;

  // At least 56 bits. Reads 8 bytes at `at`.
  void refill() {
    bits |= load_be<std::uint64_t>(at) >> count;
    at += (63 - count) >> 3;
    count |= 56;
  }
  void drop(unsigned n) {
    bits <<= n;
    count -= n;
  }
};

class QuickReader {
 public:
  QuickReader(Bytes stream, std::uint64_t offset, MutableBytes scratch)
      : intervals_(stream, offset, scratch) {
    open();
  }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] Error error() const { return {ErrorCode::Malformed, intervals_.offset(), {}}; }
  void stop(ErrorCode, std::string_view) { failed_ = true; }

  [[nodiscard]] unsigned bit() { return bits(1); }
  [[nodiscard]] std::uint32_t bits(unsigned count) {
    if (count == 0) return 0;
    refill();
    const std::uint64_t value = window_.bits >> (64 - count);
    window_.drop(count);
    return static_cast<std::uint32_t>(value);
  }
  [[nodiscard]] std::uint8_t symbol(const Codes& codes) {
    refill();
    const Codes::Found found = codes.find(window_.bits);
    if (found.bits == 0) failed_ = true;
    window_.drop(found.bits);
    return found.symbol;
  }

  // For loops that keep the window themselves: no block may start behind last_start().
  [[nodiscard]] const Window& window() const { return window_; }
  void set_window(const Window& window) { window_ = window; }
  [[nodiscard]] const std::uint8_t* last_start() const { return end_ + sizeof(std::uint64_t); }

  void restart(unsigned n);
  void finish() { close(); }
  [[nodiscard]] bool extraneous() const { return extraneous_; }
  [[nodiscard]] std::uint64_t offset() const { return intervals_.offset(); }

 private:
  void open();
  void close();
  void refill() {
    if (window_.at > last_start()) {  // far behind the end: the padding must not run out
      failed_ = true;
      return;
    }
    window_.refill();
  }

  Intervals intervals_;
  Window window_;
  const std::uint8_t* begin_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  bool failed_ = false;
  bool extraneous_ = false;
};

}  // namespace slipring::codecs::jpeg::extended

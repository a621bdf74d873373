// PlainReader: a scan's bits one by one, as the flow charts of ITU-T T.81 F.2.2 read them. The
// definition of right, and the one that says where a stream is damaged.
#pragma once

#include "codecs/jpeg/extended/tables.h"

namespace slipring::codecs::jpeg::extended {

class PlainReader {
 public:
  PlainReader(Bytes stream, std::uint64_t offset) : stream_(stream), at_(offset) {}

  // Until the first error everything is as coded; after it, zeros.
  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] Error error() const { return *error_; }
  void stop(ErrorCode code, std::string_view what) {
    if (!error_) error_ = Error{code, at_, what};
  }

  [[nodiscard]] unsigned bit();                           // NEXTBIT, F.2.2.5
  [[nodiscard]] std::uint32_t bits(unsigned count);       // RECEIVE, F.2.2.4
  [[nodiscard]] std::uint8_t symbol(const Codes& codes);  // DECODE, F.2.2.3

  // To the marker RSTn that must come now, and behind it. Adds to extraneous().
  void restart(unsigned n);
  // Behind the last bit: to the marker after the scan.
  void finish();
  [[nodiscard]] bool extraneous() const { return extraneous_; }  // whole bytes nobody needed
  [[nodiscard]] std::uint64_t offset() const { return at_; }

 private:
  // The next marker from here on, 0 at the end of the stream.
  [[nodiscard]] std::uint8_t find_marker();
  [[nodiscard]] bool next_byte();  // false: a marker, or the end

  Bytes stream_;
  std::uint64_t at_;
  unsigned byte_ = 0;
  unsigned bits_left_ = 0;
  bool extraneous_ = false;
  std::optional<Error> error_;
};

}  // namespace slipring::codecs::jpeg::extended

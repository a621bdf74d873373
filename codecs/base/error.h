// Error: why one piece of work cannot go on. Trivially copyable; its text is static, its numbers
// are fields, so that building one never allocates. A Finding (engine/dicom) is another thing:
// data.
#pragma once

#include <cstdint>
#include <string_view>

namespace slipring {

enum class ErrorCode : std::uint8_t {
  Truncated,          // the bytes end before what was declared or needed
  Malformed,          // the bytes break the format's rules
  Unsupported,        // legal or plausible, but not something this build can do
  LimitExceeded,      // a named limit stops here
  DimensionMismatch,  // the codestream's geometry is not the data set's
  OutOfRange,         // a value does not fit where it must go
  NotDicom,           // the bytes are not a DICOM object
  Io,                 // the operating system said no: `actual` holds errno
  Changed,            // a file changed while it was being read
  Vanished,           // a file was there and is not
  Exists,             // the destination holds other content
  Mismatch,           // a digest or a count is not what it must be
  Cancelled,          // the user asked to stop
  Internal,           // our own defect, caught at a wall
  NoMemory,           // this machine has too little memory for it just now
};
inline constexpr ErrorCode kLastErrorCode = ErrorCode::NoMemory;  // ledgers hold their numbers

inline constexpr std::uint64_t kNoOffset = ~std::uint64_t{0};

struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::uint64_t offset = kNoOffset;  // bytes from the start of what the function was given
  std::string_view what;             // static text, lower case, no full stop
  std::uint64_t expected = 0;        // with `actual`: the two numbers that disagree; 0, 0 when none
  std::uint64_t actual = 0;
};

[[nodiscard]] constexpr std::string_view name(ErrorCode code) {
  switch (code) {
    case ErrorCode::Truncated:
      return "truncated";
    case ErrorCode::Malformed:
      return "malformed";
    case ErrorCode::Unsupported:
      return "unsupported";
    case ErrorCode::LimitExceeded:
      return "limit-exceeded";
    case ErrorCode::DimensionMismatch:
      return "dimension-mismatch";
    case ErrorCode::OutOfRange:
      return "out-of-range";
    case ErrorCode::NotDicom:
      return "not-dicom";
    case ErrorCode::Io:
      return "io";
    case ErrorCode::Changed:
      return "changed";
    case ErrorCode::Vanished:
      return "vanished";
    case ErrorCode::Exists:
      return "exists";
    case ErrorCode::Mismatch:
      return "mismatch";
    case ErrorCode::Cancelled:
      return "cancelled";
    case ErrorCode::Internal:
      return "internal";
    case ErrorCode::NoMemory:
      return "no-memory";
  }
  return "internal";
}

}  // namespace slipring

// Reads of files that go wrong, as those of a failing device do. The program that links
// faulty_reads.cpp has its `pread`, which does what the kernel's does until a fault is set.
#pragma once

#include <cstdint>
#include <string>

namespace slipring::test {

inline constexpr std::int64_t kGoodBytes = 760;

enum class Fault : std::uint8_t {
  None,
  Error,       // EIO
  ErrorLater,  // EIO from byte kGoodBytes of the file on
  Grown,       // a byte is appended to the file behind the read
  OtherBit,    // one bit of the last bytes but eight is another
};

// From here on for reads of files whose path begins with `below`, until it is gone; of an unnamed
// file the path is its directory's. One at a time.
class FaultyReads {
 public:
  FaultyReads(Fault fault, const std::string& below);
  ~FaultyReads();
  FaultyReads(const FaultyReads&) = delete;
  FaultyReads& operator=(const FaultyReads&) = delete;

  [[nodiscard]] int happened() const;  // how many reads it befell
};

}  // namespace slipring::test

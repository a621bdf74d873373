// Names: what a discovered file is called in reports and under an output tree. Takes paths as
// people write them, gives relative names that stay below whatever they are put under, each once.
// Bytes in, bytes out: a name need not be UTF-8. Must not touch the file system.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::discover {

// Our own folder in an output tree. Never entered, wherever it lies, and nothing is named after it.
inline constexpr std::string_view kOwnFolder = ".slipring";

// The path without leading '/', empty components, "." and "..": ".." takes the component before it
// away, and nothing where there is none. May be empty ("/", "..").
[[nodiscard]] std::string safe_relative(std::string_view path);

// The last component; empty for "/" and for none.
[[nodiscard]] std::string_view base_name(std::string_view path);

// Names given so far, so that no two are the same. Holds 64 bits a name: two names with one hash
// count as the same, which costs the second its plain name and nothing else.
class UniqueNames {
 public:
  // The name as it is, or with "~<ordinal>" appended until it is new.
  [[nodiscard]] std::string unique(std::string name, std::uint64_t ordinal);

 private:
  [[nodiscard]] bool insert(std::uint64_t hash);
  void grow();

  std::vector<std::uint64_t> slots_;  // open addressing; 0: free
  std::size_t used_ = 0;
};

}  // namespace slipring::discover

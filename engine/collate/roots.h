// Roots: which manufacturers use which organisation's part of SOP Instance UIDs (PS3.5 9.1). A root
// belongs to one organisation; where two makers' objects share one, UIDs may collide. Collate's
// own.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "codecs/base/result.h"

namespace slipring::collate {

class Voice;

// The leading components of a UID that name who gave it out; "" where that cannot be told or nobody
// did (2.25 and what is no UID).
[[nodiscard]] std::string_view uid_root(std::string_view uid);

class Roots {
 public:
  static constexpr std::size_t kRootsMax = std::size_t{1} << 16;  // more are not told apart

  void add(std::uint32_t root, std::uint16_t maker, std::uint32_t file);
  [[nodiscard]] Result<void> judge(Voice& voice) const;  // L6-11

 private:
  struct User {
    std::uint16_t maker = 0;
    std::uint32_t file = 0;
    bool shared = false;
    std::uint32_t other_file = 0;  // the first of another maker
  };
  std::unordered_map<std::uint32_t, User> users_;
};

}  // namespace slipring::collate

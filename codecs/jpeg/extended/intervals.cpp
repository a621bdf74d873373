#include "codecs/jpeg/extended/intervals.h"

#include <cstring>

namespace slipring::codecs::jpeg::extended {

Bytes Intervals::next() {
  std::uint8_t* to = scratch_.data();
  marker_ = 0;
  while (at_ < stream_.size()) {
    const std::uint8_t* from = stream_.data() + at_;
    const std::size_t rest = stream_.size() - at_;
    const void* found = std::memchr(from, 0xFF, rest);
    const auto clean =
        found == nullptr ? rest
                         : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - from);
    std::memcpy(to, from, clean);
    to += clean;
    at_ += clean;
    if (found == nullptr) break;
    std::uint64_t behind = at_ + 1;
    while (behind < stream_.size() && stream_[behind] == 0xFF) ++behind;  // fill bytes, B.1.1.2
    if (behind == stream_.size()) {
      at_ = behind;
      break;
    }
    if (stream_[behind] != 0) {
      marker_ = stream_[behind];
      at_ = behind - 1;
      break;
    }
    *to++ = 0xFF;
    at_ = behind + 1;
  }
  std::memset(to, 0, kPaddingBytes);
  return {scratch_.data(), static_cast<std::size_t>(to - scratch_.data())};
}

}  // namespace slipring::codecs::jpeg::extended

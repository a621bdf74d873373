#include "codecs/jpeg/extended/plain_reader.h"

namespace slipring::codecs::jpeg::extended {

using namespace jpeg_marker;

// One data byte, T.81 B.1.1.5: 0xFF is followed by a stuffed zero; fill bytes may stand before it.
bool PlainReader::next_byte() {
  if (at_ >= stream_.size()) return false;
  if (stream_[at_] != 0xFF) {
    byte_ = stream_[at_++];
    return true;
  }
  std::uint64_t behind = at_ + 1;
  while (behind < stream_.size() && stream_[behind] == 0xFF) ++behind;
  if (behind == stream_.size() || stream_[behind] != 0) return false;
  byte_ = 0xFF;
  at_ = behind + 1;
  return true;
}

unsigned PlainReader::bit() {
  if (failed()) return 0;
  if (bits_left_ == 0) {
    if (!next_byte()) {
      stop(ErrorCode::Truncated, "the entropy-coded data ends inside a scan");
      return 0;
    }
    bits_left_ = 8;
  }
  return byte_ >> --bits_left_ & 1;
}

std::uint32_t PlainReader::bits(unsigned count) {
  std::uint32_t value = 0;
  while (count-- > 0) value = value << 1 | bit();
  return value;
}

std::uint8_t PlainReader::symbol(const Codes& codes) {
  std::int32_t code = 0;
  for (unsigned n = 1; n <= kCodeBitsMax; ++n) {
    code = code << 1 | static_cast<std::int32_t>(bit());
    if (failed()) return 0;
    if (codes.is_whole(n, code)) return codes.symbol(n, code);
  }
  stop(ErrorCode::Malformed, "bits that are no Huffman code");
  return 0;
}

std::uint8_t PlainReader::find_marker() {
  while (next_byte()) extraneous_ = true;
  while (at_ + 1 < stream_.size() && stream_[at_ + 1] == 0xFF) ++at_;
  return at_ + 1 < stream_.size() ? stream_[at_ + 1] : std::uint8_t{0};
}

void PlainReader::restart(unsigned n) {
  if (failed()) return;
  bits_left_ = 0;
  const std::uint8_t marker = find_marker();
  if (marker == kRst0 + n) {
    at_ += 2;
  } else if (marker >= kRst0 && marker <= kRst7) {
    stop(ErrorCode::Malformed, "restart markers (RST) out of order");
  } else {
    stop(ErrorCode::Truncated, "the scan ends before its last restart interval");
  }
}

void PlainReader::finish() {
  bits_left_ = 0;
  (void)find_marker();
}

}  // namespace slipring::codecs::jpeg::extended

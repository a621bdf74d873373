// PixelHash, NativeHash, BitJoiner: the pixel digest from frames or from pieces of a native value.
#include <algorithm>

#include "engine/pixels/pixels.h"

namespace slipring::pixels {

namespace {

std::uint8_t low_bits(std::uint8_t byte, std::uint64_t bits) {
  return static_cast<std::uint8_t>(byte & ((1U << bits) - 1U));
}

}  // namespace

Bytes BitJoiner::join(Bytes frame, std::uint64_t bits) {
  joined_.clear();
  joined_.resize((pending_bits_ + bits) / 8);
  const std::uint64_t whole = bits / 8;
  std::uint8_t* to = joined_.data();
  std::size_t at = 0;
  unsigned held = pending_;
  for (std::uint64_t i = 0; i < whole; ++i) {
    held |= static_cast<unsigned>(frame[i]) << pending_bits_;
    to[at++] = static_cast<std::uint8_t>(held);
    held >>= 8;
  }
  const unsigned rest = static_cast<unsigned>(bits % 8);
  if (rest != 0) {
    held |= static_cast<unsigned>(low_bits(frame[whole], rest)) << pending_bits_;
    pending_bits_ += rest;
    if (pending_bits_ >= 8) {
      to[at++] = static_cast<std::uint8_t>(held);
      held >>= 8;
      pending_bits_ -= 8;
    }
  }
  pending_ = static_cast<std::uint8_t>(held);
  return joined_.bytes();
}

Bytes BitJoiner::finish() {
  joined_.clear();
  if (pending_bits_ != 0) joined_.append(pending_);
  pending_bits_ = 0;
  pending_ = 0;
  return joined_.bytes();
}

void PixelHash::update(Bytes canonical_frame) {
  if (layout_.bits_allocated == 1)
    hash_.update(joiner_.join(canonical_frame, layout_.samples_per_frame()));
  else
    hash_.update(canonical_frame);
}

dicom::Sha256Digest PixelHash::finish() {
  hash_.update(joiner_.finish());
  return hash_.finish();
}

void NativeHash::update(Bytes piece) {
  const std::uint64_t whole = std::min<std::uint64_t>(piece.size(), bits_left_ / 8);
  hash_.update(piece.first(whole));
  bits_left_ -= whole * 8;
  if (whole == piece.size() || bits_left_ == 0) return;
  const std::uint8_t last = low_bits(piece[whole], bits_left_);  // fewer than 8 are left
  hash_.update({&last, 1});
  bits_left_ = 0;
}

}  // namespace slipring::pixels

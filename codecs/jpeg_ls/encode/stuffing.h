// Stuffer: from plain bits to entropy-coded bytes with a zero bit after each 0xFF (ITU-T T.87 A.1).
// Takes whole bytes as the fast encoder packs them, eight at once where none of them gives a 0xFF.
#pragma once

#include <cstdint>

#include "codecs/base/buffer.h"

namespace slipring::codecs::jpeg_ls {

class Stuffer {
 public:
  explicit Stuffer(Buffer& out) : out_(out) {}

  void append(Bytes plain);
  // The last bits, the highest first: fewer than 8; then zeros up to a whole byte, as
  // BitWriter::finish() has it.
  void finish(std::uint64_t last, int count);

 private:
  std::uint8_t* append_byte(std::uint8_t* to, std::uint8_t plain);
  std::uint8_t* emit(std::uint8_t* to, int bits);

  Buffer& out_;
  std::uint64_t carry_ = 0;  // its highest held_ bits; the others are zero
  int held_ = 0;             // below 8
  bool after_ff_ = false;
};

}  // namespace slipring::codecs::jpeg_ls

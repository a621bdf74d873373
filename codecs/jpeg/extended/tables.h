// Tables: what DQT, DHT and DRI segments leave behind for the scans after them (ITU-T T.81 B.2.4),
// and the decoding of Huffman codes, plain (F.2.2.3) and by look-up.
#pragma once

#include <array>
#include <cstdint>

#include "codecs/jpeg/extended/frame.h"

namespace slipring::codecs::jpeg::extended {

// Zigzag position to place in the block, row by row (T.81 figure A.6).
extern const std::array<std::uint8_t, kBlockSamples> kZigzag;

// Quantiser steps, row by row.
using Steps = std::array<std::uint16_t, kBlockSamples>;

inline constexpr unsigned kCodeBitsMax = 16;

// A Huffman table as it was sent: BITS and HUFFVAL of T.81 C.1.
struct CodeLengths {
  bool present = false;
  std::array<std::uint8_t, kCodeBitsMax + 1> count = {};  // [0] is not used
  std::array<std::uint8_t, 256> symbol = {};
};

struct Tables {
  std::array<bool, kTablesMax> steps_present = {};
  std::array<Steps, kTablesMax> steps = {};
  std::array<CodeLengths, kTablesMax> dc = {};
  std::array<CodeLengths, kTablesMax> ac = {};
  std::uint32_t restart_interval = 0;  // MCUs; 0: none
};

// Takes in a DQT, DHT or DRI segment; others change nothing. Errors: Malformed.
[[nodiscard]] Result<void> read_tables(const JpegSegment& segment, Tables& tables);

// What one code says and what follows it, in one word, so that one load gives all: from the lowest
// byte, how many bits the code and the value behind it take (0: no code), how many the code takes,
// how many the value (SSSS), and the run of zeros before it (RRRR).
using QuickCode = std::uint32_t;
inline constexpr unsigned kCodeBitsAt = 8;
inline constexpr unsigned kValueBitsAt = 16;
inline constexpr unsigned kRunAt = 24;
inline constexpr unsigned kEndOfBlock = 255;  // as a run: leads out of every block

// A table ready for decoding.
class Codes {
 public:
  static constexpr unsigned kLookUpBits = 10;
  enum class Use : std::uint8_t { Dc, Ac };

  // Errors: Malformed (no such table, more codes than bits, a code of all ones: T.81 C.2, C.1).
  [[nodiscard]] Result<void> build(const CodeLengths& lengths);
  // One of these next: find() for progressive scans, or quick() and find_quick() for sequential
  // ones, where symbols that these must not have are left out.
  void build_short();
  void build_quick(Use use);

  // T.81 F.2.2.3, DECODE: for n bits read so far, whether `code` is a whole code; then its symbol.
  [[nodiscard]] bool is_whole(unsigned n, std::int32_t code) const { return code <= max_code_[n]; }
  [[nodiscard]] std::uint8_t symbol(unsigned n, std::int32_t code) const {
    return lengths_.symbol[static_cast<std::size_t>(first_symbol_[n] + code - min_code_[n]) & 255];
  }

  [[nodiscard]] const QuickCode* quick() const { return quick_.data(); }
  // Of a code that starts at the top of `bits`, of any length: length and symbol; length 0: none.
  struct Found {
    unsigned bits = 0;
    std::uint8_t symbol = 0;
  };
  [[nodiscard]] Found find(std::uint64_t bits) const {
    const std::uint16_t at = short_[bits >> (64 - kLookUpBits)];
    if (at != 0) return {static_cast<unsigned>(at >> 8), static_cast<std::uint8_t>(at)};
    return find_long(bits);
  }
  // As `quick`, for codes that are not in it; 0: no code of this use.
  [[nodiscard]] QuickCode find_quick(std::uint64_t bits, Use use) const;

 private:
  [[nodiscard]] Found find_long(std::uint64_t bits) const;
  template <class Table, class Make>
  void fill(Table& table, Make make) const;

  CodeLengths lengths_;
  std::array<std::int32_t, kCodeBitsMax + 1> min_code_ = {};
  std::array<std::int32_t, kCodeBitsMax + 1> max_code_ = {};  // -1: no code of this length
  std::array<std::int32_t, kCodeBitsMax + 1> first_symbol_ = {};
  std::array<std::uint16_t, 1U << kLookUpBits> short_ = {};  // length << 8 | symbol
  std::array<QuickCode, 1U << kLookUpBits> quick_ = {};
};

}  // namespace slipring::codecs::jpeg::extended

#include "codecs/deflate/inspect.h"

#include <array>
#include <cstddef>
#include <span>

namespace slipring::codecs::deflate {

namespace {

constexpr unsigned kCodeBitsMax = 15;   // RFC 1951 3.2.7
constexpr unsigned kLiteralsMax = 286;  // 3.2.5: 256 literals, end of block, 29 lengths
constexpr unsigned kDistancesMax = 30;
constexpr unsigned kEndOfBlock = 256;

// RFC 1951 3.2.5: base values and extra bits of the length and distance codes.
constexpr std::array<std::uint16_t, 29> kLengthBase = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                                       15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                                       67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr std::array<std::uint8_t, 29> kLengthExtra = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                       2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr std::array<std::uint16_t, 30> kDistanceBase = {
    1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
    193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};

// A canonical Huffman code (RFC 1951 3.2.2): how many codes of each length, and their symbols in
// order.
struct Code {
  std::array<std::uint16_t, kCodeBitsMax + 1> count = {};
  std::array<std::uint16_t, kLiteralsMax + 2> symbols = {};

  // False when the lengths promise more codes than there are.
  bool build(std::span<const std::uint8_t> lengths) {
    count.fill(0);
    for (const std::uint8_t length : lengths) ++count[length];
    count[0] = 0;
    int left = 1;
    for (unsigned bits = 1; bits <= kCodeBitsMax; ++bits) {
      left = left * 2 - count[bits];
      if (left < 0) return false;
    }
    std::array<std::uint16_t, kCodeBitsMax + 2> next = {};
    for (unsigned bits = 1; bits <= kCodeBitsMax; ++bits)
      next[bits + 1] = static_cast<std::uint16_t>(next[bits] + count[bits]);
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol)
      if (lengths[symbol] != 0)
        symbols[next[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
    return true;
  }
};

using End = Inspection::End;

class Walk {
 public:
  explicit Walk(Bytes raw) : raw_(raw) {}

  Inspection run() {
    bool last = false;
    while (!last && end_ == End::Sound) last = block();
    return {end_, (bit_ + 7) / 8, output_};
  }

 private:
  // Reads of bits that are not there give 0 and end the walk.
  unsigned bits(unsigned count) {
    unsigned value = 0;
    for (unsigned i = 0; i < count; ++i, ++bit_) {
      if (bit_ / 8 >= raw_.size()) {
        stop(End::Truncated);
        return 0;
      }
      value |= ((raw_[bit_ / 8] >> (bit_ % 8)) & 1U) << i;
    }
    return value;
  }

  void stop(End end) {
    if (end_ == End::Sound) end_ = end;
  }

  unsigned symbol(const Code& code) {
    int value = 0;
    int first = 0;
    int index = 0;
    for (unsigned length = 1; length <= kCodeBitsMax; ++length) {
      value |= static_cast<int>(bits(1));
      if (end_ != End::Sound) return 0;
      const int count = code.count[length];
      if (value - count < first)
        return code.symbols[static_cast<std::size_t>(index + value - first)];
      index += count;
      first = (first + count) * 2;
      value *= 2;
    }
    stop(End::Malformed);
    return 0;
  }

  bool block() {
    const bool last = bits(1) != 0;
    switch (bits(2)) {
      case 0:
        stored();
        break;
      case 1:
        fixed();
        break;
      case 2:
        dynamic();
        break;
      default:
        stop(End::Malformed);
    }
    return last;
  }

  void stored() {  // 3.2.4
    bit_ = (bit_ + 7) / 8 * 8;
    const unsigned length = bits(16);
    const unsigned complement = bits(16);
    if (end_ != End::Sound) return;
    if ((length ^ complement) != 0xFFFF) return stop(End::Malformed);
    const std::uint64_t left = raw_.size() - bit_ / 8;
    if (length > left) {
      bit_ = raw_.size() * 8;
      output_ += left;
      return stop(End::Truncated);
    }
    bit_ += std::uint64_t{length} * 8;
    output_ += length;
  }

  void fixed() {  // 3.2.6
    std::array<std::uint8_t, kLiteralsMax + 2> lengths = {};
    for (unsigned i = 0; i < lengths.size(); ++i)
      lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    std::array<std::uint8_t, kDistancesMax> distances = {};
    distances.fill(5);
    if (literals_.build(lengths) && distances_.build(distances)) compressed();
  }

  void dynamic() {  // 3.2.7
    constexpr std::array<std::uint8_t, 19> kOrder = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                     11, 4,  12, 3, 13, 2, 14, 1, 15};
    const unsigned literal_count = bits(5) + 257;
    const unsigned distance_count = bits(5) + 1;
    const unsigned length_count = bits(4) + 4;
    if (end_ != End::Sound) return;
    if (literal_count > kLiteralsMax) return stop(End::Malformed);
    std::array<std::uint8_t, 19> of_lengths = {};
    for (unsigned i = 0; i < length_count; ++i)
      of_lengths[kOrder[i]] = static_cast<std::uint8_t>(bits(3));
    if (end_ != End::Sound) return;
    if (!literals_.build(of_lengths)) return stop(End::Malformed);
    std::array<std::uint8_t, kLiteralsMax + 32> lengths = {};
    const unsigned total = literal_count + distance_count;
    if (!read_lengths(std::span(lengths).first(total))) return;
    const std::span<const std::uint8_t> all(lengths);
    if (!literals_.build(all.first(literal_count)) ||
        !distances_.build(all.subspan(literal_count, distance_count)))
      return stop(End::Malformed);
    compressed();
  }

  bool read_lengths(std::span<std::uint8_t> lengths) {
    for (std::size_t at = 0; at < lengths.size();) {
      const unsigned code = symbol(literals_);
      if (end_ != End::Sound) return false;
      if (code < 16) {
        lengths[at++] = static_cast<std::uint8_t>(code);
        continue;
      }
      const std::uint8_t value = code == 16 && at != 0 ? lengths[at - 1] : std::uint8_t{0};
      const unsigned repeat = code == 16 ? 3 + bits(2) : code == 17 ? 3 + bits(3) : 11 + bits(7);
      if ((code == 16 && at == 0) || repeat > lengths.size() - at) stop(End::Malformed);
      if (end_ != End::Sound) return false;
      for (unsigned i = 0; i < repeat; ++i) lengths[at++] = value;
    }
    return true;
  }

  void compressed() {  // 3.2.3
    for (;;) {
      const unsigned literal = symbol(literals_);
      if (end_ != End::Sound || literal == kEndOfBlock) return;
      if (literal < kEndOfBlock) {
        ++output_;
        continue;
      }
      const unsigned length_code = literal - kEndOfBlock - 1;
      if (length_code >= kLengthBase.size()) return stop(End::Malformed);
      const unsigned length = kLengthBase[length_code] + bits(kLengthExtra[length_code]);
      const unsigned distance_code = symbol(distances_);
      if (end_ != End::Sound) return;
      if (distance_code >= kDistancesMax) return stop(End::Malformed);
      const unsigned distance =
          kDistanceBase[distance_code] + bits(distance_code < 4 ? 0 : distance_code / 2 - 1);
      if (end_ != End::Sound) return;
      if (distance > output_) return stop(End::Malformed);
      output_ += length;
    }
  }

  Bytes raw_;
  std::uint64_t bit_ = 0;
  std::uint64_t output_ = 0;
  End end_ = End::Sound;
  Code literals_;
  Code distances_;
};

}  // namespace

Inspection inspect(Bytes raw) { return Walk(raw).run(); }

}  // namespace slipring::codecs::deflate

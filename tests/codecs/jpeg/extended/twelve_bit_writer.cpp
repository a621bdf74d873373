#include "tests/codecs/jpeg/extended/twelve_bit_writer.h"

#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <numbers>

#include "codecs/jpeg/extended/tables.h"
#include "codecs/jpeg_markers.h"

namespace slipring::codecs::fixture {

namespace {

using namespace jpeg_marker;
using jpeg::extended::kZigzag;

struct Code {
  unsigned bits = 0;
  unsigned code = 0;
};

// Codes for the symbols in the order given: a quarter of what is free at each length, so that they
// grow slowly and none is all ones.
struct HuffmanTable {
  std::array<std::uint8_t, 17> count{};
  std::vector<std::uint8_t> symbols;
  std::map<std::uint8_t, Code> codes;

  explicit HuffmanTable(std::vector<std::uint8_t> in_order) : symbols(std::move(in_order)) {
    unsigned free = 1, code = 0;
    std::size_t at = 0;
    for (unsigned n = 1; n <= 16; ++n) {
      free *= 2, code *= 2;
      const auto left = static_cast<unsigned>(symbols.size() - at);
      const unsigned used = std::min(left, free / 4);
      count[n] = static_cast<std::uint8_t>(used);
      for (unsigned i = 0; i < used; ++i) codes[symbols[at++]] = {n, code++};
      free -= used;
    }
  }
};

HuffmanTable dc_table() {
  std::vector<std::uint8_t> symbols;
  for (unsigned category = 0; category < 16; ++category)
    symbols.push_back(static_cast<std::uint8_t>(category));
  return HuffmanTable(symbols);
}

HuffmanTable ac_table() {
  std::vector<std::uint8_t> symbols = {0};
  for (unsigned bits = 1; bits <= 15; ++bits)
    for (unsigned run = 0; run < 16; ++run)
      symbols.push_back(static_cast<std::uint8_t>(run << 4 | bits));
  symbols.push_back(0xF0);
  return HuffmanTable(symbols);
}

class Stream {
 public:
  void marker(std::uint8_t code) { out.insert(out.end(), {0xFF, code}); }
  void word(unsigned value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
  }
  void byte(unsigned value) { out.push_back(static_cast<std::uint8_t>(value)); }
  void bits(unsigned value, unsigned count) {
    for (unsigned i = count; i-- > 0;) {
      pending_ = pending_ << 1 | (value >> i & 1);
      if (++pending_bits_ < 8) continue;
      byte(pending_ & 255);
      if ((pending_ & 255) == 255) byte(0);
      pending_bits_ = 0;
    }
  }
  void flush() {
    while (pending_bits_ != 0) bits(1, 1);
  }
  Pixels out;

 private:
  unsigned pending_ = 0;
  unsigned pending_bits_ = 0;
};

unsigned category_of(int value) {
  return static_cast<unsigned>(std::bit_width(static_cast<unsigned>(std::abs(value))));
}

class Writer {
 public:
  explicit Writer(const TwelveBitWriter& how) : how_(how), random_(how.seed) {}

  Pixels run() {
    stream_.marker(kSoi);
    tables();
    frame();
    if (how_.separate_scans || how_.components.size() == 1) {
      for (unsigned c = 0; c < how_.components.size(); ++c) scan({c});
    } else {
      std::vector<unsigned> all;
      for (unsigned c = 0; c < how_.components.size(); ++c) all.push_back(c);
      scan(all);
    }
    if (how_.ends) stream_.marker(kEoi);
    return stream_.out;
  }

 private:
  void tables() {
    stream_.marker(0xDB);
    stream_.word(how_.wide_steps ? 131 : 67);
    stream_.byte(how_.wide_steps ? 0x10 : 0);
    for (unsigned k = 0; k < 64; ++k)
      how_.wide_steps ? stream_.word(how_.step) : stream_.byte(how_.step);
    stream_.marker(kDht);
    stream_.word(static_cast<unsigned>(2 + 17 + dc_.symbols.size() + 17 + ac_.symbols.size()));
    const HuffmanTable* both[] = {&dc_, &ac_};
    for (unsigned kind = 0; kind < 2; ++kind) {
      stream_.byte(kind << 4 | 3);
      for (unsigned n = 1; n <= 16; ++n) stream_.byte(both[kind]->count[n]);
      for (const auto symbol : both[kind]->symbols) stream_.byte(symbol);
    }
    if (how_.restart_interval == 0) return;
    stream_.marker(kDri);
    stream_.word(4);
    stream_.word(how_.restart_interval);
  }

  void frame() {
    const auto components = static_cast<unsigned>(how_.components.size());
    stream_.marker(kSof1);
    stream_.word(8 + 3 * components);
    stream_.byte(12);
    stream_.word(how_.rows);
    stream_.word(how_.columns);
    stream_.byte(components);
    for (unsigned c = 0; c < components; ++c) {
      stream_.byte(c + 1);
      stream_.byte(how_.components[c].horizontal * 16U + how_.components[c].vertical);
      stream_.byte(0);
      h_max_ = std::max<unsigned>(h_max_, how_.components[c].horizontal);
      v_max_ = std::max<unsigned>(v_max_, how_.components[c].vertical);
    }
  }

  static unsigned ceil_div(unsigned a, unsigned b) { return (a + b - 1) / b; }

  void scan(const std::vector<unsigned>& which) {
    stream_.marker(kSos);
    stream_.word(static_cast<unsigned>(6 + 2 * which.size()));
    stream_.byte(static_cast<unsigned>(which.size()));
    for (const unsigned c : which) stream_.byte(c + 1), stream_.byte(0x33);
    stream_.byte(0), stream_.byte(63), stream_.byte(0);
    const Factors first = how_.components[which[0]];
    const bool single = which.size() == 1;
    const unsigned h = how_.components.size() == 1 ? h_max_ : first.horizontal;
    const unsigned v = how_.components.size() == 1 ? v_max_ : first.vertical;
    const unsigned columns = single ? ceil_div(ceil_div(how_.columns * h, h_max_), 8)
                                    : ceil_div(how_.columns, 8 * h_max_);
    const unsigned rows =
        single ? ceil_div(ceil_div(how_.rows * v, v_max_), 8) : ceil_div(how_.rows, 8 * v_max_);
    dc_before_ = {};
    for (unsigned mcu = 0; mcu < rows * columns; ++mcu) {
      if (how_.restart_interval != 0 && mcu != 0 && mcu % how_.restart_interval == 0) {
        stream_.flush();
        stream_.marker(static_cast<std::uint8_t>(kRst0 + (mcu / how_.restart_interval - 1) % 8));
        dc_before_ = {};
      }
      for (const unsigned c : which) blocks(c, mcu / columns, mcu % columns, single);
    }
    stream_.flush();
  }

  void blocks(unsigned c, unsigned mcu_row, unsigned mcu_column, bool single) {
    if (single) return block(c, mcu_row, mcu_column);
    const Factors f = how_.components[c];
    for (unsigned y = 0; y < f.vertical; ++y)
      for (unsigned x = 0; x < f.horizontal; ++x)
        block(c, mcu_row * f.vertical + y, mcu_column * f.horizontal + x);
  }

  int drawn(int max) {
    const auto bits = random_() % (category_of(max) + 1);
    const int value = static_cast<int>(random_() % (1U << bits));
    return std::clamp(random_() % 2 != 0 ? value : -value, -max, max);
  }
  int coefficient(unsigned c, unsigned row, unsigned column, unsigned k) {
    if (how_.coefficient) return how_.coefficient(c, row, column, k);
    if (k == 0) return drawn(how_.dc_max);
    const bool present = random_() % 1000 < static_cast<unsigned>(how_.density * 1000);
    return present ? drawn(how_.ac_max) : 0;
  }

  void value(const HuffmanTable& table, unsigned run, int coefficient_value) {
    const unsigned bits = category_of(coefficient_value);
    const Code code = table.codes.at(static_cast<std::uint8_t>(run << 4 | bits));
    stream_.bits(code.code, code.bits);
    const int coded =
        coefficient_value < 0 ? coefficient_value + (1 << bits) - 1 : coefficient_value;
    stream_.bits(static_cast<unsigned>(coded), bits);
  }

  void block(unsigned c, unsigned row, unsigned column) {
    std::array<int, 64> in_order{};
    for (unsigned k = 0; k < 64; ++k) in_order[k] = coefficient(c, row, column, kZigzag[k]);
    value(dc_, 0, in_order[0] - dc_before_[c]);
    dc_before_[c] = in_order[0];
    unsigned run = 0;
    for (unsigned k = 1; k < 64; ++k) {
      if (in_order[k] == 0) {
        ++run;
        continue;
      }
      for (; run > 15; run -= 16) stream_.bits(ac_.codes.at(0xF0).code, ac_.codes.at(0xF0).bits);
      value(ac_, run, in_order[k]);
      run = 0;
    }
    if (run != 0) stream_.bits(ac_.codes.at(0).code, ac_.codes.at(0).bits);
  }

  const TwelveBitWriter& how_;
  std::mt19937 random_;
  Stream stream_;
  HuffmanTable dc_ = dc_table();
  HuffmanTable ac_ = ac_table();
  unsigned h_max_ = 1;
  unsigned v_max_ = 1;
  std::array<int, 4> dc_before_{};
};

}  // namespace

Pixels write_twelve_bit(const TwelveBitWriter& how) { return Writer(how).run(); }

Pixels write_samples(const Pixels& samples, const pixel::Layout& l) {
  TwelveBitWriter how;
  how.rows = static_cast<std::uint16_t>(l.rows);
  how.columns = static_cast<std::uint16_t>(l.columns);
  const auto sample = [&](unsigned y, unsigned x) {
    const std::size_t at =
        std::size_t{std::min(y, l.rows - 1)} * l.columns + std::min<std::size_t>(x, l.columns - 1);
    return static_cast<double>(load_le<std::uint16_t>(&samples[2 * at])) - 2048;
  };
  how.coefficient = [&](unsigned, unsigned row, unsigned column, unsigned k) {
    const unsigned v = k / 8, u = k % 8;
    double sum = 0;
    for (unsigned y = 0; y < 8; ++y)
      for (unsigned x = 0; x < 8; ++x)
        sum += sample(row * 8 + y, column * 8 + x) *
               std::cos((2 * x + 1) * u * std::numbers::pi / 16) *
               std::cos((2 * y + 1) * v * std::numbers::pi / 16);
    const double scale =
        (u == 0 ? std::numbers::sqrt2 / 2 : 1) * (v == 0 ? std::numbers::sqrt2 / 2 : 1);
    return static_cast<int>(std::lround(sum * scale / 4));
  };
  return write_twelve_bit(how);
}

Pixels as_twelve_bit(Pixels stream) {
  std::size_t sof = find_marker(stream, kSof0);
  if (sof == stream.size()) sof = find_marker(stream, kSof2);
  if (stream[sof + 1] == kSof0) stream[sof + 1] = kSof1;
  stream[sof + 4] = 12;
  return stream;
}

std::size_t find_marker(const Pixels& stream, std::uint8_t marker) {
  for (std::size_t i = 0; i + 1 < stream.size(); ++i)
    if (stream[i] == 0xFF && stream[i + 1] == marker) return i;
  return stream.size();
}

}  // namespace slipring::codecs::fixture

#include "tests/codecs/jpeg_lossless/jpeg_lossless_writer.h"

#include <bit>
#include <cstdlib>

namespace slipring::codecs::fixture {

namespace {

// BITS of the tables: categories 0 to 16 with codes of 2 to 16 bits, in an order of their own.
struct Table {
  std::vector<std::uint8_t> counts;
  std::vector<std::uint8_t> values;
};

Table table(std::uint32_t which) {
  Table result;
  //                  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16
  result.counts = {0, 1, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1};
  result.values = {3, 4, 2, 5, 1, 6, 0, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  if (which != 0) std::swap(result.values[0], result.values[which]);
  return result;
}

class Writer {
 public:
  explicit Writer(const LosslessStream& stream) : s_(stream) {}

  std::vector<std::uint8_t> run() {
    bytes_ = {0xFF, 0xD8};
    if (s_.tables_before_frame) tables();
    frame();
    if (!s_.tables_before_frame) tables();
    if (s_.restart_interval != 0) {
      marker(0xDD);
      word(4);
      word(s_.restart_interval);
    }
    if (s_.interleaved) {
      std::vector<std::uint32_t> all;
      for (std::uint32_t c = 0; c < s_.components; ++c) all.push_back(c);
      scan(all);
    } else {
      for (std::uint32_t c = 0; c < s_.components; ++c) scan({c});
    }
    if (s_.end_marker) marker(0xD9);
    return std::move(bytes_);
  }

 private:
  void byte(std::uint32_t value) { bytes_.push_back(static_cast<std::uint8_t>(value)); }
  void word(std::uint32_t value) {
    byte(value >> 8);
    byte(value);
  }
  void marker(std::uint8_t code) {
    for (std::uint32_t i = 0; i <= s_.fill_bytes; ++i) byte(0xFF);
    byte(code);
  }

  void tables() {
    const std::uint32_t count = s_.tables_differ ? s_.components : 1;
    marker(0xC4);
    word(2 + count * (17 + 17));
    for (std::uint32_t which = 0; which < count; ++which) {
      const Table t = table(which);
      byte(which);
      for (const std::uint8_t value : t.counts) byte(value);
      for (const std::uint8_t value : t.values) byte(value);
    }
  }

  void frame() {
    marker(0xC3);
    word(8 + 3 * s_.components);
    byte(s_.precision);
    word(s_.lines_in_dnl ? 0 : s_.rows);
    word(s_.columns);
    byte(s_.components);
    for (std::uint32_t c = 0; c < s_.components; ++c) {
      byte(c);
      byte(0x11);
      byte(0);
    }
  }

  void scan(const std::vector<std::uint32_t>& components) {
    marker(0xDA);
    word(static_cast<std::uint32_t>(6 + 2 * components.size()));
    byte(static_cast<std::uint32_t>(components.size()));
    for (const std::uint32_t c : components) {
      byte(c);
      byte((s_.tables_differ ? c : 0) << 4);
    }
    byte(s_.predictor);
    byte(s_.spectral_end);
    byte(s_.approximation_high << 4 | s_.point_transform);
    samples(components);
    flush();
    if (s_.lines_in_dnl && components[0] == 0) {
      marker(0xDC);
      word(4);
      word(s_.rows);
    }
  }

  void samples(const std::vector<std::uint32_t>& components) {
    std::uint32_t first = 0;  // the sample that the last restart came before
    for (std::uint32_t i = 0; i < s_.rows * s_.columns; ++i) {
      if (s_.restart_interval != 0 && i != 0 && i % s_.restart_interval == 0) {
        flush();
        marker(static_cast<std::uint8_t>(0xD0 + (i / s_.restart_interval - 1) % 8));
        first = i;
      }
      for (const std::uint32_t c : components)
        put(static_cast<std::uint16_t>(s_.samples[c][i] - prediction(s_.samples[c], i, first)),
            s_.tables_differ ? c : 0);
    }
  }

  // H.1.2.1
  [[nodiscard]] std::int32_t prediction(const std::vector<std::uint16_t>& x, std::uint32_t i,
                                        std::uint32_t first) const {
    if (i == first) return 1 << (s_.precision - s_.point_transform - 1);
    const std::uint32_t column = i % s_.columns;
    if (i / s_.columns == first / s_.columns) return x[i - 1];
    const std::int32_t b = x[i - s_.columns];
    if (column == 0) return b;
    const std::int32_t a = x[i - 1];
    const std::int32_t c = x[i - s_.columns - 1];
    const std::int32_t by_selection[] = {
        0, a, b, c, a + b - c, a + ((b - c) >> 1), b + ((a - c) >> 1), (a + b) >> 1};
    return by_selection[s_.predictor];
  }

  void put(std::uint16_t difference, std::uint32_t which) {
    const int value = static_cast<std::int16_t>(difference);
    const auto category =
        static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint32_t>(std::abs(value))));
    const Table t = table(which);
    std::uint32_t code = 0;
    std::uint32_t index = 0;
    for (std::uint32_t length = 1; length <= 16; ++length, code <<= 1) {
      for (std::uint32_t k = 0; k < t.counts[length - 1]; ++k, ++code, ++index)
        if (t.values[index] == category) bits(code, length);
    }
    if (category == 16 && !s_.appended_bits) return;
    bits(static_cast<std::uint32_t>(value < 0 ? value - 1 : value), category);
  }

  void bits(std::uint32_t value, std::uint32_t count) {
    while (count-- != 0) {
      pending_ = pending_ << 1 | (value >> count & 1U);
      if (++held_ == 8) emit();
    }
  }

  void emit() {
    byte(pending_);
    if ((pending_ & 0xFF) == 0xFF) byte(0);
    pending_ = held_ = 0;
  }

  void flush() {
    while (held_ != 0) bits(1, 1);
  }

  const LosslessStream& s_;
  std::vector<std::uint8_t> bytes_;
  std::uint32_t pending_ = 0;
  std::uint32_t held_ = 0;
};

}  // namespace

std::vector<std::uint8_t> write_lossless(const LosslessStream& stream) {
  return Writer(stream).run();
}

}  // namespace slipring::codecs::fixture

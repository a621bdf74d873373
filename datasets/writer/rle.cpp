#include "datasets/writer/rle.h"

#include <array>

namespace slipring::datasets {

namespace {

constexpr std::size_t kHeaderBytes = 64;  // PS3.5 G.5: a count and 15 offsets of 32 bits
constexpr std::size_t kRunMax = 128;      // PS3.5 G.3.1

std::size_t run_at(Bytes row, std::size_t at) {
  std::size_t length = 1;
  while (at + length < row.size() && length < kRunMax && row[at + length] == row[at]) ++length;
  return length;
}

// PackBits; no run crosses a row (PS3.5 G.3.1).
void append_row(Bytes row, std::vector<std::uint8_t>& out) {
  std::size_t at = 0;
  while (at < row.size()) {
    const std::size_t run = run_at(row, at);
    if (run >= 3) {
      out.push_back(static_cast<std::uint8_t>(257 - run));
      out.push_back(row[at]);
      at += run;
      continue;
    }
    std::size_t literal = run;
    while (at + literal < row.size() && literal < kRunMax && run_at(row, at + literal) < 3)
      ++literal;
    out.push_back(static_cast<std::uint8_t>(literal - 1));
    out.insert(out.end(), row.begin() + static_cast<std::ptrdiff_t>(at),
               row.begin() + static_cast<std::ptrdiff_t>(at + literal));
    at += literal;
  }
}

}  // namespace

void append_rle_frame(Bytes frame, unsigned columns, unsigned samples, unsigned bytes_per_sample,
                      std::vector<std::uint8_t>& out) {
  const std::size_t pixel_bytes = std::size_t{samples} * bytes_per_sample;
  const std::size_t rows = frame.size() / (pixel_bytes * columns);
  const std::size_t begin = out.size();
  out.resize(begin + kHeaderBytes);
  std::array<std::uint32_t, 16> header{static_cast<std::uint32_t>(pixel_bytes)};
  std::vector<std::uint8_t> row(columns);
  std::size_t segment = 0;
  for (unsigned sample = 0; sample < samples; ++sample) {
    for (unsigned byte = bytes_per_sample; byte-- > 0;) {  // most significant first (PS3.5 G.2)
      header[++segment] = static_cast<std::uint32_t>(out.size() - begin);
      for (std::size_t r = 0; r < rows; ++r) {
        const std::uint8_t* from = frame.data() + r * columns * pixel_bytes +
                                   std::size_t{sample} * bytes_per_sample + byte;
        for (std::size_t c = 0; c < columns; ++c) row[c] = from[c * pixel_bytes];
        append_row(row, out);
      }
      if ((out.size() - begin) % 2 != 0) out.push_back(0);
    }
  }
  for (std::size_t i = 0; i < header.size(); ++i) store_le(out.data() + begin + 4 * i, header[i]);
}

}  // namespace slipring::datasets

#include "codecs/jpeg/extended/tables.h"

#include <algorithm>
#include <numeric>

namespace slipring::codecs::jpeg::extended {

namespace {

using namespace jpeg_marker;

constexpr std::uint8_t kDqt = 0xDB;      // T.81 table B.1
constexpr unsigned kDcCategoryMax = 15;  // T.81 table F.6: 12-bit samples
constexpr unsigned kZeroRun = 15;        // ZRL is 15 with no value, T.81 F.1.2.2

std::unexpected<Error> too_short(const JpegSegment& segment, std::size_t needed) {
  return fail(ErrorCode::Malformed, segment.offset, "a table segment (DQT, DHT, DRI) is too short",
              needed, segment.payload.size());
}

// T.81 B.2.4.1
Result<void> read_steps(const JpegSegment& segment, Tables& tables) {
  const Bytes p = segment.payload;
  for (std::size_t at = 0; at < p.size();) {
    const unsigned wide = p[at] >> 4;
    const unsigned which = p[at] & 15;
    if (wide > 1 || which >= kTablesMax)
      return fail(ErrorCode::Malformed, segment.offset, "no such quantisation table (DQT)",
                  kTablesMax - 1, p[at]);
    const std::size_t size = std::size_t{kBlockSamples} * (1 + wide);
    if (++at + size > p.size()) return too_short(segment, at + size);
    for (std::size_t k = 0; k < kBlockSamples; ++k)
      tables.steps[which][kZigzag[k]] =
          wide != 0 ? load_be<std::uint16_t>(&p[at + 2 * k]) : p[at + k];
    tables.steps_present[which] = true;
    at += size;
  }
  return {};
}

// T.81 B.2.4.2
Result<void> read_codes(const JpegSegment& segment, Tables& tables) {
  const Bytes p = segment.payload;
  for (std::size_t at = 0; at < p.size();) {
    const unsigned kind = p[at] >> 4;
    const unsigned which = p[at] & 15;
    if (kind > 1 || which >= kTablesMax)
      return fail(ErrorCode::Malformed, segment.offset, "no such Huffman table (DHT)",
                  kTablesMax - 1, p[at]);
    if (++at + kCodeBitsMax > p.size()) return too_short(segment, at + kCodeBitsMax);
    CodeLengths lengths;
    lengths.present = true;
    for (unsigned n = 1; n <= kCodeBitsMax; ++n) lengths.count[n] = p[at + n - 1];
    at += kCodeBitsMax;
    const std::size_t symbols = std::accumulate(lengths.count.begin(), lengths.count.end(), 0U);
    if (symbols > lengths.symbol.size())
      return fail(ErrorCode::Malformed, segment.offset, "a Huffman table of more than 256 codes",
                  lengths.symbol.size(), symbols);
    if (at + symbols > p.size()) return too_short(segment, at + symbols);
    std::copy_n(&p[0] + at, symbols, lengths.symbol.begin());
    at += symbols;
    (kind == 0 ? tables.dc : tables.ac)[which] = lengths;
  }
  return {};
}

QuickCode quick_code(unsigned length, std::uint8_t symbol, Codes::Use use) {
  const unsigned value_bits = symbol & 15;
  unsigned run = symbol >> 4;
  if (use == Codes::Use::Dc && symbol > kDcCategoryMax) return 0;
  if (use == Codes::Use::Ac && value_bits == 0 && run != kZeroRun) {
    if (run != 0) return 0;
    run = kEndOfBlock;
  }
  return (length + value_bits) | length << kCodeBitsAt | value_bits << kValueBitsAt | run << kRunAt;
}

}  // namespace

const std::array<std::uint8_t, kBlockSamples> kZigzag = [] {
  std::array<std::uint8_t, kBlockSamples> order{};
  unsigned row = 0, column = 0;
  for (auto& place : order) {
    place = static_cast<std::uint8_t>(row * kBlockSide + column);
    const bool up = (row + column) % 2 == 0;
    if (up && column == kBlockSide - 1)
      ++row;
    else if (up && row == 0)
      ++column;
    else if (!up && row == kBlockSide - 1)
      ++column;
    else if (!up && column == 0)
      ++row;
    else
      row += up ? ~0U : 1U, column += up ? 1U : ~0U;
  }
  return order;
}();

Result<void> read_tables(const JpegSegment& segment, Tables& tables) {
  if (segment.marker == kDqt) return read_steps(segment, tables);
  if (segment.marker == kDht) return read_codes(segment, tables);
  if (segment.marker != kDri) return {};
  if (segment.payload.size() < 2) return too_short(segment, 2);
  tables.restart_interval = load_be<std::uint16_t>(segment.payload.data());  // B.2.4.4
  return {};
}

Result<void> Codes::build(const CodeLengths& lengths) {
  if (!lengths.present)
    return fail(ErrorCode::Malformed, kNoOffset, "a scan needs a Huffman table that was not sent");
  lengths_ = lengths;
  std::int32_t code = 0;
  std::int32_t symbol = 0;
  for (unsigned n = 1; n <= kCodeBitsMax; ++n, code <<= 1) {
    const std::int32_t count = lengths.count[n];
    min_code_[n] = code;
    first_symbol_[n] = symbol;
    max_code_[n] = count == 0 ? -1 : code + count - 1;
    if (count != 0 && code + count >= std::int32_t{1} << n)
      return fail(ErrorCode::Malformed, kNoOffset, "a Huffman table has more codes than fit");
    code += count;
    symbol += count;
  }
  return {};
}

// Every entry that starts with a code of at most kLookUpBits bits.
template <class Table, class Make>
void Codes::fill(Table& table, Make make) const {
  table = {};
  for (unsigned n = 1; n <= kLookUpBits; ++n) {
    for (std::int32_t code = min_code_[n]; code <= max_code_[n]; ++code) {
      const auto first = static_cast<std::ptrdiff_t>(code) << (kLookUpBits - n);
      std::fill_n(table.begin() + first, 1U << (kLookUpBits - n), make(n, symbol(n, code)));
    }
  }
}

void Codes::build_short() {
  fill(short_,
       [](unsigned n, std::uint8_t symbol) { return static_cast<std::uint16_t>(n << 8 | symbol); });
}

void Codes::build_quick(Use use) {
  fill(quick_, [use](unsigned n, std::uint8_t symbol) { return quick_code(n, symbol, use); });
}

Codes::Found Codes::find_long(std::uint64_t bits) const {
  for (unsigned n = 1; n <= kCodeBitsMax; ++n) {
    const auto code = static_cast<std::int32_t>(bits >> (64 - n));
    if (is_whole(n, code)) return {n, symbol(n, code)};
  }
  return {};
}

QuickCode Codes::find_quick(std::uint64_t bits, Use use) const {
  const Found found = find_long(bits);
  return found.bits == 0 ? QuickCode{0} : quick_code(found.bits, found.symbol, use);
}

}  // namespace slipring::codecs::jpeg::extended

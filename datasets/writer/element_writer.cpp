#include "datasets/writer/element_writer.h"

#include <bit>
#include <cstdio>
#include <cstring>

namespace slipring::datasets {

namespace {

constexpr std::uint32_t kUndefined = 0xFFFFFFFFU;
constexpr std::uint32_t kItem = 0xE000;
constexpr std::uint32_t kItemDelimitation = 0xE00D;
constexpr std::uint32_t kSequenceDelimitation = 0xE0DD;

// 2 reserved bytes and a 32-bit length (PS3.5 7.1.2, Table 7.1-1).
bool has_long_header(std::string_view vr) {
  for (const std::string_view one :
       {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
    if (vr == one) return true;
  return false;
}

char pad_of(std::string_view vr) { return vr == "UI" || vr == "OB" ? '\0' : ' '; }

// DS holds at most 16 characters (PS3.5 6.2).
void append_decimal(std::string& text, double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.7g", value);
  if (!text.empty()) text += '\\';
  text += buffer;
}

}  // namespace

void ElementWriter::put16(std::uint16_t value) {
  std::uint8_t raw[2];
  syntax_.big_endian ? store_be(raw, value) : store_le(raw, value);
  out_.insert(out_.end(), raw, raw + sizeof raw);
}

void ElementWriter::put32(std::uint32_t value) {
  std::uint8_t raw[4];
  syntax_.big_endian ? store_be(raw, value) : store_le(raw, value);
  out_.insert(out_.end(), raw, raw + sizeof raw);
}

void ElementWriter::put64(std::uint64_t value) {
  std::uint8_t raw[8];
  syntax_.big_endian ? store_be(raw, value) : store_le(raw, value);
  out_.insert(out_.end(), raw, raw + sizeof raw);
}

void ElementWriter::header(const Attribute& attribute, std::uint32_t length) {
  put16(static_cast<std::uint16_t>(attribute.tag >> 16));
  put16(static_cast<std::uint16_t>(attribute.tag));
  if (!syntax_.explicit_vr) return put32(length);
  out_.push_back(static_cast<std::uint8_t>(attribute.vr[0]));
  out_.push_back(static_cast<std::uint8_t>(attribute.vr[1]));
  if (!has_long_header(attribute.vr)) return put16(static_cast<std::uint16_t>(length));
  put16(0);
  put32(length);
}

void ElementWriter::item_header(std::uint32_t element, std::uint32_t length) {
  put16(0xFFFE);
  put16(static_cast<std::uint16_t>(element));
  put32(length);
}

void ElementWriter::bytes(const Attribute& attribute, Bytes value) {
  const std::size_t padding = value.size() % 2;
  header(attribute, static_cast<std::uint32_t>(value.size() + padding));
  out_.insert(out_.end(), value.begin(), value.end());
  if (padding != 0) out_.push_back(static_cast<std::uint8_t>(pad_of(attribute.vr)));
}

void ElementWriter::text(const Attribute& attribute, std::string_view value) {
  bytes(attribute, as_bytes(value));
}

void ElementWriter::odd_text(const Attribute& attribute, std::string_view value) {
  header(attribute, static_cast<std::uint32_t>(value.size()));
  out_.insert(out_.end(), value.begin(), value.end());
}

void ElementWriter::number(const Attribute& attribute, std::uint32_t value) {
  const bool is_long = std::string_view(attribute.vr) == "UL";
  header(attribute, is_long ? 4 : 2);
  is_long ? put32(value) : put16(static_cast<std::uint16_t>(value));
}

void ElementWriter::tag_value(const Attribute& attribute, std::uint32_t tag) {
  header(attribute, 4);
  put16(static_cast<std::uint16_t>(tag >> 16));
  put16(static_cast<std::uint16_t>(tag));
}

void ElementWriter::doubles(const Attribute& attribute, std::initializer_list<double> values) {
  header(attribute, static_cast<std::uint32_t>(values.size() * sizeof(double)));
  for (const double value : values) put64(std::bit_cast<std::uint64_t>(value));
}

void ElementWriter::decimals(const Attribute& attribute, std::initializer_list<double> values) {
  std::string joined;
  for (const double value : values) append_decimal(joined, value);
  text(attribute, joined);
}

void ElementWriter::integer(const Attribute& attribute, std::int64_t value) {
  text(attribute, std::to_string(value));
}

void ElementWriter::begin_sequence(const Attribute& attribute, Length length) {
  header(attribute, length == Length::Undefined ? kUndefined : 0);
  open_.push_back({length == Length::Undefined ? 0 : out_.size() - 4, out_.size()});
}

void ElementWriter::begin_item(Length length) {
  item_header(kItem, length == Length::Undefined ? kUndefined : 0);
  open_.push_back({length == Length::Undefined ? 0 : out_.size() - 4, out_.size()});
}

void ElementWriter::close(std::uint32_t delimiter_element) {
  const Open open = open_.back();
  open_.pop_back();
  if (open.length_at == 0) return item_header(delimiter_element, 0);
  const auto length = static_cast<std::uint32_t>(out_.size() - open.value_at);
  std::uint8_t* to = out_.data() + open.length_at;
  syntax_.big_endian ? store_be(to, length) : store_le(to, length);
}

void ElementWriter::end_item() { close(kItemDelimitation); }
void ElementWriter::end_sequence() { close(kSequenceDelimitation); }

}  // namespace slipring::datasets

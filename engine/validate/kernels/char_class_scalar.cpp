#include <string_view>

#include "engine/validate/kernels/char_class.h"

namespace slipring::validate::kernels {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";

constexpr void allow(NibbleTable& table, std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    table[byte & 15U] = static_cast<std::uint8_t>(table[byte & 15U] | (1U << (byte >> 4)));
  }
}

constexpr NibbleTable make(std::string_view others, bool digits) {
  NibbleTable table{};
  if (digits) allow(table, kDigits);
  allow(table, others);
  return table;
}

constexpr NibbleTable make_printable(std::string_view controls) {
  NibbleTable table{};
  for (unsigned byte = 0x20; byte < 0x7F; ++byte)
    table[byte & 15U] = static_cast<std::uint8_t>(table[byte & 15U] | (1U << (byte >> 4)));
  allow(table, controls);
  return table;
}

constexpr NibbleTable make_code() {
  NibbleTable table = make(" _\\", true);
  allow(table, kUpper);
  return table;
}

constexpr NibbleTable make_uri() {
  NibbleTable table = make("-._~:/?#[]@!$&'()*+,;=% ", true);
  allow(table, kUpper);
  allow(table, kLower);
  return table;
}

constexpr std::array<NibbleTable, kCharClassCount> kTables = {make_printable(""),
                                                              make_printable("\t\n\f\r"),
                                                              make_code(),
                                                              make(".\\", true),
                                                              make("\\", true),
                                                              make(". \\", true),
                                                              make(".+- \\", true),
                                                              make("DWMY\\", true),
                                                              make("+-.Ee \\", true),
                                                              make("+- \\", true),
                                                              make_uri()};

bool uid_is_clean(Bytes value) {
  if (value.size() > 64) return false;
  std::uint64_t separators = 0;
  std::uint64_t zeros = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (value[i] == '.' || value[i] == '\\') separators |= bit;
    if (value[i] == '0') zeros |= bit;
  }
  return uid_shape_is_good(separators, zeros, static_cast<unsigned>(value.size()));
}

}  // namespace

const NibbleTable& low_nibble_table(CharClass cls) {
  return kTables[static_cast<std::size_t>(cls)];
}

bool in_class(CharClass cls, std::uint8_t byte) {
  return byte < 0x80 && ((low_nibble_table(cls)[byte & 15U] >> (byte >> 4)) & 1U) != 0;
}

void classify_scalar(Bytes bytes, std::span<ClassTest> tests) {
  for (ClassTest& test : tests) {
    const Bytes value = bytes.subspan(test.offset, test.length_bytes);
    test.clean = true;
    for (const std::uint8_t byte : value)
      if (!in_class(test.cls, byte)) test.clean = false;
    if (test.cls == CharClass::Uid && test.clean) test.clean = uid_is_clean(value);
    if (const auto form = number_form(test.cls))
      test.plain_bytes =
          static_cast<std::uint32_t>(plain_numbers_scalar(value, value.size(), *form));
  }
}

}  // namespace slipring::validate::kernels

#include "engine/dicom/escape.h"

#include <cstddef>
#include <cstdint>

namespace slipring::dicom {

namespace {

constexpr char kHex[] = "0123456789abcdef";

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

bool continues(std::string_view bytes, std::size_t at, std::uint8_t low = 0x80,
               std::uint8_t high = 0xBF) {
  return at < bytes.size() && byte_at(bytes, at) >= low && byte_at(bytes, at) <= high;
}

// 0..15, or 16 when it is no hexadecimal digit.
unsigned hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return 16;
}

// "\xHH" stands at the front.
bool reads_as_escape(std::string_view text) {
  return text.size() >= 4 && text[0] == '\\' && text[1] == 'x' && hex_value(text[2]) < 16 &&
         hex_value(text[3]) < 16;
}

void append_byte_escape(std::string& out, std::uint8_t byte) {
  const char escape[4] = {'\\', 'x', kHex[byte >> 4U], kHex[byte & 15U]};
  out.append(escape, 4);
}

char32_t code_point(std::string_view sequence) {
  const std::uint8_t first = byte_at(sequence, 0);
  if (sequence.size() == 1) return first;
  char32_t value = first & (0x7FU >> sequence.size());
  for (std::size_t i = 1; i < sequence.size(); ++i)
    value = (value << 6U) | (byte_at(sequence, i) & 0x3FU);
  return value;
}

// Characters that act on a terminal or a reader instead of being seen.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) ||         // C0, DEL, C1
         c == 0x061C || (c >= 0x200B && c <= 0x200F) ||  // direction marks, zero width
         (c >= 0x2028 && c <= 0x202E) ||                 // separators, embeddings and overrides
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;    // isolates, invisible operators, BOM
}

bool is_plain(char c) { return c >= 0x20 && c < 0x7F && c != '\\' && c != '"'; }

void append_unicode_escape(std::string& out, char32_t c) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(c >> shift) & 15U];
}

// The one walk: `valid(sequence)` takes a valid UTF-8 sequence that is no ambiguous backslash,
// `raw(byte)` a byte that must be escaped.
template <class Valid, class Raw>
void walk(std::string_view bytes, Valid valid, Raw raw) {
  while (!bytes.empty()) {
    std::size_t plain = 0;
    while (plain < bytes.size() && is_plain(bytes[plain])) ++plain;
    if (plain != 0) {
      valid(bytes.substr(0, plain), false);
      bytes.remove_prefix(plain);
      continue;
    }
    const unsigned length = reads_as_escape(bytes) ? 0 : utf8_sequence_bytes(bytes);
    if (length == 0) {
      raw(byte_at(bytes, 0));
      bytes.remove_prefix(1);
    } else {
      valid(bytes.substr(0, length), is_control(code_point(bytes.substr(0, length))));
      bytes.remove_prefix(length);
    }
  }
}

}  // namespace

unsigned utf8_sequence_bytes(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const std::uint8_t first = byte_at(bytes, 0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(bytes, 1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const std::uint8_t low = first == 0xE0 ? 0xA0 : 0x80;
    const std::uint8_t high = first == 0xED ? 0x9F : 0xBF;
    return continues(bytes, 1, low, high) && continues(bytes, 2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const std::uint8_t low = first == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t high = first == 0xF4 ? 0x8F : 0xBF;
    return continues(bytes, 1, low, high) && continues(bytes, 2) && continues(bytes, 3) ? 4 : 0;
  }
  return 0;
}

std::string terminal_text(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  const auto raw = [&](std::uint8_t byte) { append_byte_escape(out, byte); };
  walk(
      bytes,
      [&](std::string_view sequence, bool control) {
        if (control)
          for (const char c : sequence) raw(static_cast<std::uint8_t>(c));
        else
          out.append(sequence);
      },
      raw);
  return out;
}

std::string json_text(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  walk(
      bytes, [&](std::string_view sequence, bool) { out.append(sequence); },
      [&](std::uint8_t byte) { append_byte_escape(out, byte); });
  return out;
}

void append_json_string(std::string& out, std::string_view bytes) {
  out += '"';
  walk(
      bytes,
      [&](std::string_view sequence, bool control) {
        if (control) {
          append_unicode_escape(out, code_point(sequence));
        } else {
          if (sequence == "\\" || sequence == "\"") out += '\\';
          out.append(sequence);
        }
      },
      [&](std::uint8_t byte) {
        out += '\\';  // the backslash of "\xHH" is a character of the string
        append_byte_escape(out, byte);
      });
  out += '"';
}

std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (reads_as_escape(text)) {
      out += static_cast<char>(hex_value(text[2]) * 16 + hex_value(text[3]));
      text.remove_prefix(4);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace slipring::dicom

#include "engine/dicom/charset.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace slipring::dicom {

namespace {

struct Term {
  std::string_view number;  // what follows "ISO_IR " and "ISO 2022 IR "
  CharacterSet set;
  bool alone;      // "ISO_IR n" is a Defined Term (PS3.3 Table C.12-2, C.12-5)
  bool extension;  // "ISO 2022 IR n" is one (Table C.12-3, C.12-4)
};

constexpr Term kTerms[] = {
    {"6", CharacterSet::Ascii, true, true},  // "ISO_IR 6" was one until 2003 and is everywhere
    {"100", CharacterSet::Latin1, true, true},
    {"101", CharacterSet::Latin2, true, true},
    {"109", CharacterSet::Latin3, true, true},
    {"110", CharacterSet::Latin4, true, true},
    {"144", CharacterSet::Cyrillic, true, true},
    {"127", CharacterSet::Arabic, true, true},
    {"126", CharacterSet::Greek, true, true},
    {"138", CharacterSet::Hebrew, true, true},
    {"148", CharacterSet::Latin5, true, true},
    {"203", CharacterSet::Latin9, true, true},
    {"166", CharacterSet::Thai, true, true},
    {"13", CharacterSet::Katakana, true, true},
    {"87", CharacterSet::Kanji, false, true},
    {"159", CharacterSet::KanjiSupplement, false, true},
    {"149", CharacterSet::Korean, false, true},
    {"58", CharacterSet::Chinese, false, true},
    {"192", CharacterSet::Utf8, true, false},
};

constexpr std::array<std::string_view, 21> kNames = {
    "none",       "ISO-IR 6",   "ISO-IR 100", "ISO-IR 101", "ISO-IR 109", "ISO-IR 110",
    "ISO-IR 144", "ISO-IR 127", "ISO-IR 126", "ISO-IR 138", "ISO-IR 148", "ISO-IR 203",
    "ISO-IR 166", "ISO-IR 13",  "ISO-IR 87",  "ISO-IR 159", "ISO-IR 149", "ISO-IR 58",
    "ISO-IR 192", "GB18030",    "GBK"};

// An escape sequence of PS3.3 Tables C.12-3 and C.12-4, without its ESC.
struct EscapeRow {
  std::string_view bytes;
  CharacterSet set;
  bool g1;
};

constexpr EscapeRow kEscapes[] = {
    {"\x28\x42", CharacterSet::Ascii, false},
    {"\x2D\x41", CharacterSet::Latin1, true},
    {"\x2D\x42", CharacterSet::Latin2, true},
    {"\x2D\x43", CharacterSet::Latin3, true},
    {"\x2D\x44", CharacterSet::Latin4, true},
    {"\x2D\x4C", CharacterSet::Cyrillic, true},
    {"\x2D\x47", CharacterSet::Arabic, true},
    {"\x2D\x46", CharacterSet::Greek, true},
    {"\x2D\x48", CharacterSet::Hebrew, true},
    {"\x2D\x4D", CharacterSet::Latin5, true},
    {"\x2D\x62", CharacterSet::Latin9, true},
    {"\x2D\x54", CharacterSet::Thai, true},
    {"\x29\x49", CharacterSet::Katakana, true},
    {"\x28\x4A", CharacterSet::Katakana, false},
    {"\x24\x42", CharacterSet::Kanji, false},
    {"\x24\x28\x44", CharacterSet::KanjiSupplement, false},
    {"\x24\x29\x43", CharacterSet::Korean, true},
    {"\x24\x29\x41", CharacterSet::Chinese, true},
};

constexpr std::uint8_t kEscape = 0x1B;

// Bytes 0xA0 to 0xFF that stand for no character, a bit each, of the single-byte sets. ISO 8859-3,
// -6, -7 (2003), -8, TIS 620 and JIS X 0201; the other parts of ISO 8859 have no holes.
struct Holes {
  CharacterSet set;
  std::array<std::uint32_t, 3> rows;  // 0xA0..0xBF, 0xC0..0xDF, 0xE0..0xFF; the lowest bit first
};

constexpr std::uint32_t bits(unsigned first, unsigned last) {
  std::uint32_t mask = 0;
  for (unsigned i = first; i <= last; ++i) mask |= 1U << (i & 31U);
  return mask;
}

constexpr Holes kHoles[] = {
    {CharacterSet::Latin3,
     {bits(0xA5, 0xA5) | bits(0xAE, 0xAE) | bits(0xBE, 0xBE), bits(0xC3, 0xC3) | bits(0xD0, 0xD0),
      bits(0xE3, 0xE3) | bits(0xF0, 0xF0)}},
    {CharacterSet::Arabic,
     {bits(0xA1, 0xA3) | bits(0xA5, 0xAB) | bits(0xAE, 0xBA) | bits(0xBC, 0xBE),
      bits(0xC0, 0xC0) | bits(0xDB, 0xDF), bits(0xF3, 0xFF)}},
    {CharacterSet::Greek, {bits(0xAE, 0xAE), bits(0xD2, 0xD2), bits(0xFF, 0xFF)}},
    {CharacterSet::Hebrew,
     {bits(0xA1, 0xA1) | bits(0xBF, 0xBF), bits(0xC0, 0xDE), bits(0xFB, 0xFC) | bits(0xFF, 0xFF)}},
    {CharacterSet::Thai, {bits(0xA0, 0xA0), bits(0xDB, 0xDE), bits(0xFC, 0xFF)}},
    {CharacterSet::Katakana, {bits(0xA0, 0xA0), 0, bits(0xE0, 0xFF)}},
};

[[nodiscard]] bool assigned(CharacterSet set, std::uint8_t byte) {
  if (byte < 0xA0) return false;  // C1 controls are not used (PS3.5 6.1.3)
  for (const Holes& holes : kHoles)
    if (holes.set == set) return ((holes.rows[(byte - 0xA0U) >> 5] >> (byte & 31U)) & 1U) == 0;
  return true;
}

[[nodiscard]] bool single_byte_high(CharacterSet set) {
  return set >= CharacterSet::Latin1 && set <= CharacterSet::Katakana;
}

[[nodiscard]] std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

struct TermRead {
  CharacterSet set = CharacterSet::None;
  bool extension = false;
  bool exact = false;
};

[[nodiscard]] TermRead by_number(std::string_view number, bool extension, bool exact) {
  for (const Term& term : kTerms)
    if (term.number == number) {
      const bool defined = extension ? term.extension : term.alone;
      return {term.set, extension, exact && defined};
    }
  return {};
}

// What remains of `text` after a prefix, compared without case, '-', '_' and ' '; npos where it is
// not one.
[[nodiscard]] std::string_view after_loose_prefix(std::string_view text, std::string_view prefix) {
  std::size_t at = 0;
  for (const char wanted : prefix) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '_' || text[at] == '-')) ++at;
    if (at == text.size() || std::toupper(static_cast<unsigned char>(text[at])) != wanted)
      return {};
    ++at;
  }
  while (at < text.size() && (text[at] == ' ' || text[at] == '_' || text[at] == '-')) ++at;
  return text.substr(at);
}

[[nodiscard]] TermRead read_term(std::string_view term) {
  constexpr std::string_view kAlone = "ISO_IR ";
  constexpr std::string_view kExtension = "ISO 2022 IR ";
  if (term == "GB18030") return {CharacterSet::Gb18030, false, true};
  if (term == "GBK") return {CharacterSet::Gbk, false, true};
  if (term.starts_with(kExtension)) return by_number(term.substr(kExtension.size()), true, true);
  if (term.starts_with(kAlone)) return by_number(term.substr(kAlone.size()), false, true);
  if (const auto rest = after_loose_prefix(term, "ISO2022IR"); !rest.empty())
    return by_number(rest, true, false);
  if (const auto rest = after_loose_prefix(term, "ISOIR"); !rest.empty())
    return by_number(rest, false, false);
  return {};
}

[[nodiscard]] bool stands_alone(CharacterSet set) { return set >= CharacterSet::Utf8; }
[[nodiscard]] bool two_byte(CharacterSet set) {
  return set >= CharacterSet::Kanji && set <= CharacterSet::Chinese;
}

void note(SpecificCharacterSet& charset, CharsetProblem problem, unsigned value) {
  if (charset.problem != CharsetProblem::None) return;
  charset.problem = problem;
  charset.problem_value = static_cast<std::uint8_t>(std::min(value, 255U));
}

void take_term(SpecificCharacterSet& charset, std::string_view term, unsigned number,
               bool several) {
  if (term.empty()) {
    if (number > 1) note(charset, CharsetProblem::UnknownTerm, number);
    return;
  }
  const TermRead read = read_term(term);
  if (!read.exact) note(charset, CharsetProblem::UnknownTerm, number);
  if (read.set == CharacterSet::None) {
    charset.known = false;
    return;
  }
  if (several && stands_alone(read.set)) note(charset, CharsetProblem::NotCombinable, number);
  if (several && !stands_alone(read.set) && !read.extension)
    note(charset, CharsetProblem::NotAnExtensionTerm, number);
  if (number == 1 && two_byte(read.set)) note(charset, CharsetProblem::ExtensionNotFirst, number);
  if (number == 1 && !two_byte(read.set)) charset.first = read.set;
  charset.declared |= 1U << static_cast<unsigned>(read.set);
  if (read.extension) charset.extensions = true;
}

}  // namespace

std::string_view name(CharacterSet set) { return kNames[static_cast<std::size_t>(set)]; }

std::string_view describe(CharsetProblem problem) {
  switch (problem) {
    case CharsetProblem::None:
      return "";
    case CharsetProblem::UnknownTerm:
      return "is not a defined term";
    case CharsetProblem::ExtensionNotFirst:
      return "is a two-byte set, which cannot be the first";
    case CharsetProblem::NotCombinable:
      return "cannot stand with other values";
    case CharsetProblem::NotAnExtensionTerm:
      return "must be an 'ISO 2022 IR' term among several values";
  }
  return "";
}

SpecificCharacterSet parse_specific_character_set(std::string_view value) {
  SpecificCharacterSet charset;
  value = trim(value);
  const bool several = value.find('\\') != std::string_view::npos;
  charset.extensions = several;
  for (unsigned number = 1;; ++number) {
    const std::size_t end = value.find('\\');
    take_term(charset, trim(value.substr(0, end)), number, several);
    if (end == std::string_view::npos) return charset;
    value.remove_prefix(end + 1);
  }
}

TextReader::TextReader(Bytes text, const SpecificCharacterSet& charset)
    : text_(text), charset_(charset) {
  reset();
}

void TextReader::reset() {
  g0_ = charset_.first == CharacterSet::Katakana ? CharacterSet::Katakana : CharacterSet::Ascii;
  g1_ = single_byte_high(charset_.first) ? charset_.first : CharacterSet::None;
}

TextStep TextReader::next() {
  const std::uint8_t byte = text_[at_];
  TextStep step{TextStep::Kind::Character, 1, byte};
  if (byte == kEscape) {
    step = escape();
  } else if (byte >= 0x80) {
    step = high_half();
  } else if (two_byte_g0() && byte > 0x20 && byte < 0x7F) {
    step = two_bytes(0x21, 0x7E);
  }
  at_ += step.length_bytes;
  return step;
}

TextStep TextReader::escape() {
  const std::string_view rest = as_text(text_.subspan(at_ + 1));
  for (const EscapeRow& row : kEscapes) {
    if (!rest.starts_with(row.bytes)) continue;
    (row.g1 ? g1_ : g0_) = row.set;
    // ASCII may always be gone back to.
    const bool allowed = row.set == CharacterSet::Ascii
                             ? charset_.extensions
                             : charset_.extensions && charset_.declares(row.set);
    return {allowed ? TextStep::Kind::Escape : TextStep::Kind::UndeclaredEscape,
            static_cast<std::uint8_t>(1 + row.bytes.size()), 0xFF};
  }
  return {TextStep::Kind::UnknownEscape, 1, 0xFF};
}

TextStep TextReader::two_bytes(std::uint8_t low, std::uint8_t high) const {
  const auto in_range = [&](std::size_t at) {
    return at < text_.size() && text_[at] >= low && text_[at] <= high;
  };
  if (in_range(at_) && in_range(at_ + 1)) return {TextStep::Kind::Character, 2, 0xFF};
  return {TextStep::Kind::Undecodable, 1, 0xFF};
}

// Well-formed UTF-8 (Unicode Table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
TextStep TextReader::utf8() const {
  const std::uint8_t lead = text_[at_];
  const auto tail = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xBF) {
    return at_ + i < text_.size() && text_[at_ + i] >= low && text_[at_ + i] <= high;
  };
  if (lead >= 0xC2 && lead <= 0xDF && tail(1)) return {TextStep::Kind::Character, 2, 0xFF};
  const std::uint8_t low3 = lead == 0xE0 ? 0xA0 : 0x80;
  const std::uint8_t high3 = lead == 0xED ? 0x9F : 0xBF;
  if (lead >= 0xE0 && lead <= 0xEF && tail(1, low3, high3) && tail(2))
    return {TextStep::Kind::Character, 3, 0xFF};
  const std::uint8_t low4 = lead == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t high4 = lead == 0xF4 ? 0x8F : 0xBF;
  if (lead >= 0xF0 && lead <= 0xF4 && tail(1, low4, high4) && tail(2) && tail(3))
    return {TextStep::Kind::Character, 4, 0xFF};
  return {TextStep::Kind::Undecodable, 1, 0xFF};
}

// GBK: 81..FE, then 40..FE but 7F. GB18030 adds 81..FE, 30..39, 81..FE, 30..39.
TextStep TextReader::gb(bool four_bytes) const {
  const auto at = [&](std::size_t i) -> unsigned {
    return at_ + i < text_.size() ? text_[at_ + i] : 0U;
  };
  const auto lead = [](unsigned byte) { return byte >= 0x81 && byte <= 0xFE; };
  const auto digit = [](unsigned byte) { return byte >= 0x30 && byte <= 0x39; };
  if (!lead(at(0))) return {TextStep::Kind::Undecodable, 1, 0xFF};
  if (at(1) >= 0x40 && at(1) <= 0xFE && at(1) != 0x7F) return {TextStep::Kind::Character, 2, 0xFF};
  if (four_bytes && digit(at(1)) && lead(at(2)) && digit(at(3)))
    return {TextStep::Kind::Character, 4, 0xFF};
  return {TextStep::Kind::Undecodable, 1, 0xFF};
}

TextStep TextReader::high_half() const {
  switch (charset_.first) {
    case CharacterSet::Utf8:
      return utf8();
    case CharacterSet::Gb18030:
      return gb(true);
    case CharacterSet::Gbk:
      return gb(false);
    default:
      break;
  }
  if (g1_ == CharacterSet::Korean || g1_ == CharacterSet::Chinese) return two_bytes(0xA1, 0xFE);
  if (single_byte_high(g1_) && assigned(g1_, text_[at_]))
    return {TextStep::Kind::Character, 1, 0xFF};
  return {TextStep::Kind::Undecodable, 1, 0xFF};
}

}  // namespace slipring::dicom

// Specific Character Set (0008,0005): its terms, which of them may stand together, and reading text
// in them one character at a time: where a character ends, which bytes mean nothing, which escape
// sequences were not announced (PS3.3 C.12.1.1.2, PS3.5 6.1). Takes bytes; allocates nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "codecs/base/bytes.h"

namespace slipring::dicom {

// The order is our own. `None` is "nothing designated".
enum class CharacterSet : std::uint8_t {
  None,
  Ascii,            // ISO-IR 6
  Latin1,           // 100
  Latin2,           // 101
  Latin3,           // 109
  Latin4,           // 110
  Cyrillic,         // 144
  Arabic,           // 127
  Greek,            // 126
  Hebrew,           // 138
  Latin5,           // 148
  Latin9,           // 203
  Thai,             // 166
  Katakana,         // 13, with 14 (JIS X 0201 Romaji) in G0
  Kanji,            // 87, JIS X 0208, two bytes in G0
  KanjiSupplement,  // 159, JIS X 0212, two bytes in G0
  Korean,           // 149, KS X 1001, two bytes in G1
  Chinese,          // 58, GB 2312, two bytes in G1
  Utf8,             // 192
  Gb18030,
  Gbk,
};
[[nodiscard]] std::string_view name(CharacterSet set);

enum class CharsetProblem : std::uint8_t {
  None,
  UnknownTerm,         // a value that is no Defined Term
  ExtensionNotFirst,   // a two-byte code extension set as value 1
  NotCombinable,       // UTF-8, GB18030 or GBK with other values
  NotAnExtensionTerm,  // "ISO_IR n" among several values: it must be "ISO 2022 IR n"
};
[[nodiscard]] std::string_view describe(CharsetProblem problem);

// (0008,0005) as read; a term that is nearly one ("ISO-IR 100") is taken for it and still a
// problem.
struct SpecificCharacterSet {
  CharacterSet first = CharacterSet::Ascii;
  std::uint32_t declared = 1U << static_cast<unsigned>(CharacterSet::Ascii);  // bit per set
  bool extensions = false;  // escape sequences may switch between the declared sets
  bool known = true;        // false: a term is unknown, so bytes beyond ASCII cannot be judged
  CharsetProblem problem = CharsetProblem::None;
  std::uint8_t problem_value = 0;  // which value it is about, from 1

  [[nodiscard]] bool declares(CharacterSet set) const {
    return ((declared >> static_cast<unsigned>(set)) & 1U) != 0;
  }
  friend bool operator==(const SpecificCharacterSet&, const SpecificCharacterSet&) = default;
};

// `value` is the whole value of (0008,0005), padding included; "" is the default repertoire.
[[nodiscard]] SpecificCharacterSet parse_specific_character_set(std::string_view value);

// One step through text.
struct TextStep {
  enum class Kind : std::uint8_t {
    Character,  // one character, `code` its byte when it is a single byte below 0x80, else 0xFF
    Escape,     // a declared escape sequence: no character
    UndeclaredEscape,  // a known escape sequence of a set that (0008,0005) does not name
    UnknownEscape,     // ESC and something else
    Undecodable,       // bytes that stand for nothing here
  };
  Kind kind = Kind::Character;
  std::uint8_t length_bytes = 0;
  std::uint8_t code = 0xFF;
};

// Walks text. Code extensions: the active sets follow the escape sequences, and go back to value
// 1's when `reset` is called, as the standard wants after a delimiter (PS3.5 6.1.2.5.3).
class TextReader {
 public:
  TextReader(Bytes text, const SpecificCharacterSet& charset);

  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] std::size_t position() const { return at_; }
  TextStep next();  // not when done()
  // What the next bytes below and from 0x80 belong to, as far as escape sequences say.
  [[nodiscard]] CharacterSet g0() const { return g0_; }
  [[nodiscard]] CharacterSet g1() const { return g1_; }

  // G0 still holds a set that value 1 does not put there: bytes 0x20 to 0x7F are not ASCII.
  [[nodiscard]] bool must_reset() const { return two_byte_g0(); }
  void reset();

 private:
  [[nodiscard]] bool two_byte_g0() const {
    return g0_ == CharacterSet::Kanji || g0_ == CharacterSet::KanjiSupplement;
  }
  TextStep escape();
  [[nodiscard]] TextStep two_bytes(std::uint8_t low, std::uint8_t high) const;
  [[nodiscard]] TextStep utf8() const;
  [[nodiscard]] TextStep gb(bool four_bytes) const;
  [[nodiscard]] TextStep high_half() const;

  Bytes text_;
  SpecificCharacterSet charset_;
  std::size_t at_ = 0;
  CharacterSet g0_ = CharacterSet::Ascii;
  CharacterSet g1_ = CharacterSet::None;
};

}  // namespace slipring::dicom

// ElementWriter: elements, one after the other, into a byte vector, in one of the four encodings a
// native or encapsulated data set has (PS3.5 7.1, Annex A). Takes values in ascending tag order;
// gives bytes. Text values are given without padding. Must not know what the elements mean.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/base/bytes.h"
#include "datasets/writer/attributes.h"

namespace slipring::datasets {

// Byte order and VR encoding, and the UID that says so.
struct Syntax {
  std::string_view name;
  std::string_view uid;
  bool explicit_vr = true;
  bool big_endian = false;
  bool encapsulated = false;
};

class ElementWriter {
 public:
  ElementWriter(std::vector<std::uint8_t>& out, const Syntax& syntax)
      : out_(out), syntax_(syntax) {}

  void text(const Attribute& attribute, std::string_view value);
  void number(const Attribute& attribute, std::uint32_t value);                     // US, SS, UL
  void tag_value(const Attribute& attribute, std::uint32_t tag);                    // AT
  void doubles(const Attribute& attribute, std::initializer_list<double> values);   // FD
  void decimals(const Attribute& attribute, std::initializer_list<double> values);  // DS
  void integer(const Attribute& attribute, std::int64_t value);                     // IS
  void bytes(const Attribute& attribute, Bytes value);  // OB: padded to even with one 0

  // Length left undefined and closed by a delimiter, or patched in when the end is known.
  enum class Length : std::uint8_t { Defined, Undefined };
  void begin_sequence(const Attribute& attribute, Length length);
  void begin_item(Length length);
  void end_item();
  void end_sequence();
  // Closes nothing and writes nothing: the defect "missing delimiter".
  void forget_open() { open_.clear(); }

  // The element before its value, for values written by somebody else. `length` 0xFFFFFFFF:
  // undefined.
  void header(const Attribute& attribute, std::uint32_t length);
  void item_header(std::uint32_t element, std::uint32_t length);  // (FFFE,element)
  // A value of odd length, as some devices write it.
  void odd_text(const Attribute& attribute, std::string_view value);

 private:
  struct Open {
    std::size_t length_at;  // 0: undefined
    std::size_t value_at;
  };
  void put16(std::uint16_t value);
  void put32(std::uint32_t value);
  void put64(std::uint64_t value);
  void close(std::uint32_t delimiter_element);

  std::vector<std::uint8_t>& out_;
  Syntax syntax_;
  std::vector<Open> open_;
};

}  // namespace slipring::datasets

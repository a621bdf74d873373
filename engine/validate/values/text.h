// Text in a character set, the slow way: what LO, LT, PN, SH, ST, UC and UT values with bytes
// beyond printable ASCII hold, character by character. Takes bytes, gives facts; says nothing to
// anybody.
#pragma once

#include <cstdint>

#include "engine/dicom/charset.h"
#include "engine/dicom/vr.h"
#include "engine/validate/values/grammar.h"

namespace slipring::validate::values {

// What a VR allows its text (PS3.5 Table 6.2-1).
struct TextShape {
  bool several = false;  // a backslash separates values
  bool lines = false;    // TAB, LF, FF and CR may stand in it
  bool person_name = false;
  std::uint32_t characters_max = 0;  // of a value, of a group of PN; 0: no limit
};
[[nodiscard]] TextShape text_shape(dicom::VR vr);

// A kind of fault: how often, and the byte of the first one.
struct Fault {
  std::uint64_t count = 0;
  std::uint64_t first = 0;
  void add(std::uint64_t position) {
    if (count++ == 0) first = position;
  }
};

struct TextFacts {
  Fault nul;
  Fault control;      // other than TAB LF FF CR ESC
  Fault line;         // TAB LF FF CR where they may not be
  Fault undecodable;  // bytes
  Fault undeclared;   // escape sequences of sets (0008,0005) does not name, or of none
  Fault not_reset;    // a two-byte set still in G0 before a line's, a value's or the text's end
  Fault too_long;     // values, or groups of PN
  std::uint64_t longest_characters = 0;
  Fault groups;      // values of PN with more than 3 groups
  Fault components;  // groups of PN with more than 5 components
};

// `text` without the trailing padding that is reported elsewhere; trailing spaces do not count.
[[nodiscard]] TextFacts read_text(Bytes text, const dicom::SpecificCharacterSet& charset,
                                  const TextShape& shape);

}  // namespace slipring::validate::values

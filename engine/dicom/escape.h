// Escape: bytes from outside (paths, values of elements) made safe to show. One scheme for all: a
// byte that cannot stand is written as "\xHH" (lower case), and a backslash that would read as one
// of those as "\x5c"; every other byte stays as it is, so ordinary names and multi-values ("A\B")
// look like themselves, and unescape() gives the bytes back exactly. Takes bytes, gives UTF-8;
// knows no outputs.
#pragma once

#include <string>
#include <string_view>

namespace slipring::dicom {

// For terminals, logs and text reports: valid UTF-8 without control characters (C0, DEL, C1, line
// and paragraph separators, and the characters that turn the writing direction around).
[[nodiscard]] std::string terminal_text(std::string_view bytes);

// For a string handed to a JSON writer: valid UTF-8. Control characters stay: the writer escapes
// them.
[[nodiscard]] std::string json_text(std::string_view bytes);

// A whole JSON string with its quotes (RFC 8259 section 7), appended to `out`: json_text() with
// quotes, backslashes and every character that terminal_text() would not show as \uXXXX.
void append_json_string(std::string& out, std::string_view bytes);

// The bytes that terminal_text() or json_text() was given.
[[nodiscard]] std::string unescape(std::string_view text);

// How many bytes the UTF-8 sequence at the front of `bytes` has: 1 to 4, or 0 when it is not valid
// (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF) or `bytes` is
// empty.
[[nodiscard]] unsigned utf8_sequence_bytes(std::string_view bytes);

}  // namespace slipring::dicom

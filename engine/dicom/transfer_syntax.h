// Transfer syntaxes: the table of every one the standard ever named, with what the engine must know
// of each (PS3.5 Annex A, PS3.6 Annex A), and how people name them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "codecs/base/result.h"
#include "codecs/pixel/layout.h"

namespace slipring::dicom {

// How elements are encoded in bytes.
struct Encoding {
  bool explicit_vr = true;
  bool big_endian = false;
  friend constexpr bool operator==(Encoding, Encoding) = default;
};

enum class Loss : std::uint8_t { None, Lossless, Either, Lossy };  // None: pixels as they are

struct TransferSyntax {
  std::string_view uid;
  std::string_view keyword;     // PS3.6
  std::string_view short_name;  // ours; empty when we have none
  std::string_view name;        // PS3.6
  Encoding encoding;
  bool deflated = false;      // the whole data set (PS3.5 A.5)
  bool encapsulated = false;  // pixel data in fragments (PS3.5 A.4)
  pixel::Format format = pixel::Format::Native;
  Loss loss = Loss::None;
  bool retired = false;
  bool single_selection_value = false;  // .70
};

[[nodiscard]] std::span<const TransferSyntax> transfer_syntaxes();

// By UID, without padding; null when unknown.
[[nodiscard]] const TransferSyntax* find_transfer_syntax(std::string_view uid);

// By UID, keyword, short name or another tool's word, case-insensitively.
[[nodiscard]] const TransferSyntax* transfer_syntax_named(std::string_view name);

// "unknown transfer syntax 'x'; did you mean y (uid)? see 'slipring list-ts'"
[[nodiscard]] std::string unknown_transfer_syntax_message(std::string_view name);

// "j2k-lossless (1.2.840.10008.1.2.4.90)"
[[nodiscard]] std::string display(const TransferSyntax& syntax);

}  // namespace slipring::dicom

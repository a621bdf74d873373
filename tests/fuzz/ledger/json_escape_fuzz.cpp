// Escaping of bytes from outside: what comes out is valid UTF-8 and valid JSON, shows no control
// character, and gives the bytes back.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "engine/dicom/escape.h"

namespace {

using namespace slipring::dicom;

void require(bool condition) {
  if (!condition) std::abort();
}

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const unsigned length = utf8_sequence_bytes(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string shown = terminal_text(bytes);
  require(valid_utf8(shown) && unescape(shown) == bytes);
  for (const char c : shown) require(static_cast<std::uint8_t>(c) >= 0x20 && c != 0x7F);
  const std::string text = json_text(bytes);
  require(valid_utf8(text) && unescape(text) == bytes);
  std::string quoted;
  append_json_string(quoted, bytes);
  for (const char c : quoted) require(static_cast<std::uint8_t>(c) >= 0x20 && c != 0x7F);
  const auto parsed = nlohmann::json::parse(quoted, nullptr, false);
  require(parsed.is_string() && parsed.get<std::string>() == text);
  const auto dumped = nlohmann::json::parse(nlohmann::json(text).dump(), nullptr, false);
  require(dumped.is_string() && dumped.get<std::string>() == text);
  return 0;
}

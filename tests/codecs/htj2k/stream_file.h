// Codestreams in files, and the layout that a data set around them would have.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "codecs/htj2k/htj2k_codec.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs::htj2k::fixture {

inline std::string corpus_folder() {
  const char* given = std::getenv("SLIPRING_CORPUS");
  return given != nullptr ? given : std::string(SLIPRING_SOURCE_DIR) + "/../shared/corpus";
}

inline codecs::fixture::Pixels read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> chars{std::istreambuf_iterator<char>(file), {}};
  return {chars.begin(), chars.end()};
}

// Zeros where the stream has no header that can be read.
inline pixel::Layout layout_of(Bytes stream) {
  const std::vector<Bytes> fragments = {stream};
  const auto info = htj2k_row().probe(fragments);
  if (!info) return {};
  const std::uint32_t bits = info->precision_bits;
  const auto allocated = static_cast<std::uint16_t>(bits <= 8 ? 8 : bits <= 16 ? 16 : 32);
  return codecs::fixture::layout(info->rows, info->columns, info->components, allocated,
                                 info->precision_bits, info->is_signed);
}

}  // namespace slipring::codecs::htj2k::fixture

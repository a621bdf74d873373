#include <cstdlib>
#include <vector>

#include "codecs/registry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  using namespace slipring::codecs;
  const Bytes bytes{data, size};
  const std::vector<Bytes> whole = {bytes};
  const Codestream kind = identify(whole);
  const std::vector<Bytes> pieces = {bytes.first(size / 2), {}, bytes.subspan(size / 2)};
  if (identify(pieces) != kind) std::abort();
  for (const FormatRow& row : formats()) {
    const auto info = row.probe(whole);
    if (info.has_value() != row.probe(pieces).has_value()) std::abort();
  }
  return 0;
}

#include "engine/dicom/between/object_key.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "engine/dicom/digest.h"

namespace slipring::dicom {

static_assert(std::endian::native == std::endian::little);

std::uint64_t key_hash(std::string_view text) {
  if (text.empty()) return 0;
  const auto hash = load_le<std::uint64_t>(xxh128(as_bytes(text)).bytes.data());
  return hash == 0 ? 1 : hash;
}

std::vector<std::uint8_t> encode(const ObjectKeys& keys) {
  const std::size_t references_bytes = keys.references.size() * sizeof(ObjectReference);
  std::vector<std::uint8_t> bytes(sizeof(ObjectKey) + references_bytes);
  std::memcpy(bytes.data(), &keys.object, sizeof(ObjectKey));
  if (references_bytes != 0)
    std::memcpy(bytes.data() + sizeof(ObjectKey), keys.references.data(), references_bytes);
  return bytes;
}

std::optional<ObjectKeys> decode_keys(Bytes bytes) {
  if (bytes.size() < sizeof(ObjectKey)) return std::nullopt;
  const Bytes rest = bytes.subspan(sizeof(ObjectKey));
  if (rest.size() % sizeof(ObjectReference) != 0) return std::nullopt;
  if (rest.size() / sizeof(ObjectReference) > ObjectKeys::kReferencesMax) return std::nullopt;
  ObjectKeys keys;
  std::memcpy(&keys.object, bytes.data(), sizeof(ObjectKey));
  if (!std::isfinite(keys.object.position)) return std::nullopt;
  keys.references.resize(rest.size() / sizeof(ObjectReference));
  if (!rest.empty()) std::memcpy(keys.references.data(), rest.data(), rest.size());
  return keys;
}

}  // namespace slipring::dicom

// Digests: SHA-256 for what a person may want to check with another tool, XXH3-128 for bytes we
// only compare with ourselves. The only door to OpenSSL's EVP and to xxHash.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "codecs/base/bytes.h"

namespace slipring::dicom {

struct Sha256Digest {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const Sha256Digest&, const Sha256Digest&) = default;
};

struct Xxh128Digest {
  std::array<std::uint8_t, 16> bytes{};  // canonical (big endian) form
  friend auto operator<=>(const Xxh128Digest&, const Xxh128Digest&) = default;
};

[[nodiscard]] std::string to_hex(Bytes bytes);

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(Bytes bytes);
  [[nodiscard]] Sha256Digest finish();  // and starts anew
 private:
  struct State;
  std::unique_ptr<State> state_;
};

class Xxh128 {
 public:
  Xxh128();
  ~Xxh128();
  Xxh128(Xxh128&&) noexcept;
  Xxh128& operator=(Xxh128&&) noexcept;
  void update(Bytes bytes);
  [[nodiscard]] Xxh128Digest finish();  // and starts anew
 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] Sha256Digest sha256(Bytes bytes);
[[nodiscard]] Xxh128Digest xxh128(Bytes bytes);

// The first 64 bits of it, to find things by: two of tens of millions may share them.
[[nodiscard]] inline std::uint64_t short_hash(const Xxh128Digest& digest) {
  return load_le<std::uint64_t>(digest.bytes.data());
}
[[nodiscard]] inline std::uint64_t short_hash(Bytes bytes) { return short_hash(xxh128(bytes)); }
[[nodiscard]] inline std::uint64_t short_hash(std::string_view text) {
  return short_hash(as_bytes(text));
}

}  // namespace slipring::dicom

#include "engine/dicom/digest.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include "codecs/base/contract.h"

namespace slipring::dicom {

std::string to_hex(Bytes bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
  void start() {
    // Fetched once: EVP_sha256() looks the algorithm up at every initialisation.
    static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    EXPECTS(EVP_DigestInit_ex(context, kAlgorithm, nullptr) == 1);
  }
};

Sha256::Sha256() : state_(std::make_unique<State>()) { state_->start(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(Bytes bytes) {
  if (!bytes.empty()) EXPECTS(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  unsigned length = 0;
  EXPECTS(EVP_DigestFinal_ex(state_->context, digest.bytes.data(), &length) == 1 && length == 32);
  state_->start();
  return digest;
}

struct Xxh128::State {
  XXH3_state_t* state = XXH3_createState();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { XXH3_freeState(state); }
};

Xxh128::Xxh128() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_->state); }
Xxh128::~Xxh128() = default;
Xxh128::Xxh128(Xxh128&&) noexcept = default;
Xxh128& Xxh128::operator=(Xxh128&&) noexcept = default;

void Xxh128::update(Bytes bytes) {
  if (!bytes.empty()) XXH3_128bits_update(state_->state, bytes.data(), bytes.size());
}

namespace {
Xxh128Digest canonical(XXH128_hash_t hash) {
  XXH128_canonical_t form;
  XXH128_canonicalFromHash(&form, hash);
  Xxh128Digest digest;
  std::copy(std::begin(form.digest), std::end(form.digest), digest.bytes.begin());
  return digest;
}
}  // namespace

Xxh128Digest Xxh128::finish() {
  const Xxh128Digest digest = canonical(XXH3_128bits_digest(state_->state));
  XXH3_128bits_reset(state_->state);
  return digest;
}

Sha256Digest sha256(Bytes bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Xxh128Digest xxh128(Bytes bytes) { return canonical(XXH3_128bits(bytes.data(), bytes.size())); }

}  // namespace slipring::dicom
